import { type DeniedMinuteRow, minuteMs } from '@custody/decision';
import { z } from 'zod';
import type { StatementOptions, StoreClient } from '../client.ts';
import { ask, Binder, question } from '../questions/question.ts';
import { scopeFilters } from '../questions/scope.ts';
import { filterSql } from '../questions/selection.ts';
import { rowsSql } from './observed.ts';
import type { PastRequest } from './past-denials.ts';
import { toolSql } from './series-sql.ts';

/** Those of one combination together: many minutes of few agents are few rows. */
const minutesRow = z.object({
  envId: z.string(),
  agent: z.string(),
  human: z.string(),
  // Named unlike the columns, which would be hidden by them.
  server_key: z.string(),
  server_tool: z.string(),
  reason: z.string(),
  minutes: z.array(z.number()),
  counts: z.array(z.number()),
});

/** Denials of environments in a range from their rows, by minutes. Throws `STORE_*`. */
export async function readDeniedMinutes(
  client: StoreClient,
  { envIds, range, scope }: PastRequest,
  options: StatementOptions = {},
): Promise<DeniedMinuteRow[]> {
  if (envIds.length === 0) return [];
  const binder = new Binder();
  const within = scopeFilters(scope).flatMap((filter) => filterSql(filter, binder));
  const conditions = ["decision = 'deny'", ...within].join(' AND ');
  const sql = `SELECT envId, agent, human, server_key, server_tool, reason, groupArray(minute) AS minutes, groupArray(n) AS counts
FROM (
  SELECT toString(env_id) AS envId, toString(agent_key) AS agent, toString(human_key) AS human,
    toString(server) AS server_key, ${toolSql} AS server_tool, toString(reason_code) AS reason,
    intDiv(toUnixTimestamp64Milli(occurred_at), ${minuteMs}) AS minute, count() AS n
  FROM ${rowsSql(envIds, range, binder)} AND ${conditions}
  GROUP BY envId, agent, human, server_key, server_tool, reason, minute
)
GROUP BY envId, agent, human, server_key, server_tool, reason`;
  const rows = await ask(client, question('detection.denied_minutes', sql, binder, minutesRow), options);
  const found: DeniedMinuteRow[] = [];
  for (const { envId, agent, human, server_key: server, server_tool: tool, reason, minutes, counts } of rows) {
    for (let at = 0; at < minutes.length; at += 1) {
      const minute = minutes[at] ?? 0;
      const denials = counts[at] ?? 0;
      found.push({ envId, atMs: minute * minuteMs, agent, human, server, tool, reason, denials });
    }
  }
  return found;
}
