import { useState } from 'preact/hooks';
import { type Backtest, backtest, type Rule } from '../api/rule-questions.ts';
import type { Failure } from '../api/use-answer.ts';
import { Panel } from '../components/panel.tsx';
import { Failed } from '../components/states.tsx';
import { BacktestFound } from './backtest-found.tsx';
import { type RuleFault, RuleFaults } from './rule-faults.tsx';

const ranges = [
  ['-7d', 'the last 7 days'],
  ['-30d', 'the last 30 days'],
  ['-90d', 'the last 90 days'],
] as const;

/** What stands for a rule that is written by hand. */
const draft = '\n';

const example = `name: many-denials
detectors: [threshold]
threshold: { at_least: 20, within: 5m, per: agent }
severity: critical`;

/** Judges the past by rules that are in force, or by one that is still being written. */
export function BacktestPanel({ rules, zone }: { readonly rules: readonly Rule[]; readonly zone: string }) {
  const [chosen, setChosen] = useState('');
  const [text, setText] = useState(example);
  const [from, setFrom] = useState('-30d');
  const [found, setFound] = useState<Backtest | null>(null);
  const [failure, setFailure] = useState<Failure | null>(null);
  const [isBusy, setBusy] = useState(false);
  const run = async () => {
    setBusy(true);
    const rule = rules.find(({ name }) => name === chosen)?.document;
    const given = chosen === draft ? text : rule;
    const answer = await backtest({ from, ...(given !== undefined && { rules: given }) });
    setBusy(false);
    setFound(answer.found);
    setFailure(answer.failure);
  };
  const submit = (event: Event) => {
    event.preventDefault();
    void run();
  };
  return (
    <Panel title="What would have fired" isBusy={isBusy}>
      <form class="backtest" onSubmit={submit} aria-label="Back-test">
        <div class="fields">
          <label class="field">
            <span>Rules</span>
            <select value={chosen} onChange={({ currentTarget }) => setChosen(currentTarget.value)}>
              <option value="">all that are in force</option>
              {rules.map(({ name }) => (
                <option key={name} value={name}>
                  {name}
                </option>
              ))}
              <option value={draft}>one that is written here</option>
            </select>
          </label>
          <label class="field">
            <span>In</span>
            <select value={from} onChange={({ currentTarget }) => setFrom(currentTarget.value)}>
              {ranges.map(([value, name]) => (
                <option key={value} value={value}>
                  {name}
                </option>
              ))}
            </select>
          </label>
          <button type="submit" class="button is-main" disabled={isBusy}>
            {isBusy ? 'Judging the past…' : 'Try'}
          </button>
        </div>
        {chosen === draft && (
          <label class="field">
            <span>A rule, as in the file; nothing of it is kept</span>
            <textarea
              class="mono"
              rows={8}
              spellcheck={false}
              value={text}
              onInput={({ currentTarget }) => setText(currentTarget.value)}
            />
          </label>
        )}
      </form>
      {failure !== null && <Failed failure={failure} again={run} />}
      {failure !== null && <RuleFaults faults={(failure.problem?.faults ?? []) as readonly RuleFault[]} />}
      {failure === null && found !== null && <BacktestFound found={found} zone={zone} />}
    </Panel>
  );
}
