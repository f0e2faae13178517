import { logIncompleteBeta } from './incomplete-beta.ts';

/** A count's distribution: negative binomial with this mean, whose variance is so many times the mean. */
export interface CountDistribution {
  readonly mean: number;
  /** Variance over mean; 1 is Poisson's distribution, and what is smaller is taken as that. */
  readonly varianceRatio: number;
}

/** So near to Poisson's distribution that no count tells them apart, and far enough to compute with. */
const leastRatio = 1.0001;

/**
 * ln P(Y ≥ count). Exact far into the tail, where approximations by a normal distribution are wrong by orders of
 * magnitude. The tail of a negative binomial distribution is an incomplete beta function.
 */
export function logTail(count: number, { mean, varianceRatio }: CountDistribution): number {
  if (count <= 0) return 0;
  if (mean <= 0) return Number.NEGATIVE_INFINITY;
  const ratio = Math.max(varianceRatio, leastRatio);
  return logIncompleteBeta((ratio - 1) / ratio, 1 / ratio, count, mean / (ratio - 1));
}

/** ln P(Y = 0). */
export function logNone({ mean, varianceRatio }: CountDistribution): number {
  const ratio = Math.max(varianceRatio, leastRatio);
  return (-mean / (ratio - 1)) * Math.log(ratio);
}

/** The smallest count whose tail is less likely than `probability`. */
export function leastUnlikely(distribution: CountDistribution, probability: number): number {
  const goal = Math.log(probability);
  let above = Math.max(1, Math.ceil(distribution.mean));
  while (logTail(above, distribution) >= goal) above *= 2;
  let below = 0;
  while (above - below > 1) {
    const middle = (above + below) >> 1;
    if (logTail(middle, distribution) < goal) above = middle;
    else below = middle;
  }
  return above;
}
