import { hourMs, hourOf, secondMs, type TimeRange } from '@custody/decision';
import { z } from 'zod';
import type { StatementOptions, StoreClient } from '../client.ts';
import { defineQuery, runQuery } from '../query.ts';
import type { ZoneOffset } from './calendar.ts';
import { monthAt } from './stretches.ts';

/** Which of an environment's sums hold, as of one moment. Starts, milliseconds since the epoch. */
export interface EnvironmentSnapshot {
  readonly envId: string;
  /** Of the range's hours that decisions are or were stored in. */
  readonly firstHourMs: number;
  readonly lastHourMs: number;
  /** Hours, days and months that hold decisions and whose sums do not hold. */
  readonly openHours: ReadonlySet<number>;
  readonly openDays: ReadonlySet<number>;
  readonly openMonths: ReadonlySet<number>;
  /** Hours whose rows are gone. */
  readonly expiredHours: ReadonlySet<number>;
  /** When the newest of the seals was written that this is known from, microseconds by the store's clock; 0: none. */
  readonly sealedUntilUs: number;
}

/** The newest second that a `DateTime` holds. */
const lastSecond = 2 ** 32 - 1;

const inRange = (column: string, from = 'from') =>
  `${column} >= toDateTime({${from}:UInt32}, 'UTC') AND ${column} <= toDateTime({last:UInt32}, 'UTC')`;
/** As the spans are numbered in `seals`; this one is of hours whose rows are gone. */
const expiredNumber = 3;

/**
 * The rule of the migration `seals`, in one pass: what was said of an hour is said of its day and its month too, and
 * a span is open unless its newest seal is newer than that. Of expired hours what was said until then counts.
 * No FINAL: the newest counts, merged or not.
 * Planning it is most of its cost, so that it reads each table once and has as few levels as possible.
 */
const spansOfRange = defineQuery({
  name: 'plan.spans',
  sql: `SELECT env_id, span_number, groupArrayIf(start, is_open) AS open, min(start) AS first, max(start) AS last,
  max(sealed) AS sealed_until
FROM
(
  SELECT env_id, span_number, start, maxIf(at, is_said) >= maxIf(at, NOT is_said) AS is_open, max(sealed_at) AS sealed
  FROM
  (
    SELECT env_id, tupleElement(spans, 1) AS span_number, tupleElement(spans, 2) AS start, at, true AS is_said, toInt64(0) AS sealed_at
    FROM
    (
      SELECT env_id, hour, max(is_gone) AS is_expired, if(is_expired, maxIf(said_at, is_gone), max(said_at)) AS at
      FROM
      (
        SELECT env_id, hour, toUnixTimestamp64Micro(stored_at) AS said_at, false AS is_gone
        FROM custody_internal.stored_hours WHERE ${inRange('hour')}
        UNION ALL
        SELECT env_id, hour, toUnixTimestamp64Micro(touched_at), false
        FROM custody_internal.touched_hours WHERE ${inRange('hour')}
        UNION ALL
        SELECT env_id, hour, greatest(toUnixTimestamp64Micro(said_at), 1), true
        FROM custody_internal.expired_hours WHERE ${inRange('hour')}
      )
      GROUP BY env_id, hour
    )
    ARRAY JOIN [
      (toUInt8(if(is_expired, ${expiredNumber}, 0)), toUnixTimestamp(hour)),
      (toUInt8(1), toUnixTimestamp(toStartOfDay(hour))),
      (toUInt8(2), toUnixTimestamp(toDateTime(toStartOfMonth(hour), 'UTC')))] AS spans
    UNION ALL
    SELECT env_id, toUInt8(span), toUnixTimestamp(starts_at), toUnixTimestamp64Micro(as_of), false, toUnixTimestamp64Micro(sealed_at)
    FROM custody_internal.seals
    WHERE ${inRange('starts_at', 'month')}
  )
  GROUP BY env_id, span_number, start
  HAVING max(is_said)
)
GROUP BY env_id, span_number`,
  params: z.object({ from: z.number().int(), last: z.number().int(), month: z.number().int() }),
  row: z.object({
    env_id: z.string(),
    span_number: z.number(),
    open: z.array(z.number()),
    first: z.number(),
    last: z.number(),
    sealed_until: z.number(),
  }),
});

/** The first and the last second in which hours of a range begin. */
export function secondsOf({ fromMs, toMs }: TimeRange): { readonly from: number; readonly last: number } {
  const second = (epochMs: number) => Math.min(Math.max(0, Math.floor(epochMs / secondMs)), lastSecond);
  return { from: second(hourOf(fromMs)), last: second(toMs - 1) };
}

function milliseconds(seconds: readonly number[] = []): Set<number> {
  return new Set(seconds.map((second) => second * secondMs));
}

/**
 * Reads which sums of a range hold, in one statement and so as of one moment, for every environment that has decisions in
 * it. Throws `STORE_*`.
 */
export async function readSnapshot(
  client: StoreClient,
  range: TimeRange,
  options: StatementOptions = {},
): Promise<EnvironmentSnapshot[]> {
  const { from: month } = secondsOf({ ...range, fromMs: monthAt(range.fromMs).fromMs });
  const params = { ...secondsOf(range), month };
  // Some thousand short rows: more threads would only be started.
  const settings = { ...options.settings, max_threads: 1 };
  const rows = await runQuery(client, spansOfRange, params, { ...options, settings });
  return [...Map.groupBy(rows, ({ env_id }) => env_id)].map(([envId, spans]) => {
    const found = new Map(spans.map((span) => [span.span_number, span]));
    const hours = [found.get(0), found.get(expiredNumber)].filter((span) => span !== undefined);
    return {
      envId,
      firstHourMs: Math.min(...hours.map(({ first }) => first)) * secondMs,
      lastHourMs: Math.max(...hours.map(({ last }) => last)) * secondMs,
      openHours: milliseconds(found.get(0)?.open),
      openDays: milliseconds(found.get(1)?.open),
      openMonths: milliseconds(found.get(2)?.open),
      expiredHours: milliseconds(found.get(expiredNumber)?.open),
      sealedUntilUs: Math.max(...spans.map(({ sealed_until }) => sealed_until)),
    };
  });
}

/** A quarter of an hour, seconds: clocks are changed at its multiples. */
const stepSeconds = 900;

/** The engine's own calendar, not this process's: buckets are counted by the former, and the two may differ in their age. */
const offsetsOfZone = defineQuery({
  name: 'plan.offsets',
  sql: `SELECT at AS from_seconds, ahead AS ahead_seconds
FROM
(
  SELECT {from:UInt32} + toUInt32(number) * ${stepSeconds} AS at, number = 0 AS is_first,
    timezoneOffset(toTimeZone(toDateTime(at, 'UTC'), {zone:String})) AS ahead,
    timezoneOffset(toTimeZone(toDateTime(greatest(at, ${stepSeconds}) - ${stepSeconds}, 'UTC'), {zone:String})) AS before
  FROM numbers({steps:UInt64})
)
WHERE is_first OR ahead != before
ORDER BY at`,
  params: z.object({ from: z.number().int(), steps: z.number().int(), zone: z.string() }),
  row: z.object({ from_seconds: z.number(), ahead_seconds: z.number() }),
});

/** The offsets of a zone in a range. Throws `STORE_*`. */
export async function readZoneOffsets(
  client: StoreClient,
  timeZone: string,
  { fromMs, toMs }: TimeRange,
  options: StatementOptions = {},
): Promise<ZoneOffset[]> {
  if (timeZone === 'UTC') return [{ fromMs: 0, aheadMs: 0 }];
  const from = Math.max(0, hourOf(fromMs) / secondMs);
  const end = Math.min(lastSecond, Math.ceil(Math.max(toMs, hourMs) / secondMs));
  const steps = Math.max(1, Math.ceil((end - from) / stepSeconds));
  const rows = await runQuery(client, offsetsOfZone, { from, steps, zone: timeZone }, options);
  return rows.map(({ from_seconds, ahead_seconds }) => ({
    fromMs: from_seconds * secondMs,
    aheadMs: ahead_seconds * secondMs,
  }));
}
