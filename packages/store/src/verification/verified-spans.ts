import { secondMs, type TimeRange } from '@custody/decision';
import { z } from 'zod';
import type { StatementOptions, StoreClient } from '../client.ts';
import { defineQuery, runQuery } from '../query.ts';
import { behindLiveRows } from '../reattribution/rows-in-scope.ts';
import type { VerifiedSpan } from './difference.ts';

/** A span whose seal holds and can be verified. */
export interface VerifiableSpan extends VerifiedSpan {
  /** Of an hour, as sealed; 0 of a longer span. */
  readonly stored: number;
  /** When it was last verified, or else sealed first, milliseconds by the store's clock. */
  readonly trustedSinceMs: number;
  readonly isVerified: boolean;
}

/** Of spans that begin in the range. */
export interface SpansWanted extends TimeRange {
  /** Not those that were verified since, milliseconds by the store's clock. Default: all. */
  readonly verifiedBeforeMs?: number;
  readonly limit?: number;
}

const spansSql = (columns: string, rest: string) => `WITH
  sealed AS
  (
    SELECT env_id, span, starts_at, argMax(stored, (as_of, s.build)) AS stored, 
      toUnixTimestamp64Milli(min(sealed_at)) AS sealed_ms
    FROM custody_internal.seals AS s
    WHERE starts_at >= toDateTime({from:UInt32}, 'UTC') AND starts_at < toDateTime({to:UInt32}, 'UTC')
    GROUP BY env_id, span, starts_at
  ),
  other AS
  (
    SELECT env_id, 'hour'::Enum8('hour' = 0, 'day' = 1, 'month' = 2) AS span, hour AS starts_at
    FROM custody_internal.hour_states WHERE is_expired OR NOT is_sealed OR NOT is_settled
    UNION ALL
    SELECT env_id, span, starts_at FROM custody_internal.open_spans
  )
SELECT ${columns}
FROM sealed
LEFT JOIN (
  SELECT env_id, span, starts_at, toUnixTimestamp64Milli(verified_at) AS verified_ms FROM custody_internal.verified_spans FINAL
) AS v ON v.env_id = sealed.env_id AND v.span = sealed.span AND v.starts_at = sealed.starts_at
WHERE (sealed.env_id, sealed.span, sealed.starts_at) NOT IN (SELECT env_id, span, starts_at FROM other)
${rest}
SETTINGS join_use_nulls = 0`;

const spans = defineQuery({
  name: 'verify.spans',
  sql: spansSql(
    `sealed.env_id AS env_id, sealed.span AS span, toUnixTimestamp(sealed.starts_at) AS start_seconds,
  sealed.stored AS stored, v.verified_ms AS verified_ms, sealed.sealed_ms AS sealed_ms`,
    `  AND v.verified_ms < {before:Int64}
ORDER BY verified_ms, rand()
LIMIT {limit:UInt64}`,
  ),
  params: z.object({
    from: z.number().int(),
    to: z.number().int(),
    before: z.number().int(),
    limit: z.number().int(),
  }),
  row: z.object({
    env_id: z.string(),
    span: z.enum(['hour', 'day', 'month']),
    start_seconds: z.number(),
    stored: z.number(),
    verified_ms: z.number(),
    sealed_ms: z.number(),
  }),
});

const state = defineQuery({
  name: 'verify.state',
  sql: spansSql(
    `count() AS spans, countIf(v.verified_ms > 0) AS verified, max(v.verified_ms) AS newest_ms,
  min(if(v.verified_ms > 0, v.verified_ms, sealed.sealed_ms)) AS trusted_ms`,
    '',
  ),
  params: z.object({ from: z.number().int(), to: z.number().int() }),
  row: z.object({ spans: z.number(), verified: z.number(), newest_ms: z.number(), trusted_ms: z.number() }),
});

const mostSeconds = 2 ** 32 - 1;

function secondsOf({ fromMs, toMs }: TimeRange): { from: number; to: number } {
  return { from: Math.max(0, Math.ceil(fromMs / secondMs)), to: Math.min(mostSeconds, Math.ceil(toMs / secondMs)) };
}

/** Spans that can be verified, those first that were not for the longest time, in no order among alike. Throws `STORE_*`. */
export async function readVerifiableSpans(
  client: StoreClient,
  { fromMs, toMs, verifiedBeforeMs = Number.MAX_SAFE_INTEGER, limit = mostSeconds }: SpansWanted,
  options: StatementOptions = {},
): Promise<VerifiableSpan[]> {
  const params = { ...secondsOf({ fromMs, toMs }), before: verifiedBeforeMs, limit };
  const rows = await runQuery(client, spans, params, { ...options, settings: behindLiveRows });
  return rows.map(({ env_id: envId, span, start_seconds, stored, verified_ms, sealed_ms }) => ({
    ...{ envId, span, startMs: start_seconds * secondMs, stored },
    trustedSinceMs: verified_ms > 0 ? verified_ms : sealed_ms,
    isVerified: verified_ms > 0,
  }));
}

/** How far verifying has come, of spans whose seals hold. */
export interface VerificationState {
  readonly spans: number;
  readonly verified: number;
  /** When the last one was, milliseconds by the store's clock; 0: never. */
  readonly newestMs: number;
  /** Since when all of them were verified, or else sealed first. */
  readonly trustedSinceMs: number;
}

/** How far verifying has come with spans that begin in a range. Throws `STORE_*`. */
export async function readVerificationState(
  client: StoreClient,
  range: TimeRange,
  options: StatementOptions = {},
): Promise<VerificationState> {
  const [row] = await runQuery(client, state, secondsOf(range), { ...options, settings: behindLiveRows });
  const { spans: known = 0, verified = 0, newest_ms: newestMs = 0, trusted_ms: trustedSinceMs = 0 } = row ?? {};
  return { spans: known, verified, newestMs, trustedSinceMs };
}

/** Notes that spans were verified just now. */
export async function noteVerified(
  client: StoreClient,
  verified: readonly VerifiedSpan[],
  options: StatementOptions = {},
): Promise<void> {
  if (verified.length === 0) return;
  const rows = verified.map(({ envId, span, startMs }) => ({ env_id: envId, span, starts_at: startMs / secondMs }));
  await client.insert('verify.note', 'custody_internal.verified_spans', rows, options);
}
