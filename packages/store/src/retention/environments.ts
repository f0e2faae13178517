import { z } from 'zod';
import type { StatementOptions, StoreClient } from '../client.ts';
import { defineQuery, runQuery } from '../query.ts';
import type { StoredEnvironment } from './policy.ts';

const environmentsOfStore = defineQuery({
  name: 'retention.environments',
  sql: `SELECT env_id, argMaxIf(name, at, name != '') AS env_name
FROM
(
  SELECT env_id, env_name AS name, updated_at AS at FROM custody_internal.windows_by_hour
  UNION ALL
  SELECT env_id, '' AS name, toDateTime64(0, 3, 'UTC') AS at FROM custody_internal.stored_hours
)
GROUP BY env_id
ORDER BY env_name, env_id`,
  params: z.object({}),
  row: z.object({ env_id: z.string(), env_name: z.string() }),
});

/** The environments that anything is stored of; one without windows has no name. */
export async function readEnvironments(
  client: StoreClient,
  options: StatementOptions = {},
): Promise<StoredEnvironment[]> {
  const rows = await runQuery(client, environmentsOfStore, {}, options);
  return rows.map(({ env_id: envId, env_name: envName }) => ({ envId, envName }));
}
