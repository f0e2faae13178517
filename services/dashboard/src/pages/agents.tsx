import { useState } from 'preact/hooks';
import { useAgents } from '../api/entity-questions.ts';
import { type Column, DataTable } from '../components/data-table.tsx';
import { AnswerPanel } from '../components/panel.tsx';
import { Skeleton } from '../components/states.tsx';
import { AgentLink } from '../components/who.tsx';
import { type AgentGroup, groupAgents } from '../entities/agent-groups.ts';
import { countColumns, lastSeen } from '../entities/columns.tsx';
import { counted, exact } from '../format/numbers.ts';
import { useView } from '../state/view.ts';

const most = 10_000;

/** The registrations of one name, a line each. */
function Registrations({ group, zone, columns }: { group: AgentGroup; zone: string; columns: number }) {
  return (
    <tr class="opened">
      <td colSpan={columns}>
        <DataTable
          caption={`Registrations of ${group.name}`}
          rows={group.rows}
          keyOf={({ agent }) => agent}
          none="None"
          columns={[
            { name: 'Registration', show: ({ agent, name }) => <AgentLink agent={agent} name={name} /> },
            { name: 'Humans', isNumber: true, show: ({ humans }) => exact(humans), order: ({ humans }) => humans },
            { name: 'Servers', isNumber: true, show: ({ servers }) => exact(servers), order: ({ servers }) => servers },
            { name: 'Tools', isNumber: true, show: ({ tools }) => exact(tools), order: ({ tools }) => tools },
            ...countColumns<AgentGroup['rows'][number]>(),
            lastSeen(zone),
          ]}
        />
      </td>
    </tr>
  );
}

/** All agents that called, a line for each name. */
export default function Agents() {
  const view = useView();
  const answer = useAgents(view, most);
  const [open, setOpen] = useState<ReadonlySet<string>>(new Set());
  const toggle = (name: string) => {
    const others = [...open].filter((one) => one !== name);
    setOpen(new Set(open.has(name) ? others : [...others, name]));
  };
  const columns: Column<AgentGroup>[] = [
    {
      name: 'Agent',
      order: ({ name }) => name.toLowerCase(),
      show: ({ name, rows }) => {
        const [one] = rows;
        if (rows.length === 1 && one !== undefined) return <AgentLink agent={one.agent} name={one.name} />;
        return (
          <button type="button" class="opener" aria-expanded={open.has(name)} onClick={() => toggle(name)}>
            {name} <span class="tag">{counted(rows.length, 'registration')}</span>
          </button>
        );
      },
    },
    ...countColumns<AgentGroup>(),
    lastSeen(view.zone),
  ];
  return (
    <div class="page">
      <h1>Agents</h1>
      <AnswerPanel
        title="Agents of the range"
        answer={answer}
        skeleton={<Skeleton rows={12} />}
        aside={answer.body && <span class="quiet">{counted(answer.body.data.length, 'agent')} by id</span>}
      >
        {({ data, meta }) => (
          <>
            {meta.truncated && <p class="note is-warn">There are more: the busiest {exact(most)} are shown.</p>}
            <DataTable
              caption="Agents"
              rows={groupAgents(data)}
              keyOf={({ name }) => name}
              none="No agent called in this range"
              columns={columns}
              most={100}
              under={(group) =>
                open.has(group.name) && group.rows.length > 1 ? (
                  <Registrations group={group} zone={view.zone} columns={columns.length} />
                ) : null
              }
            />
          </>
        )}
      </AnswerPanel>
    </div>
  );
}
