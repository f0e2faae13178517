import type { SeriesName, TimeRange, WatchedKind } from '@custody/decision';
import { z } from 'zod';
import type { StatementOptions, StoreClient } from '../client.ts';
import { question } from '../questions/question.ts';
import { readDenials } from './denials.ts';
import { seriesSql } from './series-sql.ts';

const countRow = z.object({
  env_id: z.string(),
  kind: z.enum(['agent', 'human', 'server', 'tool', 'reason', 'environment']),
  key: z.string(),
  bucket: z.number(),
  n: z.number(),
});

/** Denials of one series in one bucket. */
export interface BucketOfSeries extends SeriesName {
  readonly kind: WatchedKind;
  readonly bucket: number;
  readonly count: number;
}

/** What was denied to every series in a short range whose ends are edges of buckets. Throws `STORE_*`. */
export async function readBucketCounts(
  client: StoreClient,
  { envIds, range }: { readonly envIds: readonly string[]; readonly range: TimeRange },
  options: StatementOptions = {},
): Promise<BucketOfSeries[]> {
  if (envIds.length === 0 || range.fromMs >= range.toMs) return [];
  const rows = await readDenials(
    client,
    {
      key: JSON.stringify(['bucket counts']),
      envIds,
      range,
      compose: (source, binder) => {
        const sql = `SELECT env_id, series.1 AS kind, series.2 AS key, bucket, sum(counted) AS n
FROM (SELECT toString(env_id) AS env_id, bucket, counted, arrayJoin(${seriesSql}) AS series FROM ${source})
GROUP BY env_id, kind, key, bucket`;
        return question('detection.bucket_counts', sql, binder, countRow);
      },
    },
    options,
  );
  return rows.map(({ env_id: envId, kind, key, bucket, n }) => ({ envId, kind, key, bucket, count: n }));
}
