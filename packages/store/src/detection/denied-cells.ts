import { type DeniedMinuteRow, minuteMs, type TimeRange } from '@custody/decision';
import { z } from 'zod';
import type { StatementOptions, StoreClient } from '../client.ts';
import { ask, Binder, question } from '../questions/question.ts';
import { readHistoryAskedFor } from './history-asked-for.ts';
import { rowsSql } from './observed.ts';
import { toolSql } from './series-sql.ts';

const cellRow = z.object({
  envId: z.string(),
  atMs: z.number(),
  agent: z.string(),
  human: z.string(),
  // Named unlike the columns, which would be hidden by them.
  server_key: z.string(),
  server_tool: z.string(),
  reason: z.string(),
  denials: z.number(),
});

/** Cells of one look, those with the most denials. */
const mostCells = 100_000;

/** Denials of environments in a range from their rows, by minutes, without those that are history. Throws `STORE_*`. */
export async function readDeniedCells(
  client: StoreClient,
  { envIds, range }: { readonly envIds: readonly string[]; readonly range: TimeRange },
  options: StatementOptions = {},
): Promise<DeniedMinuteRow[]> {
  if (envIds.length === 0) return [];
  const history = await readHistoryAskedFor(client, range.fromMs, options);
  const binder = new Binder();
  const sql = `SELECT toString(env_id) AS envId, intDiv(toUnixTimestamp64Milli(occurred_at), ${minuteMs}) * ${minuteMs} AS atMs,
  toString(agent_key) AS agent, toString(human_key) AS human, toString(server) AS server_key, ${toolSql} AS server_tool,
  toString(reason_code) AS reason, count() AS denials
FROM ${rowsSql(envIds, range, binder, history)} AND decision = 'deny'
GROUP BY envId, atMs, agent, human, server_key, server_tool, reason
ORDER BY denials DESC, envId, atMs, agent, human, server_tool, reason
LIMIT ${mostCells}`;
  const rows = await ask(client, question('detection.denied_cells', sql, binder, cellRow), options);
  return rows.map(({ server_key: server, server_tool: tool, ...row }) => ({ ...row, server, tool }));
}
