import { type RulesBody, useRules } from '../api/rule-questions.ts';
import { AnswerPanel, Panel } from '../components/panel.tsx';
import { Empty, Skeleton } from '../components/states.tsx';
import { counted } from '../format/numbers.ts';
import { BacktestPanel } from '../rules/backtest-panel.tsx';
import { RuleCard } from '../rules/rule-card.tsx';
import { RuleFaults } from '../rules/rule-faults.tsx';
import { budgetText } from '../rules/rule-words.ts';
import { useView } from '../state/view.ts';

/** Where the rules come from, and what is wrong with it. */
function Sources({ meta, data }: RulesBody) {
  const { file, not_understood } = meta;
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
            {body.data.length === 0 ? (
              <Empty title="No rule is shown to this token" />
            ) : (
              <div class="columns is-rules">
                {body.data.map((rule) => (
                  <RuleCard key={rule.name} rule={rule} />
                ))}
              </div>
            )}
            <BacktestPanel rules={body.data} zone={zone} />
          </>
        )}
      </AnswerPanel>
    </div>
  );
}
