import { dayMs, type TimeRange } from '@custody/decision';
import { type Grain, offsetAt, type ZoneOffset } from '../plan/calendar.ts';
import { startInUtc } from '../questions/bucket-starts.ts';
import type { Dimension } from '../questions/dimensions.ts';
import type { Measure } from '../questions/measures.ts';

/** What is counted of a range, said without SQL. */
export interface Counting {
  readonly groupBy: readonly Dimension[];
  readonly measures: readonly Measure[];
  /** Each instant counts as the one `shiftMs` later. */
  readonly bucket?: Grain | undefined;
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
  return startInUtc(size, epochMs + shiftMs + aheadMs) - aheadMs;
}
