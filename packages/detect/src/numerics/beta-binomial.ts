import { logBeta, logGamma } from './log-gamma.ts';

/** How many of `trials` succeed where the chance itself is drawn from a beta distribution. */
export interface ShareDistribution {
  readonly trials: number;
  readonly alpha: number;
  readonly beta: number;
}

function logChoose(n: number, k: number): number {
  return logGamma(n + 1) - logGamma(k + 1) - logGamma(n - k + 1);
}

/** ln P(X = successes). */
function logMass(successes: number, { trials, alpha, beta }: ShareDistribution): number {
  const others = trials - successes;
  return logChoose(trials, successes) + logBeta(successes + alpha, others + beta) - logBeta(alpha, beta);
}

const negligible = 1e-17;

/** Sums masses from `from` to `to` with the ratio of neighbours, relative to the first; stops once terms have become nothing. */
function relativeSum(from: number, to: number, step: 1 | -1, { trials, alpha, beta }: ShareDistribution): number {
  let term = 1;
  let sum = 1;
  for (let at = from; at !== to; at += step) {
    const upper = step === 1 ? at : at - 1;
    const up = ((trials - upper) * (upper + alpha)) / ((upper + 1) * (trials - upper - 1 + beta));
    const factor = step === 1 ? up : 1 / up;
    term *= factor;
    sum += term;
    if (factor < 1 && term < negligible * sum) break;
  }
  return sum;
}

/** ln P(X ≥ successes). */
export function logShareTail(successes: number, shares: ShareDistribution): number {
  if (successes <= 0) return 0;
  if (successes > shares.trials) return Number.NEGATIVE_INFINITY;
  return Math.min(0, logMass(successes, shares) + Math.log(relativeSum(successes, shares.trials, 1, shares)));
}

/** ln P(X ≤ successes). */
export function logShareHead(successes: number, shares: ShareDistribution): number {
  if (successes >= shares.trials) return 0;
  if (successes < 0) return Number.NEGATIVE_INFINITY;
  return Math.min(0, logMass(successes, shares) + Math.log(relativeSum(successes, 0, -1, shares)));
}
