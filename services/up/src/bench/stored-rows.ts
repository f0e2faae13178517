import { defineQuery, runQuery, type StoreClient } from '@custody/store';
import { z } from 'zod';

const rowsOfEnvironment = defineQuery({
  name: 'bench.rows',
  sql: 'SELECT count() AS rows FROM custody.decisions WHERE env_id = {env:String}',
  params: z.object({ env: z.string() }),
  row: z.object({ rows: z.number() }),
});

/** How many decisions of an environment the public view counts. */
export async function rowsIn(client: StoreClient, envId: string): Promise<number> {
  const [found] = await runQuery(client, rowsOfEnvironment, { env: envId });
  return found?.rows ?? 0;
}
