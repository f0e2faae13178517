import { useEffect, useId, useRef, useState } from 'preact/hooks';
import { type Backtest, backtest, putRule, type Rule, ruleChanged } from '../api/rule-questions.ts';
import type { Failure } from '../api/use-answer.ts';
import { Panel } from '../components/panel.tsx';
import { Failed } from '../components/states.tsx';
import { BacktestFound } from './backtest-found.tsx';
import { ChangedMeanwhile } from './changed-meanwhile.tsx';
import { type RuleFault, RuleFaults } from './rule-faults.tsx';
import { RuleReference } from './rule-reference.tsx';
import { ruleNameIn, ruleText } from './rule-text.ts';
import { RuleTextArea, selectLine } from './rule-text-area.tsx';

const example = `name: many-denials
description: Twenty denials of one agent within five minutes
threshold: { at_least: 20, within: 5m, per: agent }
severity: critical`;

const unnamed: RuleFault = { path: 'name', line: null, wrong: 'it has none', right: 'name: many-denials, say' };
/** No rule can be called so: what is sent under it comes back with all its faults. */
const noName = '-';

interface RuleEditorProps {
  /** That is changed; `null` for another one. */
  readonly rule: Rule | null;
  /** That runs under its name by now. */
  readonly running: Rule | null;
  readonly channels: readonly string[] | null;
  readonly zone: string;
  /** Told the name of what was kept; `null` where nothing was. */
  readonly onDone: (saved: string | null) => void;
  /** Told that another one runs than was known. */
  readonly onStale: () => void;
}

interface Tried {
  readonly text: string;
  readonly found: Backtest;
}

function faultsIn(failure: Failure | null): readonly RuleFault[] {
  return (failure?.problem?.faults ?? []) as readonly RuleFault[];
}

/** Writes a rule: as text, every fault at its line, tried over the past before it is kept. */
export function RuleEditor({ rule, running, channels, zone, onDone, onStale }: RuleEditorProps) {
  const [text, setText] = useState(rule === null ? example : ruleText(rule.document));
  const [goesBy, setGoesBy] = useState(rule?.version ?? null);
  const [faults, setFaults] = useState<readonly RuleFault[]>([]);
  const [failure, setFailure] = useState<Failure | null>(null);
  const [tried, setTried] = useState<Tried | null>(null);
  const [doing, setDoing] = useState<'try' | 'save' | null>(null);
  const area = useRef<HTMLTextAreaElement>(null);
  const faultsId = useId();
  useEffect(() => area.current?.focus(), []);
  const refused = (found: Failure | null) => {
    const those = faultsIn(found);
    setFaults(those);
    setFailure(those.length === 0 ? found : null);
    setDoing(null);
  };
  const runningVersion = running?.version ?? null;
  const isOther = rule !== null && runningVersion !== goesBy;
  const seen = (taken = text) => {
    setText(taken);
    setGoesBy(runningVersion);
    setFailure(null);
  };
  const attempt = async () => {
    if (ruleNameIn(text) === '') return setFaults([unnamed]);
    setDoing('try');
    const answer = await backtest({ from: '-30d', rules: text });
    refused(answer.failure);
    setTried(answer.found && { text, found: answer.found });
  };
  const save = async (event: Event) => {
    event.preventDefault();
    setDoing('save');
    const name = rule?.name ?? (ruleNameIn(text) || noName);
    const found = await putRule({ name, rule: text, goesBy });
    refused(found);
    if (found?.code === ruleChanged) onStale();
    if (found === null) onDone(name);
  };
  const title = rule === null ? 'A new rule' : `Change ${rule.name}`;
  return (
    <Panel title={title} isBusy={doing !== null} class="is-editor">
      <form class="rule-editor" onSubmit={save} aria-label={title}>
        {rule?.origin === 'default' && (
          <p class="quiet">It comes with Custody. What you save stands in for it until you delete that.</p>
        )}
        <RuleTextArea text={text} onText={setText} faults={faults} faultsId={faultsId} area={area} />
        <div id={faultsId} role="alert">
          {faults.length > 0 && (
            <RuleFaults faults={faults} onLine={(line) => area.current && selectLine(area.current, line)} />
          )}
        </div>
        {isOther && <ChangedMeanwhile name={rule.name} running={running} onSeen={seen} />}
        {failure !== null && !isOther && <Failed failure={failure} again={() => setFailure(null)} />}
        <p class="act-foot">
          <button type="button" class="button" disabled={doing !== null} onClick={attempt}>
            {doing === 'try' ? 'Judging the past…' : 'Try over the last 30 days'}
          </button>
          <button type="submit" class="button is-main" disabled={doing !== null || isOther}>
            {doing === 'save' ? 'Saving…' : 'Save'}
          </button>
          <button type="button" class="button is-quiet" onClick={() => onDone(null)}>
            Cancel
          </button>
        </p>
        <RuleReference channels={channels} />
      </form>
      {tried !== null && tried.text !== text && (
        <p class="note is-warn">The text has changed since: this is of what it was.</p>
      )}
      {tried !== null && <BacktestFound found={tried.found} zone={zone} />}
    </Panel>
  );
}
