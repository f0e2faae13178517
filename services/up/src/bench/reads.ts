import { defineQuery, runQuery, type StoreClient } from '@custody/store';
import { z } from 'zod';

/** What statements read of tables, before compression. */
export interface Reads {
  readonly rows: number;
  readonly bytes: number;
}

/** Counted by the engine since it began, over all statements. */
const readsSoFar = defineQuery({
  name: 'bench.reads',
  sql: `SELECT sumIf(value, event = 'SelectedRows') AS rows, sumIf(value, event = 'SelectedBytes') AS bytes FROM system.events`,
  params: z.object({}),
  row: z.object({ rows: z.number(), bytes: z.number() }),
});

async function soFar(client: StoreClient): Promise<Reads> {
  const [found] = await runQuery(client, readsSoFar, {});
  return found ?? { rows: 0, bytes: 0 };
}

/** Does some reading, and counts what it reads; right where nobody else reads meanwhile. */
export async function reading<Found>(
  client: StoreClient,
  work: () => Promise<Found>,
): Promise<Reads & { readonly found: Found }> {
  const [idle, before] = [await soFar(client), await soFar(client)];
  const found = await work();
  const after = await soFar(client);
  // Looking is reading too, and each look finds what the one before it read.
  const own = { rows: before.rows - idle.rows, bytes: before.bytes - idle.bytes };
  const rows = Math.max(0, after.rows - before.rows - own.rows);
  return { found, rows, bytes: Math.max(0, after.bytes - before.bytes - own.bytes) };
}
