import type { TimeRange } from '@custody/decision';
import { type Baseline, baselineOf, meanIn, type Rate, rateOf } from '../count/baseline.ts';
import { CountList } from '../count/count-list.ts';
import type { CountModel } from '../count/count-model.ts';
import type { KindPrior } from '../count/kind-prior.ts';
import type { ObservedTime } from '../count/observed-time.ts';
import { RollingHistory } from '../count/rolling-history.ts';
import type { LearnedRange, SeriesHistory } from '../count/series-history.ts';
import { type Span, spans } from '../count/span.ts';
import { isSpike, weigh } from '../count/spike.ts';
import type { SeriesKind } from '../finding.ts';
import { bucketsOf } from '../spike-signs.ts';
import { type MaskChanges, seriesName } from './masks.ts';

/** What was counted in all windows. */
type Counts = Readonly<Record<Span, number>>;

/** What a series is looked at with in one moment. */
export interface SpikeTest {
  readonly observed: Counts;
  readonly time: ObservedTime;
  readonly prior: KindPrior;
  /** The bucket that the moment lies in, and the one that windows which end with it end before. */
  readonly floorBucket: number;
  readonly ceilBucket: number;
  /** The loosest that any rule asks for. */
  readonly alpha: number;
  readonly model: CountModel;
}

/**
 * Up to so many standard deviations of Poisson's distribution above the mean nothing is less probable than that: a negative
 * binomial distribution of the mean has at least as much there, as long as its counts are not scattered beyond all measure.
 */
export const surelyUsual: readonly { readonly deviations: number; readonly probability: number }[] = [
  { deviations: 5, probability: 3e-7 },
  { deviations: 4.5, probability: 3e-6 },
  { deviations: 4, probability: 3e-5 },
  { deviations: 3, probability: 1e-4 },
];
const mostCounted = 1_000;
const nothingIsSafe: Counts = { bucket: -1, quarter: -1, half: -1, block: -1 };

/** The largest count that is surely no spike, of one window. */
export function surelyNoSpike(mean: number, deviations: number): number {
  return Math.floor(mean + deviations * Math.sqrt(mean));
}

/** One number for the windows that end at a moment: they change where a bucket begins, and right after. */
export function epochOf(floorBucket: number, ceilBucket: number): number {
  return 2 * floorBucket + ceilBucket - floorBucket;
}

/** One series of a back-test: its counts so far, as `RollingHistory` and without what alerts keep out of it. */
export class ReplayedSeries {
  readonly kind: SeriesKind;
  readonly key: string;
  /** By `seriesName`. */
  readonly name: string;
  /** Bucket of its first decision. */
  readonly firstBucket: number;
  readonly firstSeenMs: number;
  /** What alerts that are over keep out of it. */
  masked: readonly TimeRange[] = [];
  /** What `masked` is as of: its epoch, and how often it had changed. */
  maskedAs = { epoch: -1, revision: 0 };
  /** Kept, since it is asked for in every minute. */
  maskChanges: MaskChanges | null = null;
  readonly #model: CountModel;
  readonly #counts = new CountList();
  readonly #whole: RollingHistory;
  #partial: RollingHistory | null = null;
  #maskedBuckets: readonly LearnedRange[] = [];
  #most = 0;
  /** The windows that the safe counts are of, and the largest counts of these that are no spike. */
  #epoch = -1;
  /** As of the bucket that was asked for last; its season is used again. */
  #known: { readonly bucket: number; readonly rate: Rate } | null = null;
  readonly #season: number[] = [];
  readonly #safe: Record<Span, number> = { ...nothingIsSafe };

  constructor(kind: SeriesKind, key: string, firstSeenMs: number, model: CountModel) {
    this.kind = kind;
    this.key = key;
    this.name = seriesName(kind, key);
    this.firstSeenMs = firstSeenMs;
    this.firstBucket = Math.floor(firstSeenMs / model.calendar.bucketMs);
    this.#model = model;
    this.#whole = new RollingHistory(model, { counts: this.#counts });
  }

  /** What was counted before, in order. */
  addAll(buckets: Uint32Array, counts: Uint32Array): void {
    this.#counts.pushAll(buckets, counts);
    for (const count of counts) this.#most = Math.max(this.#most, count);
  }

  /** Counts of a bucket that is over, in order. */
  add(bucket: number, count: number): void {
    this.#counts.push(bucket, count);
    this.#most = Math.max(this.#most, count);
  }

  /** Whether anything was counted from a bucket on and before another. */
  hasBetween(fromBucket: number, untilBucket: number): boolean {
    const counts = this.#counts;
    let at = counts.end - 1;
    while (at >= counts.start && counts.bucketAt(at) >= untilBucket) at -= 1;
    return at >= counts.start && counts.bucketAt(at) >= fromBucket;
  }

  /** Everything that was counted, alerts or not: what is known of its kind rests on that. */
  wholeAsOf(bucket: number): SeriesHistory {
    const history = this.#whole.asOf(bucket);
    if (this.#partial === null) this.#counts.dropBefore(this.#whole.oldest);
    return history;
  }

  /** Leaves time out of its history from now on. */
  mask(ranges: readonly TimeRange[]): void {
    this.masked = ranges;
    const buckets = ranges.map((range) => bucketsOf(this.#model, range));
    if (isSame(buckets, this.#maskedBuckets)) return;
    this.#epoch = -1;
    this.#known = null;
    this.#maskedBuckets = buckets;
    this.#partial = null;
  }

  historyAsOf(bucket: number): SeriesHistory {
    if (this.#maskedBuckets.length === 0) return this.#whole.asOf(bucket);
    const masked = this.#maskedBuckets;
    this.#partial ??= new RollingHistory(this.#model, {
      counts: this.#counts,
      isLeftOut: (own) => isIn(masked, own),
    });
    return this.#partial.asOf(bucket);
  }

  /** Whether as much was no spike before in the windows of the epoch, so that nothing has to be looked at. */
  isKnownUsual(epoch: number, counts: Counts): boolean {
    return epoch === this.#epoch && this.#isSafe(counts);
  }

  #isSafe({ bucket, quarter, half, block }: Counts): boolean {
    const safe = this.#safe;
    return bucket <= safe.bucket && quarter <= safe.quarter && half <= safe.half && block <= safe.block;
  }

  /**
   * Whether any rule might find a spike. Where it says no, none would: what is usual costs little to tell, and what was no
   * spike before in the same windows is none with fewer.
   */
  maySpike(test: SpikeTest): boolean {
    const epoch = epochOf(test.floorBucket, test.ceilBucket);
    if (epoch !== this.#epoch) {
      this.#epoch = epoch;
      Object.assign(this.#safe, nothingIsSafe);
    }
    if (this.#isSafe(test.observed)) return false;
    return this.#safe.bucket < 0 ? this.#isUnusual(test) : this.#isUnlikely(test);
  }

  #rate({ time, prior, floorBucket, model }: SpikeTest): Rate {
    if (this.#known?.bucket !== floorBucket) {
      const exposure = time.of(this.firstBucket, this.#maskedBuckets);
      this.#known = {
        bucket: floorBucket,
        rate: rateOf(this.historyAsOf(floorBucket), exposure, prior, model, this.#season),
      };
    }
    return this.#known.rate;
  }

  #isUnusual(test: SpikeTest): boolean {
    const { observed, alpha, ceilBucket, model } = test;
    const surely = surelyUsual.find(({ probability }) => alpha <= probability);
    if (surely === undefined || this.#most > mostCounted) return this.#isUnlikely(test);
    const rate = this.#rate(test);
    const usual = (span: Span) =>
      Math.max(model.leastCount - 1, surelyNoSpike(meanIn(rate, span, ceilBucket, model), surely.deviations));
    for (const span of spans) this.#safe[span] = usual(span);
    return !this.#isSafe(observed) && this.#isUnlikely(test);
  }

  #isUnlikely({ observed, time, prior, floorBucket, ceilBucket, alpha, model }: SpikeTest): boolean {
    const exposure = time.of(this.firstBucket, this.#maskedBuckets);
    const baseline: Baseline = baselineOf(this.historyAsOf(floorBucket), exposure, prior, model);
    const weighed = weigh(observed, baseline, prior, ceilBucket, model);
    if (weighed.some((one) => isSpike(one, alpha))) return true;
    for (const span of spans) this.#safe[span] = Math.max(this.#safe[span], observed[span]);
    return false;
  }
}

function isIn(ranges: readonly LearnedRange[], bucket: number): boolean {
  return ranges.some(({ fromBucket, untilBucket }) => fromBucket <= bucket && bucket < untilBucket);
}

function isSame(one: readonly LearnedRange[], other: readonly LearnedRange[]): boolean {
  return (
    one.length === other.length &&
    one.every(
      ({ fromBucket, untilBucket }, index) =>
        fromBucket === other[index]?.fromBucket && untilBucket === other[index]?.untilBucket,
    )
  );
}
