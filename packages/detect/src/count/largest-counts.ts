import { type CountHistogram, countOfBin } from './count-histogram.ts';

/**
 * The tail of a busy series by its own largest counts: beyond the threshold, P(Y ≥ y) = share · (y / threshold)^(−1/scale).
 * Traffic with heavy tails follows it where a negative binomial tail is far too light.
 */
export interface LargestCounts {
  readonly threshold: number;
  /** The share of counts, zeros too, at or beyond the threshold. */
  readonly share: number;
  /** Mean of ln(count / threshold) beyond it. */
  readonly scale: number;
}

const largestShare = 0.02;
const leastExceedances = 15;
/** Of counts that hardly differ nothing follows about larger ones. */
const leastScale = 0.02;

/** `observed`: the number of counts, zeros too. `null` where there are too few. */
export function largestCounts(histogram: CountHistogram, observed: number): LargestCounts | null {
  const wanted = Math.max(leastExceedances, largestShare * observed);
  let [beyond, logs] = [0, 0];
  for (let bin = histogram.length - 1; bin >= 1; bin -= 1) {
    const times = histogram[bin] ?? 0;
    beyond += times;
    logs += times * Math.log(countOfBin(bin));
    if (beyond < wanted) continue;
    const threshold = countOfBin(bin);
    const scale = Math.max(leastScale, logs / beyond - Math.log(threshold));
    return { threshold, share: Math.min(1, beyond / observed), scale };
  }
  return null;
}

/** ln P(Y ≥ count); that of the threshold for what is smaller. */
export function logTailOfLargest(count: number, { threshold, share, scale }: LargestCounts): number {
  return Math.log(share) - Math.max(0, Math.log(count / threshold)) / scale;
}
