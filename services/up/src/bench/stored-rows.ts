import { defineQuery, runQuery, type StoreClient } from '@custody/store';
import { z } from 'zod';

const tables = {
  /** Deduplicated: the truth. */
  'custody.decisions': 'bench.decisions',
  /** Every version, and cheap enough to ask for many times a second. */
  'custody_internal.decisions': 'bench.versions',
} as const;

/** How many rows of an environment there are. */
export async function rowsIn(client: StoreClient, table: keyof typeof tables, envId: string): Promise<number> {
  const query = defineQuery({
    name: tables[table],
    sql: `SELECT count() AS rows FROM ${table} WHERE env_id = {env:String}`,
    params: z.object({ env: z.string() }),
    row: z.object({ rows: z.number() }),
  });
  const [found] = await runQuery(client, query, { env: envId });
  return found?.rows ?? 0;
}
