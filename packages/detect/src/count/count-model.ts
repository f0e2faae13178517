import { type Calendar, fiveMinutes } from './calendar.ts';

/** What the count model rests on; docs/detection.md gives the formulas that these stand in. Lengths in buckets. */
export interface CountModel {
  readonly calendar: Calendar;
  /** The level follows this fast where a series has counts enough. */
  readonly halfLifeBuckets: number;
  /** The level that a series is drawn towards by its own longer past. */
  readonly slowHalfLifeBuckets: number;
  /** How much the longer past weighs at most. */
  readonly slowWeightBuckets: number;
  /** What is younger is not learned from: an attack must not become its own baseline. */
  readonly lagBuckets: number;
  /** What is older is forgotten. */
  readonly memoryBuckets: number;
  /** Counts that a slot's own share needs to weigh as much as the season of its kind; Infinity takes the latter alone. */
  readonly seasonPrior: number;
  /** Variance over mean that is assumed, and the counts that it weighs. */
  readonly dispersionPrior: number;
  readonly dispersionWeight: number;
  readonly dispersionMost: number;
  /** Squared relative error of the expected rate that remains however long a series is known. */
  readonly rateError: number;
  /** No rate is taken to be smaller, in counts a bucket. */
  readonly leastMean: number;
  /** Fewer in a window are no spike, however unlikely. */
  readonly leastCount: number;
  /** Series with more in a block also have to stand out from their own largest counts. */
  readonly busyBlockMean: number;
  /** How far: the probability by these, raised to this power, has to be as small as that of the model. */
  readonly busyPower: number;
  /** A series that is younger also has to exceed what bursts of its kind reach. */
  readonly coldBuckets: number;
}

export const defaultCountModel: CountModel = {
  calendar: fiveMinutes,
  halfLifeBuckets: 288,
  slowHalfLifeBuckets: 7 * 288,
  slowWeightBuckets: 288,
  lagBuckets: 24,
  memoryBuckets: 28 * 288,
  seasonPrior: 5,
  dispersionPrior: 2,
  dispersionWeight: 5,
  dispersionMost: Number.POSITIVE_INFINITY,
  rateError: 0.005,
  leastMean: 0.001,
  leastCount: 4,
  busyBlockMean: 30,
  busyPower: 1.3,
  coldBuckets: 288,
};

/** λ: what a count weighs a bucket later. */
export function decayOf(halfLifeBuckets: number): number {
  return 2 ** (-1 / halfLifeBuckets);
}
