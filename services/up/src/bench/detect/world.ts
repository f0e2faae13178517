import { Draws } from './draws.ts';

export const bucketsPerDay = 288;
/** Half minutes of a bucket: the service looks with each. */
export const halvesPerBucket = 10;
const bucketsPerHour = 12;

/** A burst that is put on top of what a series does by itself. */
export interface Burst {
  readonly series: number;
  readonly fromBucket: number;
  readonly buckets: number;
  readonly size: number;
  /** The bucket of its first denial. */
  readonly firstBucket: number;
}

/** One series of the simulation: counts of denials by bucket, and what made them. */
export interface SimulatedSeries {
  readonly counts: Uint16Array;
  /** What is expected of each bucket, and its variance over that: what an oracle would know. */
  readonly meanOf: (bucket: number) => number;
  readonly varianceRatio: number;
  readonly firstBucket: number;
  readonly isCold: boolean;
}

export interface SimulatedWorld {
  readonly series: readonly SimulatedSeries[];
  readonly bursts: readonly Burst[];
  /** The buckets that are judged: a week after four weeks of history. */
  readonly fromBucket: number;
  readonly untilBucket: number;
}

/**
 * `negative_binomial`: as the model assumes, clumped more often than not. `even`: the same where half of the series are no more
 * scattered than chance. `heavy`: log-normal rates that wander, and storms of retries.
 */
export type Traffic = 'negative_binomial' | 'even' | 'heavy';

export const burstSizes = [4, 6, 10, 20, 50];
const historyDays = 28;
const judgedDays = 7;
const [leastRate, mostRate] = [0.001, 5];
/** As a third of series is no more scattered than chance, and another third clumps as retries and loops do. */
const mostVarianceRatio = 6;
const varianceRatios = [1, 1.2, 2, 3, 4, mostVarianceRatio];
const coldShare = 0.1;
const usualBursts = 0.4;

const evenShare = 0.5;

function varianceRatioOf(draws: Draws, traffic: Traffic): number {
  if (traffic !== 'even') return draws.pick(varianceRatios);
  return draws.uniform() < evenShare ? 1 : draws.between(1, mostVarianceRatio);
}

interface Shape {
  readonly rate: number;
  readonly amplitude: number;
  readonly peakBucket: number;
}

function shapeOf(draws: Draws): Shape {
  return {
    rate: leastRate * (mostRate / leastRate) ** draws.uniform(),
    amplitude: draws.between(0, 0.9),
    // Office hours of somewhere in Europe, more or less.
    peakBucket: (13 + 3 * draws.normal()) * bucketsPerHour,
  };
}

function meanAt({ rate, amplitude, peakBucket }: Shape, bucket: number): number {
  return rate * (1 + amplitude * Math.cos((2 * Math.PI * (bucket - peakBucket)) / bucketsPerDay));
}

function negativeBinomialCounts(draws: Draws, shape: Shape, ratio: number, counts: Uint16Array, from: number): void {
  for (let bucket = from; bucket < counts.length; bucket += 1) {
    counts[bucket] = draws.negativeBinomial(meanAt(shape, bucket), ratio);
  }
}

/** A rate that wanders with a memory of an hour, and now and then a call that is tried again and again. */
function heavyCounts(draws: Draws, shape: Shape, counts: Uint16Array, from: number): void {
  const spread = draws.between(0, 0.8);
  const memory = 0.92;
  const stormsPerBucket = draws.uniform() < 0.2 ? 0.3 / bucketsPerDay : 0;
  let wander = 0;
  for (let bucket = from; bucket < counts.length; bucket += 1) {
    wander = memory * wander + Math.sqrt(1 - memory ** 2) * draws.normal();
    const rate = meanAt(shape, bucket) * Math.exp(spread * wander - spread ** 2 / 2);
    counts[bucket] = (counts[bucket] ?? 0) + draws.poisson(rate);
    if (draws.uniform() >= stormsPerBucket) continue;
    for (let left = 2 + draws.geometric(0.15); left > 0; left -= 1) {
      const at = bucket + draws.below(3);
      if (at < counts.length) counts[at] = (counts[at] ?? 0) + 1;
    }
  }
}

function seriesOf(seed: number, index: number, traffic: Traffic, length: number, judgedFrom: number): SimulatedSeries {
  const draws = new Draws(seed, 10 + index);
  const shape = shapeOf(draws);
  const varianceRatio = varianceRatioOf(draws, traffic);
  const isCold = draws.uniform() < coldShare;
  const firstBucket = isCold ? judgedFrom + draws.below(length - judgedFrom - bucketsPerDay) : 0;
  const counts = new Uint16Array(length);
  if (traffic === 'heavy') heavyCounts(draws, shape, counts, firstBucket);
  else negativeBinomialCounts(draws, shape, varianceRatio, counts, firstBucket);
  return { counts, meanOf: (bucket) => meanAt(shape, bucket), varianceRatio, firstBucket, isCold };
}

function addBurst(
  draws: Draws,
  series: readonly SimulatedSeries[],
  size: number,
  judgedFrom: number,
  length: number,
): Burst {
  const index = draws.below(series.length);
  const { counts, firstBucket } = series[index] as SimulatedSeries;
  const buckets = 1 + draws.below(bucketsPerHour);
  const earliest = Math.max(judgedFrom, firstBucket);
  const fromBucket = earliest + draws.below(length - bucketsPerHour - earliest);
  let first = length;
  for (let left = size; left > 0; left -= 1) {
    const at = fromBucket + draws.below(buckets);
    counts[at] = (counts[at] ?? 0) + 1;
    first = Math.min(first, at);
  }
  return { series: index, fromBucket, buckets, size, firstBucket: first };
}

/**
 * So many series over four weeks of history and a week that is judged, in which bursts of 4 to 50 denials are put over 5 to
 * 60 minutes each; one series in ten appears during that week. Rates of 0.001 to 5 in five minutes, a daily rhythm.
 */
export function simulateWorld(
  seed: number,
  seriesCount: number,
  traffic: Traffic,
  burstsPerSeries = usualBursts,
): SimulatedWorld {
  // The epoch was a Thursday; a Monday makes the week that is judged one with its weekend at the end.
  const fromBucket = historyDays * bucketsPerDay;
  const untilBucket = fromBucket + judgedDays * bucketsPerDay;
  const series = Array.from({ length: seriesCount }, (_, index) =>
    seriesOf(seed, index, traffic, untilBucket, fromBucket),
  );
  const draws = new Draws(seed, 1);
  const bursts = Array.from({ length: Math.round(burstsPerSeries * seriesCount) }, (_, index) =>
    addBurst(draws, series, burstSizes[index % burstSizes.length] ?? 4, fromBucket, untilBucket),
  );
  return { series, bursts, fromBucket, untilBucket };
}
