import { dayMs } from '@custody/decision';
import { z } from 'zod';
import type { StatementOptions, StoreClient } from '../client.ts';
import { readLandingHead } from '../landings/landing-head.ts';
import { defineQuery, runQuery } from '../query.ts';
import { readHistoryAskedFor } from './history-asked-for.ts';
import { bucketMs } from './series-sql.ts';

/** As parts are named, see the landings. Rows that were written anew are among them: their moment is looked at once more. */
const landedBuckets = defineQuery({
  name: 'detection.late_buckets',
  sql: `SELECT toString(env_id) AS env_id, intDiv(toUnixTimestamp(occurred_at), {bucket:UInt32}) AS bucket, uniqExact(decision_id) AS denials
FROM custody_internal.decisions
WHERE toUInt64(splitByChar('_', _part)[3]) > {after:UInt64} AND _block_number > {after:UInt64} AND _block_number <= {until:UInt64}
  AND occurred_at >= fromUnixTimestamp64Milli({from_ms:Int64}, 'UTC') AND occurred_at < fromUnixTimestamp64Milli({to_ms:Int64}, 'UTC')
  AND decision = 'deny'
GROUP BY env_id, bucket
ORDER BY bucket, env_id
LIMIT {most:UInt32}`,
  params: z.object({
    bucket: z.number().int(),
    after: z.number().int(),
    until: z.number().int(),
    from_ms: z.number().int(),
    to_ms: z.number().int(),
    most: z.number().int(),
  }),
  row: z.object({ env_id: z.string(), bucket: z.number(), denials: z.number() }),
});

/** How long late decisions are looked at as what they would have been. */
export const latestMs = dayMs;
/** Buckets that are told at once; a day has 288 of each environment. */
const mostBuckets = 10_000;

export interface LateRequest {
  /** Where the look before ended; `null` at the first one, which finds nothing late. */
  readonly since: { readonly tableId: string; readonly block: number } | null;
  /** Everything from here on is looked at in any case. */
  readonly beforeMs: number;
}

/** A past bucket with denials that landed after it had been looked at. */
export interface LateBucket {
  readonly envId: string;
  /** Where it begins; the moment to look at is five minutes later. */
  readonly startMs: number;
  readonly denials: number;
}

export interface LateBuckets {
  /** For the next look. */
  readonly until: { readonly tableId: string; readonly block: number };
  /** In order. */
  readonly buckets: readonly LateBucket[];
}

/**
 * Which past buckets of the last day before a moment got denials since the last look: late rows, and what an outage had
 * kept back. What is history is left out: decisions before an environment's first start, and hours that an operator asked
 * to have read again. Throws `STORE_*`.
 */
export async function readLateBuckets(
  client: StoreClient,
  { since, beforeMs }: LateRequest,
  options: StatementOptions = {},
): Promise<LateBuckets> {
  const { tableId, position } = await readLandingHead(client, options);
  const until = { tableId, block: position.block };
  if (since === null || since.tableId !== tableId || since.block >= position.block) return { until, buckets: [] };
  const fromMs = beforeMs - latestMs;
  const [landed, history] = await Promise.all([
    runQuery(
      client,
      landedBuckets,
      {
        ...{ bucket: bucketMs / 1_000, after: since.block, until: position.block },
        ...{ from_ms: fromMs, to_ms: beforeMs, most: mostBuckets },
      },
      options,
    ),
    readHistoryAskedFor(client, fromMs, options),
  ]);
  const isHistory = (envId: string, startMs: number) =>
    history.some((one) => one.envId === envId && one.fromMs <= startMs && startMs < one.toMs);
  const buckets = landed
    .map(({ env_id, bucket, denials }) => ({ envId: env_id, startMs: bucket * bucketMs, denials }))
    .filter(({ envId, startMs }) => !isHistory(envId, startMs));
  return { until, buckets };
}
