import { hourMs } from '@custody/decision';
import { z } from 'zod';
import type { StatementOptions, StoreClient } from '../client.ts';
import { defineQuery, runQuery } from '../query.ts';
import { behindLiveRows } from '../reattribution/rows-in-scope.ts';
import type { Difference } from './difference.ts';

/** Some of all ids, by what they begin with: ids are random. */
export interface IdSlice {
  /** 0 to `slices` − 1. */
  readonly slice: number;
  readonly slices: number;
}

/** So many ids fit well into the memory of one statement. */
export const idsPerSlice = 4_000_000;
/** Told at once; of more, the number is what counts. */
const mostTold = 100;

const rowsOfTable = defineQuery({
  name: 'verify.id_slices',
  sql: 'SELECT count() AS rows FROM custody_internal.decisions',
  params: z.object({}),
  row: z.object({ rows: z.number() }),
});

/** Into how many slices the ids of the whole table are cut. */
export async function readIdSlices(client: StoreClient, options: StatementOptions = {}): Promise<number> {
  const [table] = await runQuery(client, rowsOfTable, {}, options);
  return Math.max(1, Math.ceil((table?.rows ?? 0) / idsPerSlice));
}

// Versions of a row have its time: so no FINAL is needed, which would read far more.
const timesOfIds = (where: string) => `SELECT env_id, toString(decision_id) AS id, min(occurred_at) AS first_at,
  toUnixTimestamp64Milli(first_at) AS first_ms, max(occurred_at) AS last_at, uniqExact(occurred_at) AS times
FROM custody_internal.decisions
WHERE ${where}
GROUP BY env_id, decision_id
HAVING min(occurred_at) != max(occurred_at)
ORDER BY id
LIMIT ${mostTold}`;

const row = z.object({
  env_id: z.string(),
  id: z.string(),
  first_ms: z.number(),
  first_at: z.string(),
  last_at: z.string(),
  times: z.number(),
});

const doubledIn = defineQuery({
  name: 'verify.doubled',
  sql: timesOfIds('cityHash64(decision_id) % {slices:UInt32} = {slice:UInt32}'),
  params: z.object({ slices: z.number().int(), slice: z.number().int() }),
  row,
});

const doubledAmong = defineQuery({
  name: 'verify.doubled_still',
  sql: timesOfIds('decision_id IN (SELECT arrayJoin({ids:Array(UUID)}))'),
  params: z.object({ ids: z.array(z.uuid()) }),
  row,
});

/**
 * Ids that are stored at several times, of a slice of all of them or of those that are named; a hundred at most. Each would
 * be counted as often. Reads the ids of the whole table. Throws `STORE_*`.
 */
export async function findDoubled(
  client: StoreClient,
  among: IdSlice | { readonly ids: readonly string[] },
  options: StatementOptions = {},
): Promise<Difference[]> {
  const behind = { ...options, settings: { ...behindLiveRows, ...options.settings } };
  const found =
    'ids' in among
      ? await runQuery(client, doubledAmong, { ids: [...among.ids] }, behind)
      : await runQuery(client, doubledIn, { ...among }, behind);
  return found.map(({ env_id, id, first_ms, first_at, last_at, times }) => ({
    ...{ envId: env_id, span: 'hour', startMs: Math.floor(first_ms / hourMs) * hourMs, kind: 'doubled', subject: id },
    ...{ expected: 'one time', found: `${times} times, ${first_at} to ${last_at}` },
  }));
}
