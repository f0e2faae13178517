import type { CountDistribution } from '../numerics/negative-binomial.ts';
import type { CountModel } from './count-model.ts';
import { type Dispersion, dispersionIn, dispersionOf } from './dispersion.ts';
import type { KindPrior } from './kind-prior.ts';
import { type LargestCounts, largestCounts } from './largest-counts.ts';
import type { Exposure } from './observed-time.ts';
import type { SeriesHistory } from './series-history.ts';
import { bucketsIn, type CountedSpan, type Span } from './span.ts';

/** What is normal for a series, as a plain value: an alert keeps the one that it was opened against. */
export interface Baseline {
  /** Counts a bucket, the season taken out. */
  readonly level: number;
  /** A slot's rate over the level. */
  readonly season: readonly number[];
  /** Squared relative error of each season factor. */
  readonly seasonError: readonly number[];
  readonly dispersion: Dispersion;
  /** What the level rests on, in buckets. */
  readonly evidenceBuckets: number;
  readonly largest: Readonly<Record<CountedSpan, LargestCounts | null>>;
  /** How long the series was watched. */
  readonly observedBuckets: number;
}

function sum(values: readonly number[]): number {
  let total = 0;
  for (let index = 0; index < values.length; index += 1) total += values[index] ?? 0;
  return total;
}

function dot(a: readonly number[], b: readonly number[]): number {
  let total = 0;
  for (let index = 0; index < a.length; index += 1) total += (a[index] ?? 0) * (b[index] ?? 0);
  return total;
}

/** Each slot's share of what was counted, drawn to the season of the kind as long as counts are few. */
function seasonOf(
  history: SeriesHistory,
  exposure: Exposure,
  prior: KindPrior,
  { seasonPrior }: CountModel,
  season: number[],
): number[] {
  if (seasonPrior === Number.POSITIVE_INFINITY) return [...prior.season];
  const buckets = sum(exposure.buckets);
  const rate = buckets > 0 ? sum(history.bySlot) / buckets : 0;
  // A loop: it is what looking at many series consists of.
  for (let slot = 0; slot < prior.season.length; slot += 1) {
    const expected = rate * (exposure.buckets[slot] ?? 0);
    season[slot] = ((history.bySlot[slot] ?? 0) + seasonPrior * (prior.season[slot] ?? 1)) / (expected + seasonPrior);
  }
  return season;
}

/** The level follows the last days, drawn to the weeks before, and those to the kind. */
function levelOf(
  history: SeriesHistory,
  exposure: Exposure,
  season: readonly number[],
  prior: KindPrior,
  model: CountModel,
) {
  const fast = dot(season, exposure.fast);
  const slow = dot(season, exposure.slow);
  const longer = (history.slow + prior.mean * prior.weightBuckets) / (slow + prior.weightBuckets);
  // The last days are part of the weeks: only what is known beyond them may weigh beside them.
  const weight = Math.min(model.slowWeightBuckets, Math.max(0, slow + prior.weightBuckets - fast));
  const evidenceBuckets = fast + weight;
  return { level: (history.fast + weight * longer) / evidenceBuckets, evidenceBuckets };
}

/** What a series counts in a bucket by itself. */
export type Rate = Pick<Baseline, 'level' | 'season' | 'evidenceBuckets'>;

/**
 * The part of `baselineOf` that says how much is expected, and not how much that scatters. `into` takes the season, where
 * one that was told before is not needed any more.
 */
export function rateOf(
  history: SeriesHistory,
  exposure: Exposure,
  prior: KindPrior,
  model: CountModel,
  into: number[] = [],
): Rate {
  const season = seasonOf(history, exposure, prior, model, into);
  return { ...levelOf(history, exposure, season, prior, model), season };
}

/** What is normal for a series, by its history and by others of its kind. */
export function baselineOf(history: SeriesHistory, exposure: Exposure, prior: KindPrior, model: CountModel): Baseline {
  const rate = rateOf(history, exposure, prior, model);
  const { blockBuckets } = model.calendar;
  const observedBuckets = sum(exposure.buckets);
  const isCold = observedBuckets < model.coldBuckets;
  const dispersion = dispersionOf(history, exposure, isCold ? prior.dispersion : model.dispersionPrior, model);
  const few = Math.min(model.seasonPrior, Number.MAX_VALUE);
  return {
    ...rate,
    seasonError: history.bySlot.map((count) => dispersion.bucket / Math.max(1, count + few)),
    dispersion,
    largest: {
      bucket: largestCounts(history.buckets, observedBuckets),
      block: largestCounts(history.blocks, observedBuckets / blockBuckets),
    },
    observedBuckets,
  };
}

function weightIn({ season }: Rate, span: Span, nowBucket: number, model: CountModel): number {
  let weight = 0;
  for (let bucket = nowBucket - bucketsIn(span, model.calendar); bucket < nowBucket; bucket += 1) {
    weight += season[model.calendar.slotOf(bucket)] ?? 1;
  }
  return weight;
}

/** How much is expected of a window that ends with the bucket before `nowBucket`. */
export function meanIn(rate: Rate, span: Span, nowBucket: number, model: CountModel): number {
  return Math.max(
    rate.level * weightIn(rate, span, nowBucket, model),
    model.leastMean * bucketsIn(span, model.calendar),
  );
}

/** What is expected of a window that ends with the bucket before `nowBucket`. */
export function expectedIn(baseline: Baseline, span: Span, nowBucket: number, model: CountModel): CountDistribution {
  const { calendar, rateError } = model;
  let error = 0;
  for (let bucket = nowBucket - bucketsIn(span, model.calendar); bucket < nowBucket; bucket += 1) {
    error = Math.max(error, baseline.seasonError[calendar.slotOf(bucket)] ?? 0);
  }
  const weight = weightIn(baseline, span, nowBucket, model);
  const mean = meanIn(baseline, span, nowBucket, model);
  const dispersion = dispersionIn(baseline.dispersion, span);
  const ofLevel = (dispersion * weight) / baseline.evidenceBuckets;
  return { mean, varianceRatio: dispersion + ofLevel + mean * (rateError + error) };
}
