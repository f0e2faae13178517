import type { PastCountsRow, PastSweepsRow, TimeRange, WatchedKind } from '@custody/decision';
import { z } from 'zod';
import type { StatementOptions, StoreClient } from '../client.ts';
import { question } from '../questions/question.ts';
import type { Scope } from '../questions/scope.ts';
import { readDenials } from './denials.ts';
import { isOfKindSql, keyOfKindSql, kindsOfSeries } from './series-sql.ts';

/** Whose past, and which. The ends of the range are edges of buckets. */
export interface PastRequest {
  readonly envIds: readonly string[];
  readonly range: TimeRange;
  readonly scope: Scope;
}

const packed = z.array(z.number()).transform((list) => new Uint32Array(list));
const countsRow = z.object({ env_id: z.string(), key: z.string(), buckets: packed, counts: packed });

/** What was denied to the series of a kind, bucket by bucket. */
function readCountsOfKind(
  client: StoreClient,
  kind: WatchedKind,
  { envIds, range, scope }: PastRequest,
  options: StatementOptions,
): Promise<z.output<typeof countsRow>[]> {
  return readDenials(
    client,
    {
      ...{ key: `past counts ${kind}`, envIds, range, scope },
      compose: (source, binder) => {
        const sql = `SELECT toString(e) AS env_id, toString(k) AS key,
  arrayMap(one -> one.1, in_order) AS buckets, arrayMap(one -> one.2, in_order) AS counts
FROM (
  SELECT e, k, arraySort(groupArray((bucket, n))) AS in_order
  FROM (
    SELECT env_id AS e, ${keyOfKindSql[kind]} AS k, bucket, sum(counted) AS n
    FROM ${source} WHERE ${isOfKindSql(kind, 'k')} GROUP BY e, k, bucket
  )
  GROUP BY e, k
)`;
        return question('detection.past_counts', sql, binder, countsRow);
      },
    },
    options,
  );
}

/**
 * What was denied to every series, bucket by bucket, by environment. Kind after kind: an answer takes many times the room of
 * what is kept of it. Throws `STORE_*`.
 */
export async function readPastCounts(
  client: StoreClient,
  request: PastRequest,
  options: StatementOptions = {},
): Promise<Map<string, PastCountsRow[]>> {
  const found = new Map<string, PastCountsRow[]>();
  for (const kind of kindsOfSeries) {
    for (const { env_id, key, buckets, counts } of await readCountsOfKind(client, kind, request, options)) {
      const own = found.get(env_id) ?? [];
      found.set(env_id, own);
      own.push({ kind, key, buckets, counts });
    }
  }
  return found;
}

const sweepsRow = z.object({ env_id: z.string(), agent: z.string(), buckets: packed, counts: packed });

/** How many different tools agents were denied in each bucket that has any, by environment. Throws `STORE_*`. */
export async function readPastSweeps(
  client: StoreClient,
  { envIds, range, scope }: PastRequest,
  options: StatementOptions = {},
): Promise<Map<string, PastSweepsRow[]>> {
  const rows = await readDenials(
    client,
    {
      ...{ key: 'past sweeps', envIds, range, scope },
      compose: (source, binder) => {
        const sql = `SELECT toString(e) AS env_id, toString(k) AS agent,
  arrayMap(one -> one.1, in_order) AS buckets, arrayMap(one -> one.2, in_order) AS counts
FROM (
  SELECT e, k, arraySort(groupArray((bucket, tools))) AS in_order
  FROM (
    SELECT env_id AS e, agent_key AS k, bucket, uniqExact(server, tool) AS tools
    FROM ${source} WHERE tool != '' AND agent_key != '' GROUP BY e, k, bucket
  )
  GROUP BY e, k
)`;
        return question('detection.past_sweeps', sql, binder, sweepsRow);
      },
    },
    options,
  );
  return new Map(
    [...Map.groupBy(rows, ({ env_id }) => env_id)].map(([envId, own]) => [
      envId,
      own.map(({ agent: agentKey, buckets, counts }) => ({ agentKey, buckets, counts })),
    ]),
  );
}
