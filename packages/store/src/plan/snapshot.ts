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
}

/** The newest second that a `DateTime` holds. */
const lastSecond = 2 ** 32 - 1;

/**
 * The rule of the migration `seals` over the hours of a range in one pass: an hour's sums hold if nothing was said of it since its newest
 * seal's `as_of`, or if it expired; those of a day or a month if nothing was said of its hours since, but for expired ones.
 * No FINAL: of what is said the newest counts, merged or not.
 */
const spansOfRange = defineQuery({
  name: 'plan.spans',
  sql: `SELECT env_id, span_number,
  groupArrayIf(start, NOT expired AND NOT (sealed_as_of > said_at)) AS open,
  groupArrayIf(start, expired) AS expired_hours,
  min(start) AS first, max(start) AS last
FROM
(
  SELECT env_id, span_number, start, max(said) AS said_at, max(as_of) AS sealed_as_of, max(is_expired) AS expired
  FROM
  (
    SELECT env_id, tupleElement(spans, 1) AS span_number, tupleElement(spans, 2) AS start,
      if(span_number > 0 AND expired, 0, said_at) AS said, if(span_number = 0, sealed_as_of, 0) AS as_of,
      span_number = 0 AND expired AS is_expired, true AS is_stored
    FROM
    (
      SELECT env_id, hour, max(said) AS said_at, max(as_of) AS sealed_as_of, max(is_expired) AS expired
      FROM
      (
        SELECT env_id, hour, toUnixTimestamp64Micro(stored_at) AS said, 0 AS as_of, false AS is_expired
        FROM custody_internal.stored_hours
        WHERE hour >= toDateTime({from:UInt32}, 'UTC') AND hour <= toDateTime({last:UInt32}, 'UTC')
        UNION ALL
        SELECT env_id, hour, toUnixTimestamp64Micro(touched_at), 0, false FROM custody_internal.touched_hours
        WHERE hour >= toDateTime({from:UInt32}, 'UTC') AND hour <= toDateTime({last:UInt32}, 'UTC')
        UNION ALL
        SELECT env_id, starts_at, 0, toUnixTimestamp64Micro(as_of), false FROM custody_internal.seals
        WHERE span = 'hour' AND starts_at >= toDateTime({from:UInt32}, 'UTC') AND starts_at <= toDateTime({last:UInt32}, 'UTC')
        UNION ALL
        SELECT env_id, hour, 0, 0, true FROM custody_internal.expired_hours
        WHERE hour >= toDateTime({from:UInt32}, 'UTC') AND hour <= toDateTime({last:UInt32}, 'UTC')
      )
      GROUP BY env_id, hour
      HAVING said_at > 0
    )
    ARRAY JOIN [
      (0, toUnixTimestamp(hour)),
      (1, toUnixTimestamp(toStartOfDay(hour))),
      (2, toUnixTimestamp(toDateTime(toStartOfMonth(hour), 'UTC')))] AS spans
    UNION ALL
    SELECT env_id, toUInt8(span), toUnixTimestamp(starts_at), 0, toUnixTimestamp64Micro(as_of), false, false
    FROM custody_internal.seals
    WHERE span IN ('day', 'month')
      AND starts_at >= toDateTime({month:UInt32}, 'UTC') AND starts_at <= toDateTime({last:UInt32}, 'UTC')
  )
  GROUP BY env_id, span_number, start
  HAVING max(is_stored)
)
GROUP BY env_id, span_number
ORDER BY env_id, span_number`,
  params: z.object({ from: z.number().int(), last: z.number().int(), month: z.number().int() }),
  row: z.object({
    env_id: z.string(),
    span_number: z.number(),
    open: z.array(z.number()),
    expired_hours: z.array(z.number()),
    first: z.number(),
    last: z.number(),
  }),
});

function milliseconds(seconds: readonly number[] = []): Set<number> {
  return new Set(seconds.map((second) => second * secondMs));
}

/**
 * Reads which sums of a range hold, in one statement and so as of one moment, for every environment that has decisions in
 * it. Throws `STORE_*`.
 */
export async function readSnapshot(
  client: StoreClient,
  { fromMs, toMs }: TimeRange,
  options: StatementOptions = {},
): Promise<EnvironmentSnapshot[]> {
  const second = (epochMs: number) => Math.min(Math.max(0, Math.floor(epochMs / secondMs)), lastSecond);
  const params = { from: second(hourOf(fromMs)), last: second(toMs - 1), month: second(monthAt(fromMs).fromMs) };
  const rows = await runQuery(client, spansOfRange, params, options);
  const byEnvironment = Map.groupBy(rows, ({ env_id }) => env_id);
  return [...byEnvironment].map(([envId, spans]) => {
    const [hours, days, months] = [0, 1, 2].map((number) => spans.find(({ span_number }) => span_number === number));
    return {
      envId,
      firstHourMs: (hours?.first ?? 0) * secondMs,
      lastHourMs: (hours?.last ?? 0) * secondMs,
      openHours: milliseconds(hours?.open),
      openDays: milliseconds(days?.open),
      openMonths: milliseconds(months?.open),
      expiredHours: milliseconds(hours?.expired_hours),
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
