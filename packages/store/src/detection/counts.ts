import type { CountInBucket, SeriesName, TimeRange, WatchedKind } from '@custody/decision';
import { z } from 'zod';
import type { StatementOptions, StoreClient } from '../client.ts';
import { question } from '../questions/question.ts';
import { inStatements, isOneOfSql, readDenials } from './denials.ts';
import { keyOfKindSql, kindsOfSeries, ofEachKindSql } from './series-sql.ts';

/** Denials of a series by buckets, in order. */
export interface SeriesCounts extends SeriesName {
  readonly kind: WatchedKind;
  readonly counts: readonly CountInBucket[];
}

const countsRow = z.object({
  env_id: z.string(),
  kind: z.enum(['agent', 'human', 'server', 'tool', 'reason', 'environment']),
  key: z.string(),
  buckets: z.array(z.number()),
  counts: z.array(z.number()),
});

interface CountsRequest {
  readonly names: readonly SeriesName[];
  readonly range: TimeRange;
}

/** What was denied to some series, bucket by bucket of a range whose ends are edges of buckets. Throws `STORE_*`. */
export async function readCounts(
  client: StoreClient,
  { names, range }: CountsRequest,
  options: StatementOptions = {},
): Promise<SeriesCounts[]> {
  const found: SeriesCounts[] = [];
  for (const some of inStatements(names)) found.push(...(await readSome(client, { names: some, range }, options)));
  return found;
}

async function readSome(
  client: StoreClient,
  { names, range }: CountsRequest,
  options: StatementOptions,
): Promise<SeriesCounts[]> {
  const rows = await readDenials(
    client,
    {
      key: JSON.stringify(['counts', names]),
      envIds: [...new Set(names.map(({ envId }) => envId))],
      range,
      compose: (source, binder) => {
        const asked = new Set<string>(names.map(({ kind }) => kind));
        const sql = ofEachKindSql(
          kindsOfSeries.filter((kind) => asked.has(kind)),
          (kind) => `SELECT toString(e) AS env_id, '${kind}' AS kind, toString(k) AS key,
  groupArray(bucket) AS buckets, groupArray(n) AS counts
FROM (
  SELECT env_id AS e, ${keyOfKindSql[kind]} AS k, bucket, sum(counted) AS n
  FROM ${source}
  WHERE ${isOneOfSql(kind, names, binder)}
  GROUP BY e, k, bucket
  ORDER BY e, k, bucket
)
GROUP BY e, k`,
        );
        return question('detection.counts', sql, binder, countsRow);
      },
    },
    options,
  );
  return rows.map(({ env_id: envId, kind, key, buckets, counts }) => ({
    ...{ envId, kind, key },
    counts: buckets.map((bucket, index) => ({ bucket, count: counts[index] ?? 0 })),
  }));
}
