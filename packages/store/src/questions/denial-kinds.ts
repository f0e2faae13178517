import { z } from 'zod';
import { Binder, question } from './question.ts';
import { type Selection, whereSql } from './selection.ts';

/** What makes denials different to explain; the reason's text is shown with one call and changes no remedy. */
const kindColumns = [
  'agent_key',
  'human_key',
  'human_candidates',
  'attribution',
  'server',
  'resource',
  'tool',
  'tenant',
  'reason_code',
  'trust_level',
  'ceiling_level',
  'required_level',
] as const;

const denialKindRow = z.object({
  agent_key: z.string(),
  human_key: z.string(),
  human_candidates: z.array(z.string()),
  attribution: z.string(),
  server: z.string(),
  resource: z.string(),
  tool: z.string(),
  tenant: z.string(),
  reason_code: z.string(),
  trust_level: z.string(),
  ceiling_level: z.string(),
  required_level: z.string(),
  agent_name: z.string(),
  human_name: z.string(),
  denials: z.number(),
  first_at: z.string(),
  last_at: z.string(),
  last_id: z.string(),
  /** Of the whole selection, the same in every row: where kinds were left out, it is more than they come to. */
  all_denials: z.number(),
});

/**
 * The denials of a selection by what there is to explain about them, the most frequent kinds first. Out of the rows: sums
 * know no ceilings and no required levels.
 */
export function denialKinds(selection: Selection, limit: number) {
  const binder = new Binder();
  const columns = kindColumns.join(', ');
  const sql = `SELECT *, sum(denials) OVER () AS all_denials
FROM
(
    SELECT ${columns}, argMax(agent_name, occurred_at) AS agent_name, argMax(human_name, occurred_at) AS human_name,
        count() AS denials, min(occurred_at) AS first_at, max(occurred_at) AS last_at,
        toString(argMax(decision_id, (occurred_at, decision_id))) AS last_id
    FROM custody.decisions
    WHERE ${whereSql(selection, binder)} AND decision = 'deny'
    GROUP BY ${columns}
)
ORDER BY denials DESC, ${columns}
LIMIT ${binder.bind(limit, 'UInt64')}`;
  // Filters on names look at the rows' own, not at the newest of a kind.
  return question('denials.kinds', sql, binder, denialKindRow, { prefer_column_name_to_alias: 1 });
}
