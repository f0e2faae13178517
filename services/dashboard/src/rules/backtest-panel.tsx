import { useState } from 'preact/hooks';
import { Severity } from '../alerts/words.tsx';
import { type Backtest, backtest, type Rule } from '../api/rule-questions.ts';
import type { Failure } from '../api/use-answer.ts';
import { DataTable } from '../components/data-table.tsx';
import { Panel } from '../components/panel.tsx';
import { Failed } from '../components/states.tsx';
import { Time } from '../components/words.tsx';
import { exact } from '../format/numbers.ts';
import { duration } from '../format/times.ts';
import { type RuleFault, RuleFaults } from './rule-faults.tsx';
import { budgetText, detectorText } from './rule-words.ts';

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

type PastAlert = Backtest['alerts'][number];

function Found({ found, zone }: { readonly found: Backtest; readonly zone: string }) {
  const { sentence, rules, alerts, muted, left_out, truncated } = found;
  return (
    <div class="backtest-found" role="status">
      <p class="said-sentence">{sentence}</p>
      {muted > 0 && <p class="quiet">Of those {exact(muted)} while the rule is muted: nobody would have been told.</p>}
      {left_out.length > 0 && (
        <p class="note is-warn">
          Not judged, since it needs more than is kept of the past:{' '}
          {left_out.map(({ rule, detector }) => `${detectorText(detector)} (${rule})`).join('; ')}
        </p>
      )}
      <DataTable
        caption="Rules that were tried"
        rows={rules}
        keyOf={({ rule }) => rule}
        none="No rule was tried"
        columns={[
          { name: 'Rule', show: ({ rule }) => rule },
          { name: 'Fired', isNumber: true, order: ({ fired }) => fired, show: ({ fired }) => exact(fired) },
          { name: 'A day', isNumber: true, order: ({ per_day }) => per_day, show: ({ per_day }) => String(per_day) },
          { name: 'False alerts, at most', isNumber: true, show: ({ budget }) => budgetText(budget) },
        ]}
      />
      <DataTable<PastAlert>
        caption="Alerts that there would have been"
        rows={alerts}
        keyOf={({ id }) => id}
        none="It would not have fired"
        most={20}
        columns={[
          { name: 'Severity', show: ({ severity }) => <Severity severity={severity} /> },
          {
            name: 'Alert',
            show: ({ title, sentence: said, muted: isMuted, members }) => (
              <span class="alert-line">
                <span>
                  <b>{title}</b> {isMuted && <span class="tag">muted</span>}{' '}
                  {members > 0 && <span class="tag">+{members}</span>}
                </span>
                <span class="quiet small" title={said}>
                  {said}
                </span>
              </span>
            ),
          },
          { name: 'Rule', order: ({ rule }) => rule, show: ({ rule }) => rule },
          {
            name: 'Opened',
            order: ({ opened_at }) => opened_at,
            show: ({ opened_at }) => <Time at={opened_at} zone={zone} />,
          },
          {
            name: 'Lasted',
            isNumber: true,
            show: ({ opened_at, resolved_at }) =>
              resolved_at === null ? 'to the end' : duration((Date.parse(resolved_at) - Date.parse(opened_at)) / 1000),
          },
        ]}
      />
      {truncated && <p class="quiet">There are more than are listed.</p>}
    </div>
  );
}

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
      {failure === null && found !== null && <Found found={found} zone={zone} />}
    </Panel>
  );
}
