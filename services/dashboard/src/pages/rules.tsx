import { useState } from 'preact/hooks';
import { type Rule, type RulesBody, useRules } from '../api/rule-questions.ts';
import { AnswerPanel, Panel } from '../components/panel.tsx';
import { Empty, Skeleton } from '../components/states.tsx';
import { counted } from '../format/numbers.ts';
import { BacktestPanel } from '../rules/backtest-panel.tsx';
import { RuleActions } from '../rules/rule-actions.tsx';
import { RuleCard } from '../rules/rule-card.tsx';
import { RuleEditor } from '../rules/rule-editor.tsx';
import { RuleFaults } from '../rules/rule-faults.tsx';
import { budgetText } from '../rules/rule-words.ts';
import { me, useMay } from '../state/access.ts';
import { useStore } from '../state/store.ts';
import { useView } from '../state/view.ts';

/** Where the rules come from, and what is wrong with it. */
function Sources({ meta, data }: RulesBody) {
  const { file, not_understood } = meta;
  const who = useStore(me);
  const mayChange = useMay('admin');
  const enabled = data.filter((rule) => rule.enabled);
  const budget = enabled.reduce((sum, rule) => sum + rule.budget, 0);
  return (
    <>
      <p>
        {counted(enabled.length, 'rule')} in force, with {budgetText(budget)} of false alerts altogether.{' '}
        {file.is_there ? (
          <>
            The file <code>{file.path}</code> is read; rules of it are changed there.
          </>
        ) : (
          <>
            There is no file <code>{file.path}</code>: rules of a file stand in for those that come with Custody.
          </>
        )}
        {!mayChange && ` Rules are changed with a token of scope admin; this one has ${who?.scope ?? 'less'}.`}
      </p>
      {file.faults.length > 0 && (
        <Panel title="The file is wrong; the rules of before go on">
          <RuleFaults faults={file.faults} />
        </Panel>
      )}
      {not_understood.length > 0 && (
        <p class="note is-warn">Not understood by this version, and not run: {not_understood.join(', ')}</p>
      )}
    </>
  );
}

interface ChangeableProps {
  readonly body: RulesBody;
  readonly zone: string;
  readonly again: () => void;
}

/** What is being written: one of the rules, or another one. */
type Edited = Rule | 'new';

/** The rules, and what whoever may does to them. */
function Changeable({ body: { data, meta }, zone, again }: ChangeableProps) {
  const mayChange = useMay('admin');
  const [edited, setEdited] = useState<Edited | null>(null);
  const [said, setSaid] = useState('');
  const done = (text: string) => {
    setEdited(null);
    setSaid(text);
    if (text !== '') again();
  };
  const saved = (name: string | null) =>
    done(name === null ? '' : `${name} is saved, and judges from the next look on.`);
  const name = edited === null || edited === 'new' ? '' : edited.name;
  const running = data.find((rule) => rule.name === name) ?? null;
  return (
    <>
      {mayChange && (
        <div class="act-foot">
          <button type="button" class="button" aria-expanded={edited === 'new'} onClick={() => setEdited('new')}>
            New rule
          </button>
          <span role="status">{said}</span>
        </div>
      )}
      {edited !== null && (
        <RuleEditor
          key={name}
          rule={edited === 'new' ? null : edited}
          running={running}
          channels={meta.channels}
          zone={zone}
          onDone={saved}
          onStale={again}
        />
      )}
      {data.length === 0 ? (
        <Empty title="No rule is shown to this token" />
      ) : (
        <div class="columns is-rules">
          {data.map((rule) => (
            <RuleCard key={rule.name} rule={rule}>
              {mayChange && !rule.read_only && (
                <RuleActions rule={rule} onEdit={() => setEdited(rule)} onDone={done} onStale={again} />
              )}
              {rule.read_only && <p class="quiet small">It is changed where it stands: {rule.file}.</p>}
            </RuleCard>
          ))}
        </div>
      )}
    </>
  );
}

/** By which rules alerts are found, where each comes from, and how often it may be wrong. */
export default function Rules() {
  const answer = useRules();
  const { zone } = useView();
  return (
    <div class="page">
      <h1>Rules</h1>
      <AnswerPanel
        title="Rules"
        answer={answer}
        class="is-bare is-headless"
        skeleton={<Skeleton rows={3} height={12} />}
      >
        {(body) => (
          <>
            <Sources {...body} />
            <Changeable body={body} zone={zone} again={answer.again} />
            <BacktestPanel rules={body.data} zone={zone} />
          </>
        )}
      </AnswerPanel>
    </div>
  );
}
