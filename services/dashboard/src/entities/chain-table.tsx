import { type ChainRow, useChains } from '../api/entity-questions.ts';
import { DataTable } from '../components/data-table.tsx';
import { AnswerPanel } from '../components/panel.tsx';
import { Skeleton } from '../components/states.tsx';
import { AgentLink, HumanLink, ServerLink } from '../components/who.tsx';
import { Time } from '../components/words.tsx';
import { exact } from '../format/numbers.ts';
import type { View } from '../state/view.ts';

/** How the caller stands to the human. */
const relations: Readonly<Record<ChainRow['relation'], string>> = {
  own: 'own call',
  authorized: 'authorized',
  possible: 'possible: one of several',
  unknown: 'not known',
  none: 'no human involved',
};

interface ChainTableProps {
  readonly view: View;
  readonly title: string;
  /** Whether what only may be the human's is listed too, marked. */
  readonly hasPossible?: boolean;
}

/** Who called what for whom, allowed and denied apart. */
export function ChainTable({ view, title, hasPossible = false }: ChainTableProps) {
  const answer = useChains(view, { limit: '500', ...(hasPossible && { include: 'possible' }) });
  return (
    <AnswerPanel title={title} answer={answer} skeleton={<Skeleton rows={6} />}>
      {({ data }) => (
        <DataTable<ChainRow>
          caption={title}
          rows={data}
          keyOf={({ human, agent, server, relation }) => `${human} ${agent} ${server} ${relation}`}
          none="Nobody called anything in this range"
          most={15}
          columns={[
            {
              name: 'Human',
              show: (row) => (
                <HumanLink human={row.human} name={row.human_name} email={row.human_email} attribution="unknown" />
              ),
            },
            {
              name: 'Relation',
              order: ({ relation }) => relation,
              show: ({ relation }) => (
                <span class={relation === 'possible' ? 'note is-warn' : 'quiet'}>{relations[relation]}</span>
              ),
            },
            { name: 'Agent', show: (row) => <AgentLink agent={row.agent} name={row.agent_name} /> },
            { name: 'Server', order: ({ server }) => server, show: ({ server }) => <ServerLink server={server} /> },
            { name: 'Allowed', isNumber: true, order: ({ allowed }) => allowed, show: ({ allowed }) => exact(allowed) },
            { name: 'Denied', isNumber: true, order: ({ denied }) => denied, show: ({ denied }) => exact(denied) },
            {
              name: 'Undecided',
              isNumber: true,
              order: ({ undecided }) => undecided,
              show: ({ undecided }) => exact(undecided),
            },
            { name: 'Tools', isNumber: true, order: ({ tools }) => tools, show: ({ tools }) => exact(tools) },
            {
              name: 'Last seen',
              isNumber: true,
              order: ({ last_seen }) => last_seen,
              show: (row) => <Time at={row.last_seen} zone={view.zone} />,
            },
          ]}
        />
      )}
    </AnswerPanel>
  );
}
