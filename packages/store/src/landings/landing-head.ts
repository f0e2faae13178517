import { z } from 'zod';
import type { StatementOptions, StoreClient } from '../client.ts';
import { defineQuery, runQuery } from '../query.ts';
import type { LandingPosition } from './landing-position.ts';

const newestBlock = defineQuery({
  name: 'landings.head',
  sql: `SELECT toString(any(t.uuid)) AS table_id, max(p.max_block_number) AS block
FROM system.tables AS t
LEFT JOIN (
  SELECT database, table, max_block_number FROM system.parts
  WHERE active AND database = 'custody_internal' AND table = 'decisions'
) AS p ON p.database = t.database AND p.table = t.name
WHERE t.database = 'custody_internal' AND t.name = 'decisions'
SETTINGS join_use_nulls = 0`,
  params: z.object({}),
  row: z.object({ table_id: z.string(), block: z.number() }),
});

/** Where the order of landings ends at this moment. */
export interface LandingHead {
  /** Names the table that the numbers are of: those of another store mean nothing here. */
  readonly tableId: string;
  readonly position: LandingPosition;
}

/** Whatever lands from now on comes after this. Throws `STORE_*`. */
export async function readLandingHead(client: StoreClient, options: StatementOptions = {}): Promise<LandingHead> {
  const [row] = await runQuery(client, newestBlock, {}, options);
  return { tableId: row?.table_id ?? '', position: { block: row?.block ?? 0, after: null } };
}
