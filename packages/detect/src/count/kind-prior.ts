import { quantileOf } from './count-histogram.ts';
import type { CountModel } from './count-model.ts';
import { dispersionOfBuckets } from './dispersion.ts';
import type { Exposure } from './observed-time.ts';
import type { SeriesHistory } from './series-history.ts';

/** What is assumed of a series before anything was counted: what others of its kind are like. */
export interface KindPrior {
  /** Counts a bucket. */
  readonly mean: number;
  /** The time that this assumption weighs, in buckets. */
  readonly weightBuckets: number;
  /** A slot's rate over the mean rate. */
  readonly season: readonly number[];
  /** Variance over mean that a series is given before its counts tell: four of five of its kind have less. */
  readonly dispersion: number;
  /** What 95 of 100 bursts of the kind do not exceed. */
  readonly burst: { readonly bucket: number; readonly block: number };
}

export function defaultPrior({ calendar, dispersionPrior }: CountModel): KindPrior {
  const season = new Array<number>(calendar.slots).fill(1);
  return { mean: 0.05, weightBuckets: 24, season, dispersion: dispersionPrior, burst: { bucket: 0, block: 0 } };
}

/** A series of a kind, with the time that it was watched. */
export interface WatchedSeries {
  readonly history: SeriesHistory;
  readonly exposure: Exposure;
}

const burstShare = 0.95;
const dispersionShare = 0.8;
const countsThatTell = 30;
/** Of fewer series nothing is said. */
const fewSeries = 10;
/** The prior must neither claim to know a series nor say nothing. */
const [leastWeight, mostWeight] = [1, 288];
/** What one series may weigh in the season of its kind, in counts a slot. */
const seasonCountsPerSlot = 5;

function sum(values: readonly number[]): number {
  let total = 0;
  for (let index = 0; index < values.length; index += 1) total += values[index] ?? 0;
  return total;
}

/** Mean and spread of the rates, by their moments: rates of a kind as drawn from a gamma distribution. */
function rates(series: readonly WatchedSeries[], otherwise: KindPrior): Pick<KindPrior, 'mean' | 'weightBuckets'> {
  const known = series
    .map(({ history, exposure }) => ({ counts: sum(history.bySlot), buckets: sum(exposure.buckets) }))
    .filter(({ buckets }) => buckets > otherwise.weightBuckets);
  if (known.length < fewSeries) return otherwise;
  const each = known.map(({ counts, buckets }) => counts / buckets);
  const mean = sum(each) / each.length;
  // What counting itself scatters is no spread of the rates.
  const noise = sum(known.map(({ counts, buckets }) => counts / buckets ** 2)) / known.length;
  const spread = Math.max(0, sum(each.map((rate) => (rate - mean) ** 2)) / each.length - noise);
  const weight = spread > 0 ? mean / spread : mostWeight;
  if (mean === 0) return { mean: otherwise.mean, weightBuckets: mostWeight };
  return { mean, weightBuckets: Math.min(mostWeight, Math.max(leastWeight, weight)) };
}

/** The season of all series together, none of which counts for more than a few a slot. */
function seasonOf(series: readonly WatchedSeries[], { calendar, seasonPrior }: CountModel): number[] {
  const counts = new Array<number>(calendar.slots).fill(0);
  const expected = new Array<number>(calendar.slots).fill(0);
  for (const { history, exposure } of series) {
    const [total, buckets] = [sum(history.bySlot), sum(exposure.buckets)];
    if (total <= 0 || buckets <= 0) continue;
    const weight = Math.min(1, (seasonCountsPerSlot * calendar.slots) / total);
    for (let slot = 0; slot < calendar.slots; slot += 1) {
      counts[slot] = (counts[slot] ?? 0) + weight * (history.bySlot[slot] ?? 0);
      expected[slot] = (expected[slot] ?? 0) + (weight * total * (exposure.buckets[slot] ?? 0)) / buckets;
    }
  }
  const few = Math.min(seasonPrior, Number.MAX_VALUE);
  return counts.map((count, slot) => (count + few) / ((expected[slot] ?? 0) + few));
}

/** The scatter that most series stay below which have counts enough to tell. */
function dispersionOfMost(series: readonly WatchedSeries[], model: CountModel): number {
  const told = series
    .filter(({ history }) => sum(history.bySlot) >= countsThatTell)
    .map(({ history, exposure }) => dispersionOfBuckets(history, exposure, model.dispersionPrior, model))
    .sort((a, b) => a - b);
  if (told.length < fewSeries) return model.dispersionPrior;
  return told[Math.ceil(dispersionShare * told.length) - 1] ?? model.dispersionPrior;
}

/** What the series of a kind have in common; the default as far as there are too few of them. */
export function priorOf(series: readonly WatchedSeries[], model: CountModel): KindPrior {
  const otherwise = defaultPrior(model);
  const [buckets, blocks]: [number[], number[]] = [[], []];
  for (const { history } of series) {
    addTo(buckets, history.buckets);
    addTo(blocks, history.blocks);
  }
  return {
    ...rates(series, otherwise),
    season: seasonOf(series, model),
    dispersion: dispersionOfMost(series, model),
    burst: { bucket: quantileOf(buckets, burstShare), block: quantileOf(blocks, burstShare) },
  };
}

function addTo(sums: number[], values: readonly number[]): void {
  for (let index = 0; index < values.length; index += 1) sums[index] = (sums[index] ?? 0) + (values[index] ?? 0);
}
