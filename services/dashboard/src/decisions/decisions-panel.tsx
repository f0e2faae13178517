import { useState } from 'preact/hooks';
import { useDecisions } from '../api/questions.ts';
import { PageTurner } from '../components/page-turner.tsx';
import { AnswerPanel } from '../components/panel.tsx';
import { Empty, Skeleton } from '../components/states.tsx';
import { changeView, type View } from '../state/view.ts';
import { DecisionRows } from './decision-rows.tsx';
import { Exports } from './exports.tsx';

const verdicts = [
  { value: '', name: 'All' },
  { value: 'allow', name: 'Allowed' },
  { value: 'deny', name: 'Denied' },
] as const;

interface DecisionsPanelProps {
  readonly view: View;
  readonly title: string;
}

/** Decisions page by page, newest first, with a filter of one press and files of all of them. */
export function DecisionsPanel({ view, title }: DecisionsPanelProps) {
  // Cursors of the pages before; a question with other filters begins anew.
  const question = JSON.stringify([view.range, view.env, view.filters]);
  const [turned, setTurned] = useState<{ of: string; cursors: readonly string[] }>({ of: question, cursors: [] });
  const cursors = turned.of === question ? turned.cursors : [];
  const cursor = cursors.at(-1);
  const answer = useDecisions(view, { limit: '50', ...(cursor && { cursor }) });
  const turn = (next: readonly string[]) => setTurned({ of: question, cursors: next });
  const aside = (
    <>
      <fieldset aria-label="Decision">
        {verdicts.map(({ value, name }) => (
          <button
            type="button"
            key={name}
            class="button is-quiet"
            aria-pressed={(view.filters.decision ?? '') === value}
            onClick={() => changeView({ decision: value })}
          >
            {name}
          </button>
        ))}
      </fieldset>
      <Exports view={view} />
    </>
  );
  return (
    <AnswerPanel title={title} answer={answer} aside={aside} skeleton={<Skeleton rows={20} />}>
      {({ data, meta }) => (
        <>
          {data.length === 0 ? (
            <Empty title="No decision fits">A longer range or fewer filters may show some.</Empty>
          ) : (
            <DecisionRows rows={data} zone={view.zone} caption={title} />
          )}
          <PageTurner cursors={cursors} next={meta.next} onTurn={turn} />
        </>
      )}
    </AnswerPanel>
  );
}
