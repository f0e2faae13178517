import { z } from 'zod';
import type { StatementOptions, StoreClient } from '../client.ts';
import { defineQuery, runQuery } from '../query.ts';

const namesOfUsers = defineQuery({
  name: 'alerts.names',
  sql: `SELECT user_key AS key, argMax(name, position) AS name
FROM custody_internal.facts FINAL
WHERE kind = 'identity' AND env_id = {env:String} AND user_key IN {keys:Array(String)}
GROUP BY user_key
HAVING name != ''`,
  params: z.object({ env: z.string(), keys: z.array(z.string()) }),
  row: z.object({ key: z.string(), name: z.string() }),
});

/** The newest known names of agents and humans of an environment, by key; those without one are left out. Throws `STORE_*`. */
export async function readUserNames(
  client: StoreClient,
  envId: string,
  keys: readonly string[],
  options: StatementOptions = {},
): Promise<Map<string, string>> {
  if (keys.length === 0) return new Map();
  const rows = await runQuery(client, namesOfUsers, { env: envId, keys: [...keys] }, options);
  return new Map(rows.map(({ key, name }) => [key, name]));
}
