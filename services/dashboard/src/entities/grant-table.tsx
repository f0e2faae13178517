import type { Grant } from '../api/entity-questions.ts';
import { DataTable } from '../components/data-table.tsx';
import { AgentLink, HumanLink, ServerLink } from '../components/who.tsx';
import { Level, Time } from '../components/words.tsx';

const kinds = { consent: 'Consent', ceiling: 'Max trust level', tool_level: 'Tool requires' } as const;

interface GrantTableProps {
  readonly grants: readonly Grant[];
  readonly zone: string;
  readonly caption: string;
}

/** Grants with their history: those that hold first, then those that ended. */
export function GrantTable({ grants, zone, caption }: GrantTableProps) {
  const rows = grants.toSorted((a, b) => Number(b.active) - Number(a.active) || (a.first_seen < b.first_seen ? 1 : -1));
  return (
    <DataTable
      caption={caption}
      rows={rows}
      keyOf={({ kind, grant_id, first_seen, level }) => `${kind} ${grant_id} ${first_seen} ${level}`}
      none="No grant is known"
      most={25}
      columns={[
        { name: 'Grant', show: ({ kind }) => kinds[kind] },
        { name: 'Level', show: ({ level }) => <Level level={level} /> },
        { name: 'Human', show: (row) => row.human_key && <HumanLink human={row.human_key} name={row.human_name} /> },
        { name: 'Agent', show: (row) => row.agent_key && <AgentLink agent={row.agent_key} name={row.agent_name} /> },
        { name: 'Server', show: ({ server }) => <ServerLink server={server} /> },
        { name: 'Tool', show: ({ tool }) => tool },
        { name: 'Since', show: (row) => <Time at={row.valid_from ?? row.first_seen} zone={zone} /> },
        {
          name: 'Until',
          show: (row) =>
            row.active ? (
              <span class="is-good">holds</span>
            ) : (
              <Time at={row.first_missing ?? row.last_seen} zone={zone} />
            ),
        },
      ]}
    />
  );
}
