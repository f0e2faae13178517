import { type HumanRow, useHumans } from '../api/entity-questions.ts';
import { DataTable } from '../components/data-table.tsx';
import { AnswerPanel } from '../components/panel.tsx';
import { Skeleton } from '../components/states.tsx';
import { HumanLink } from '../components/who.tsx';
import { countColumns, lastSeen } from '../entities/columns.tsx';
import { exact } from '../format/numbers.ts';
import { useView } from '../state/view.ts';

/** All humans under whose authority something was called. */
export default function Humans() {
  const view = useView();
  const answer = useHumans(view, 10_000);
  return (
    <div class="page">
      <h1>Humans</h1>
      <AnswerPanel title="Authorizing humans of the range" answer={answer} skeleton={<Skeleton rows={12} />}>
        {({ data }) => (
          <DataTable<HumanRow>
            caption="Humans"
            rows={data}
            keyOf={({ human }) => human}
            none="No human authorized anything in this range"
            most={100}
            columns={[
              {
                name: 'Human',
                order: ({ name }) => name.toLowerCase(),
                show: ({ human, name, email }) => <HumanLink human={human} name={name} email={email} />,
              },
              { name: 'E-mail', order: ({ email }) => email, show: ({ email }) => <span class="quiet">{email}</span> },
              { name: 'Agents', isNumber: true, order: ({ agents }) => agents, show: ({ agents }) => exact(agents) },
              {
                name: 'Servers',
                isNumber: true,
                order: ({ servers }) => servers,
                show: ({ servers }) => exact(servers),
              },
              ...countColumns<HumanRow>(),
              lastSeen(view.zone),
            ]}
          />
        )}
      </AnswerPanel>
    </div>
  );
}
