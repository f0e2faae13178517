import { CustodyError, type SourceKind } from '@custody/runtime';
import { z } from 'zod';
import type { StoreClient } from './client.ts';
import { storeErrors } from './errors.ts';
import { defineQuery, runQuery } from './query.ts';

const table = 'custody_internal.installation';

export const installedSource = defineQuery({
  name: 'installation.source',
  sql: `SELECT argMin(value, (written_at, claim)) AS source FROM ${table} WHERE key = 'source' HAVING count() > 0`,
  params: z.object({}),
  row: z.object({ source: z.enum(['permit', 'simulator']) }),
});

/** From which age on an hour counts as late, seconds; no row until a pipeline wrote it. */
export const installedLateness = defineQuery({
  name: 'installation.lateness',
  sql: `SELECT toUInt32(argMax(value, (written_at, claim))) AS seconds FROM ${table} WHERE key = 'lateness_seconds' HAVING count() > 0`,
  params: z.object({}),
  row: z.object({ seconds: z.number() }),
});

const sourceNames = { permit: 'decisions from Permit', simulator: 'the demo’s simulated decisions' };

/**
 * Ties the store to one kind of source, for ever. Throws `STORE_OTHER_SOURCE` where it holds the other kind. Of two
 * processes that claim an empty store at once, the first write counts for both.
 */
export async function claimSource(client: StoreClient, kind: SourceKind): Promise<void> {
  const [before] = await runQuery(client, installedSource, {});
  if (before === undefined) await client.insert('installation.claim', table, [{ key: 'source', value: kind }]);
  const [now] = await runQuery(client, installedSource, {});
  if (now?.source === kind) return;
  const found = sourceNames[now?.source ?? kind];
  throw new CustodyError(
    storeErrors.STORE_OTHER_SOURCE,
    `The store holds ${found}, and this start would write ${sourceNames[kind]}.`,
    { fields: { found: now?.source, wanted: kind } },
  );
}

/** Tells the views from which age on an hour counts as late, seconds; written only where it changes. */
export async function recordLateness(client: StoreClient, latenessSeconds: number): Promise<void> {
  const [stored] = await runQuery(client, installedLateness, {});
  if (stored?.seconds === latenessSeconds) return;
  await client.insert('installation.lateness', table, [{ key: 'lateness_seconds', value: String(latenessSeconds) }]);
}
