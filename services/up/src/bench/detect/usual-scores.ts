import type { Scores } from './scores.ts';
import type { SimulatedWorld } from './world.ts';

/** How counts are usually watched: each detector by what it finds unusual, on windows of so many buckets. */
export const usualDetectors = ['static', 'mean_sd', 'ears_c2', 'seasonal_mean_sd'] as const;
export type UsualDetector = (typeof usualDetectors)[number];

/** EARS takes no standard deviation to be smaller; without it the first count of a quiet series is infinitely unusual. */
const leastDeviation = 0.5;
const c2 = { periods: 7, lag: 2 };

interface Settings {
  readonly windowBuckets: number;
  /** What is younger is not learned from, as with ours. */
  readonly lag: number;
  readonly memory: number;
  readonly slotOf: (bucket: number) => number;
}

/** Counts of the windows that end with each bucket. */
function windowed(counts: ArrayLike<number>, windowBuckets: number): Float64Array {
  const sums = new Float64Array(counts.length);
  let sum = 0;
  for (let at = 0; at < counts.length; at += 1) {
    sum += (counts[at] ?? 0) - (at >= windowBuckets ? (counts[at - windowBuckets] ?? 0) : 0);
    sums[at] = sum;
  }
  return sums;
}

interface Moments {
  n: number;
  sum: number;
  squares: number;
}

function add(moments: Moments, value: number, times: 1 | -1): void {
  moments.n += times;
  moments.sum += times * value;
  moments.squares += times * value * value;
}

function deviations(value: number, { n, sum, squares }: Moments): number {
  if (n < 2) return Number.NEGATIVE_INFINITY;
  const mean = sum / n;
  const variance = Math.max(0, (squares - n * mean * mean) / (n - 1));
  return (value - mean) / Math.max(leastDeviation, Math.sqrt(variance));
}

/** (count − mean) / sd over the past, apart by whatever `slotOf` tells apart. */
function movingScores(values: Float64Array, from: number, { lag, memory, slotOf }: Settings): Float32Array {
  const bySlot = new Map<number, Moments>();
  const scores = new Float32Array(values.length - from);
  const momentsAt = (bucket: number) => {
    const slot = slotOf(bucket);
    const moments = bySlot.get(slot) ?? { n: 0, sum: 0, squares: 0 };
    bySlot.set(slot, moments);
    return moments;
  };
  for (let at = 0; at < values.length; at += 1) {
    if (at >= lag) add(momentsAt(at - lag), values[at - lag] ?? 0, 1);
    if (at >= lag + memory) add(momentsAt(at - lag - memory), values[at - lag - memory] ?? 0, -1);
    if (at >= from) scores[at - from] = deviations(values[at] ?? 0, momentsAt(at));
  }
  return scores;
}

/** EARS C2: the seven windows before the last two. */
function c2Scores(values: Float64Array, from: number, windowBuckets: number): Float32Array {
  return Float32Array.from({ length: values.length - from }, (_, index) => {
    const at = from + index;
    const moments: Moments = { n: 0, sum: 0, squares: 0 };
    for (let period = 1; period <= c2.periods; period += 1) {
      const before = at - (c2.lag + period) * windowBuckets;
      if (before >= 0) add(moments, values[before] ?? 0, 1);
    }
    return deviations(values[at] ?? 0, moments);
  });
}

/** Scores of one series from a bucket on; a window without a count never fires. */
export function usualScore(
  detector: UsualDetector,
  counts: ArrayLike<number>,
  from: number,
  settings: Settings,
): Float32Array {
  const values = windowed(counts, settings.windowBuckets);
  const scores =
    detector === 'static'
      ? Float32Array.from(values.subarray(from))
      : detector === 'ears_c2'
        ? c2Scores(values, from, settings.windowBuckets)
        : movingScores(values, from, detector === 'mean_sd' ? { ...settings, slotOf: () => 0 } : settings);
  return scores.map((score, index) => ((values[from + index] ?? 0) > 0 ? score : Number.NEGATIVE_INFINITY));
}

/** The same of every series of a simulation, each from when it was first seen on. */
export function usualScores(detector: UsualDetector, world: SimulatedWorld, settings: Settings): Scores {
  const { fromBucket } = world;
  return world.series.map(({ counts, firstBucket }) => {
    const known = counts.subarray(firstBucket);
    const shifted = { ...settings, slotOf: (bucket: number) => settings.slotOf(bucket + firstBucket) };
    const own = usualScore(detector, known, Math.max(0, fromBucket - firstBucket), shifted);
    if (own.length === counts.length - fromBucket) return own;
    const scores = new Float32Array(counts.length - fromBucket).fill(Number.NEGATIVE_INFINITY);
    scores.set(own, scores.length - own.length);
    return scores;
  });
}
