import { secondMs } from '@custody/decision';
import { z } from 'zod';
import type { StatementOptions, StoreClient } from '../client.ts';
import { defineQuery, runQuery } from '../query.ts';
import { rowsOfHours, storedSql } from '../rollups/build-hours.ts';

/** The rows of an hour, as a seal tells them. */
export interface StoredHour {
  readonly stored: number;
  /** How many ids these have. */
  readonly distinct: number;
  readonly idsXor: string;
  readonly content: string;
  /** Rows whose entry has to be there and is not. */
  readonly lacking: number;
}

const nothing: StoredHour = {
  ...{ stored: 0, distinct: 0, lacking: 0 },
  ...{ idsXor: '0'.repeat(32), content: '0'.repeat(32) },
};

const params = z.object({ env_id: z.string(), hours: z.array(z.number().int()) });

const rowsStored = defineQuery({
  name: 'verify.rows',
  sql: `SELECT toUnixTimestamp(toStartOfHour(occurred_at)) AS start_seconds, uniqExact(decision_id) AS ids,
  ${storedSql}
${rowsOfHours}
GROUP BY start_seconds`,
  params,
  row: z.object({
    start_seconds: z.number(),
    ids: z.number(),
    stored: z.number(),
    ids_xor: z.string(),
    content: z.string(),
  }),
});

const hourOfEntry = 'toUnixTimestamp(toStartOfHour(occurred_at)) AS start_seconds';
const kept = ['entries', 'entry_details'].map(
  (table) => `SELECT decision_id, ${hourOfEntry}, ingested_at
    FROM custody_internal.${table}
    WHERE env_id = {env_id:String}
      AND toStartOfHour(occurred_at) IN (SELECT toDateTime(arrayJoin({hours:Array(UInt32)}), 'UTC'))`,
);

// Entries are stored before their decisions. Where none of an hour is there they are not kept, or have expired; and where
// rows came before the first or after the last of those that are there, the setting was another one then.
const entriesLacking = defineQuery({
  name: 'verify.entries',
  sql: `WITH kept AS
  (
    ${kept.join('\n    UNION ALL\n    ')}
  )
SELECT rows.start_seconds AS start_seconds, count() AS lacking
FROM (SELECT decision_id, ${hourOfEntry}, ingested_at
${rowsOfHours}) AS rows
INNER JOIN (
  SELECT start_seconds, min(ingested_at) AS oldest, max(ingested_at) AS newest FROM kept GROUP BY start_seconds
) AS bounds ON bounds.start_seconds = rows.start_seconds
WHERE rows.ingested_at >= bounds.oldest AND rows.ingested_at <= bounds.newest
  AND rows.decision_id NOT IN (SELECT decision_id FROM kept)
  AND rows.start_seconds NOT IN (
    SELECT toUnixTimestamp(hour) FROM custody_internal.expired_entries FINAL WHERE env_id = {env_id:String})
GROUP BY start_seconds`,
  params,
  row: z.object({ start_seconds: z.number(), lacking: z.number() }),
});

/** What is stored of hours of an environment, by their starts in milliseconds. */
export async function readStoredHours(
  client: StoreClient,
  envId: string,
  hours: readonly number[],
  options: StatementOptions,
): Promise<(hourStartMs: number) => StoredHour> {
  const bound = { env_id: envId, hours: hours.map((startMs) => startMs / secondMs) };
  const rows = await runQuery(client, rowsStored, bound, options);
  const lacking = await runQuery(client, entriesLacking, bound, options);
  const lacks = new Map(lacking.map((row) => [row.start_seconds, row.lacking]));
  const found = new Map(
    rows.map(({ start_seconds, ids: distinct, ids_xor: idsXor, stored, content }) => [
      start_seconds * secondMs,
      { distinct, idsXor, stored, content, lacking: lacks.get(start_seconds) ?? 0 },
    ]),
  );
  return (hourStartMs) => found.get(hourStartMs) ?? nothing;
}
