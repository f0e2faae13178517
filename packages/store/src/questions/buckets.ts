import { dayMs, hourMs, minuteMs, type TimeRange } from '@custody/decision';
import { z } from 'zod';
import { Binder, type Question, question } from './question.ts';

/**
 * Bucket sizes. `stepMs` never steps over a bucket, in any zone and on any day: a zone changes its offset by at least a
 * quarter of an hour, and a local day lasts at least 23 hours. `leastMs` bounds how many buckets a range can hold.
 */
const bucketSizes = {
  minute: { leastMs: minuteMs, stepMs: minuteMs, sql: (t: string) => `toStartOfMinute(${t})` },
  '5m': { leastMs: 5 * minuteMs, stepMs: 5 * minuteMs, sql: (t: string) => `toStartOfFiveMinutes(${t})` },
  '15m': { leastMs: 15 * minuteMs, stepMs: 15 * minuteMs, sql: (t: string) => `toStartOfFifteenMinutes(${t})` },
  // Not `toStartOfHour`: on a day whose clocks are changed by half an hour it begins hours at half past.
  hour: {
    leastMs: hourMs,
    stepMs: 15 * minuteMs,
    sql: (t: string) => `toStartOfMinute(${t}) - toMinute(${t}) * 60`,
  },
  day: { leastMs: 23 * hourMs, stepMs: hourMs, sql: (t: string) => `toStartOfDay(${t})` },
  week: {
    leastMs: 7 * dayMs - hourMs,
    stepMs: hourMs,
    sql: (t: string, zone: string) => `toDateTime(toMonday(${t}), ${zone})`,
  },
  month: {
    leastMs: 28 * dayMs - hourMs,
    stepMs: hourMs,
    sql: (t: string, zone: string) => `toDateTime(toStartOfMonth(${t}), ${zone})`,
  },
} as const;

export type BucketSize = keyof typeof bucketSizes;
export const bucketSizeNames = Object.keys(bucketSizes) as BucketSize[];

/** The most buckets that a range can touch. */
export function bucketsWithin({ fromMs, toMs }: TimeRange, size: BucketSize): number {
  return Math.ceil((toMs - fromMs) / bucketSizes[size].leastMs) + 1;
}

/** Start of the bucket that holds `occurred_at`, as milliseconds since the epoch. */
export function bucketSql(size: BucketSize, timeZone: string, binder: Binder, instant = 'occurred_at'): string {
  const zone = binder.bind(timeZone, 'String');
  return `toUnixTimestamp(${bucketSizes[size].sql(`toTimeZone(${instant}, ${zone})`, zone)}) * 1000`;
}

/**
 * The starts of all buckets that the range touches, in order. Asked of the engine, so that empty buckets and counted ones
 * come from one calendar.
 */
export function bucketStarts({ fromMs, toMs }: TimeRange, size: BucketSize, timeZone: string) {
  const binder = new Binder();
  const { stepMs } = bucketSizes[size];
  const instant = `fromUnixTimestamp64Milli(least(${binder.bind(fromMs, 'Int64')} + toInt64(number) * ${stepMs}, ${binder.bind(toMs - 1, 'Int64')}), 'UTC')`;
  const sql = `SELECT DISTINCT ${bucketSql(size, timeZone, binder, instant)} AS bucket_ms
FROM numbers(${binder.bind(Math.ceil((toMs - fromMs) / stepMs) + 1, 'UInt64')})
ORDER BY bucket_ms`;
  return question('trends.buckets', sql, binder, z.object({ bucket_ms: z.number() })) satisfies Question<z.ZodType>;
}
