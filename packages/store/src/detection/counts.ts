import type { CountInBucket, HistoryModel, SeriesName, TimeRange, WatchedKind } from '@custody/decision';
import { z } from 'zod';
import type { StatementOptions, StoreClient } from '../client.ts';
import { question } from '../questions/question.ts';
import { isOneOfSql, oneOf, readDenials } from './denials.ts';
import { learnedBuckets } from './histories.ts';
import { bucketMs, keyOfKindSql, kindsOfSeries, ofEachKindSql, toolSql } from './series-sql.ts';

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

/** What was denied to some series, bucket by bucket of a range whose ends are edges of buckets. Throws `STORE_*`. */
export async function readCounts(
  client: StoreClient,
  { names, range }: { readonly names: readonly SeriesName[]; readonly range: TimeRange },
  options: StatementOptions = {},
): Promise<SeriesCounts[]> {
  if (names.length === 0) return [];
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

/** Buckets of an agent that are told, those with the most tools. */
const mostBuckets = 20;

const mostToolsRow = z.object({
  env_id: z.string(),
  agent: z.string(),
  most: z.array(z.tuple([z.number(), z.number()])),
});

/** In which buckets of the history agents were denied the most distinct tools, by environment and agent. Throws `STORE_*`. */
export async function readMostTools(
  client: StoreClient,
  agents: readonly SeriesName[],
  { nowBucket, model }: { readonly nowBucket: number; readonly model: HistoryModel },
  options: StatementOptions = {},
): Promise<Map<string, CountInBucket[]>> {
  if (agents.length === 0) return new Map();
  const { fromBucket, untilBucket } = learnedBuckets(model, nowBucket);
  const keys = agents.map(({ key }) => key);
  const rows = await readDenials(
    client,
    {
      key: JSON.stringify(['most tools', keys]),
      envIds: [...new Set(agents.map(({ envId }) => envId))],
      range: { fromMs: fromBucket * bucketMs, toMs: untilBucket * bucketMs },
      filters: [oneOf('agent_key', keys)],
      compose: (source, binder) => {
        const sql = `SELECT env_id, agent, arrayMap(m -> (m.2, -m.1), groupArraySorted(${mostBuckets})((-tools, bucket))) AS most
FROM (
  SELECT toString(env_id) AS env_id, toString(agent_key) AS agent, bucket, toInt64(uniqExact(${toolSql})) AS tools
  FROM ${source} WHERE tool != '' GROUP BY env_id, agent, bucket
)
GROUP BY env_id, agent`;
        return question('detection.most_tools', sql, binder, mostToolsRow);
      },
    },
    options,
  );
  return new Map(
    rows.map(({ env_id, agent, most }) => [
      JSON.stringify([env_id, agent]),
      most.map(([bucket, count]) => ({ bucket, count })),
    ]),
  );
}
