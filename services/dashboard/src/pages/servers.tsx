import { type ServerRow, useServers } from '../api/entity-questions.ts';
import { DataTable } from '../components/data-table.tsx';
import { AnswerPanel } from '../components/panel.tsx';
import { Skeleton } from '../components/states.tsx';
import { ServerLink } from '../components/who.tsx';
import { countColumns, lastSeen } from '../entities/columns.tsx';
import { exact } from '../format/numbers.ts';
import { useView } from '../state/view.ts';

/** All MCP servers that were called. */
export default function Servers() {
  const view = useView();
  const answer = useServers(view, 10_000);
  return (
    <div class="page">
      <h1>Servers</h1>
      <AnswerPanel title="Servers of the range" answer={answer} skeleton={<Skeleton rows={12} />}>
        {({ data }) => (
          <DataTable<ServerRow>
            caption="Servers"
            rows={data}
            keyOf={({ server }) => server}
            none="No server was called in this range"
            most={100}
            columns={[
              { name: 'Server', order: ({ server }) => server, show: ({ server }) => <ServerLink server={server} /> },
              { name: 'Agents', isNumber: true, order: ({ agents }) => agents, show: ({ agents }) => exact(agents) },
              { name: 'Humans', isNumber: true, order: ({ humans }) => humans, show: ({ humans }) => exact(humans) },
              { name: 'Tools', isNumber: true, order: ({ tools }) => tools, show: ({ tools }) => exact(tools) },
              ...countColumns<ServerRow>(),
              lastSeen(view.zone),
            ]}
          />
        )}
      </AnswerPanel>
    </div>
  );
}
