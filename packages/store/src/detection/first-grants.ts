import { z } from 'zod';
import type { StatementOptions, StoreClient } from '../client.ts';
import { ask, Binder, question } from '../questions/question.ts';
import { instantSql } from '../questions/selection.ts';
import { seenKey } from './seen.ts';

const grantRow = z.object({ env_id: z.string(), agent: z.string(), first_ms: z.number() });

/** When agents were first granted access, milliseconds, of those whose first was before a moment; by `seenKey`. Throws `STORE_*`. */
export async function readFirstGrants(
  client: StoreClient,
  { envIds, agents, beforeMs }: { envIds: readonly string[]; agents: readonly string[]; beforeMs: number },
  options: StatementOptions = {},
): Promise<Map<string, number>> {
  if (agents.length === 0) return new Map();
  const binder = new Binder();
  const sql = `SELECT toString(env_id) AS env_id, agent_key AS agent, toUnixTimestamp64Milli(min(began_at)) AS first_ms
FROM custody_internal.facts FINAL
WHERE env_id IN ${binder.bind(envIds, 'Array(String)')} AND kind = 'consent' AND agent_key IN ${binder.bind(agents, 'Array(String)')}
GROUP BY env_id, agent_key
HAVING min(began_at) <= ${instantSql(beforeMs, binder)}`;
  const rows = await ask(client, question('detection.first_grants', sql, binder, grantRow), options);
  return new Map(rows.map(({ env_id, agent, first_ms }) => [seenKey(env_id, 'agent', agent), first_ms]));
}
