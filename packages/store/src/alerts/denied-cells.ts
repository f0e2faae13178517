import { minuteMs, type TimeRange } from '@custody/decision';
import { z } from 'zod';
import type { StatementOptions, StoreClient } from '../client.ts';
import { defineQuery, runQuery } from '../query.ts';

/** Denials of a minute by everything that is known of them. */
export interface DeniedMinute {
  readonly envId: string;
  /** Where the minute begins. */
  readonly atMs: number;
  readonly agent: string;
  readonly human: string;
  readonly server: string;
  /** `server:tool`. */
  readonly tool: string;
  readonly reason: string;
  readonly denials: number;
}

/** More than that are a flood, of which the largest tell enough. */
const mostCells = 100_000;

const deniedMinutes = defineQuery({
  name: 'alerts.denied_minutes',
  sql: `SELECT toString(env_id) AS envId, intDiv(toUnixTimestamp(occurred_at), 60) AS minute, toString(agent_key) AS agent,
  toString(human_key) AS human, toString(d.server) AS server, if(d.tool = '', '', concat(d.server, ':', d.tool)) AS tool,
  toString(reason_code) AS reason, count() AS denials
FROM custody_internal.decisions AS d FINAL
WHERE env_id IN {envs:Array(String)} AND decision = 'deny'
  AND occurred_at >= fromUnixTimestamp64Milli({from:Int64}, 'UTC') AND occurred_at < fromUnixTimestamp64Milli({to:Int64}, 'UTC')
GROUP BY ALL
ORDER BY denials DESC, envId, minute, agent, human, server, tool, reason
LIMIT {most:UInt32}`,
  params: z.object({
    envs: z.array(z.string()),
    from: z.number().int(),
    to: z.number().int(),
    most: z.number().int(),
  }),
  row: z.object({
    envId: z.string(),
    minute: z.number(),
    agent: z.string(),
    human: z.string(),
    server: z.string(),
    tool: z.string(),
    reason: z.string(),
    denials: z.number(),
  }),
});

/** Denials of environments in a range, as they are put together by what they share. Throws `STORE_*`. */
export async function readDeniedMinutes(
  client: StoreClient,
  envIds: readonly string[],
  { fromMs, toMs }: TimeRange,
  options: StatementOptions = {},
): Promise<DeniedMinute[]> {
  if (envIds.length === 0) return [];
  const params = { envs: [...envIds], from: fromMs, to: toMs, most: mostCells };
  const rows = await runQuery(client, deniedMinutes, params, options);
  return rows.map(({ minute, ...row }) => ({ ...row, atMs: minute * minuteMs }));
}
