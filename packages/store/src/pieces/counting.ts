import { dayMs, hourMs, type TimeRange } from '@custody/decision';
import { type Grain, offsetAt, type ZoneOffset } from '../plan/calendar.ts';
import type { BucketSize } from '../questions/buckets.ts';
import type { Dimension } from '../questions/dimensions.ts';
import type { Measure } from '../questions/measures.ts';

/** What is counted of a range, said without SQL. */
export interface Counting {
  readonly groupBy: readonly Dimension[];
  readonly measures: readonly Measure[];
  /** Each instant counts as the one `shiftMs` later. */
  readonly bucket?: Grain | undefined;
}

/** Buckets that are so many milliseconds long by local clocks. */
const lengthMs: Readonly<Record<Exclude<BucketSize, 'month'>, number>> = {
  minute: 60_000,
  '5m': 300_000,
  '15m': 900_000,
  hour: hourMs,
  day: dayMs,
  week: 7 * dayMs,
};
/** The first Monday of the epoch, by whatever clocks. */
const mondayMs = 4 * dayMs;

function startByClock(size: BucketSize, localMs: number): number {
  if (size === 'month') {
    const at = new Date(localMs);
    return Date.UTC(at.getUTCFullYear(), at.getUTCMonth());
  }
  const originMs = size === 'week' ? mondayMs : 0;
  return Math.floor((localMs - originMs) / lengthMs[size]) * lengthMs[size] + originMs;
}

/** Longer than any bucket, and than clocks are ever set. */
const longestMs = 33 * dayMs;

/**
 * How far the clocks of a zone are ahead in a range and as long before it as a bucket may begin, where that is one offset, of whole
 * quarters of an hour; `null` where it is not, or not known: then the engine has to tell buckets apart.
 */
export function steadyAhead({ fromMs, toMs }: TimeRange, offsets: readonly ZoneOffset[]): number | null {
  const [first] = offsets;
  const startMs = fromMs - longestMs;
  if (first === undefined || (first.fromMs > startMs && first.fromMs > 0)) return null;
  const aheadMs = offsetAt(offsets, startMs);
  const isSteady = offsets.every((one) => one.fromMs <= startMs || one.fromMs >= toMs || one.aheadMs === aheadMs);
  return isSteady && aheadMs % 900_000 === 0 && startMs >= 0 ? aheadMs : null;
}

/** The start of the bucket that an instant lies in, where clocks are so far ahead all the time. */
export function bucketStartOf({ size, shiftMs }: Grain, epochMs: number, aheadMs: number): number {
  return startByClock(size, epochMs + shiftMs + aheadMs) - aheadMs;
}
