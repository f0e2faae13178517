import { type CountDistribution, leastUnlikely, logTail } from '../numerics/negative-binomial.ts';
import { type Baseline, expectedIn, type Span } from './baseline.ts';
import type { CountModel } from './count-model.ts';
import type { KindPrior } from './kind-prior.ts';
import { logTailOfLargest } from './largest-counts.ts';

/** What was counted in the last five minutes and in the last hour. */
export type Observed = Readonly<Record<Span, number>>;

/** What a window's count is weighed against. */
export interface Weighed {
  readonly span: Span;
  readonly observed: number;
  readonly expected: CountDistribution;
  /** ln of the probability of as many or more, where nothing happens. */
  readonly logProbability: number;
  /** What else the count has to reach: the least count, and what bursts of new series reach. */
  readonly atLeast: number;
}

const spans: readonly Span[] = ['bucket', 'block'];

/** Busy traffic has heavier tails than the model: what its own largest counts make likely is no surprise. */
function logProbability(count: number, expected: CountDistribution, baseline: Baseline, span: Span, model: CountModel) {
  const byModel = logTail(count, expected);
  const largest = baseline.largest[span];
  const hourly = span === 'block' ? expected.mean : expected.mean * model.calendar.blockBuckets;
  if (largest === null || hourly <= model.busyBlockMean) return byModel;
  return Math.max(byModel, Math.min(0, model.busyPower * logTailOfLargest(count, largest)));
}

/** What a count has to reach whatever its probability: the least count, and what bursts of new series reach. */
export function leastOf(baseline: Baseline, prior: KindPrior, span: Span, model: CountModel): number {
  const isCold = baseline.observedBuckets < model.coldBuckets;
  return Math.max(model.leastCount, isCold ? Math.floor(prior.burst[span]) + 1 : 0);
}

/** Weighs the counts of both windows, which end at the beginning of `nowBucket`. */
export function weigh(
  observed: Observed,
  baseline: Baseline,
  prior: KindPrior,
  nowBucket: number,
  model: CountModel,
): Weighed[] {
  return spans.map((span) => {
    const expected = expectedIn(baseline, span, nowBucket, model);
    const atLeast = leastOf(baseline, prior, span, model);
    const count = observed[span];
    return {
      span,
      observed: count,
      expected,
      logProbability: logProbability(count, expected, baseline, span, model),
      atLeast,
    };
  });
}

/** Whether the count is a spike at this level of probability. */
export function isSpike({ observed, atLeast, logProbability }: Weighed, alpha: number): boolean {
  return observed >= atLeast && logProbability < Math.log(alpha);
}

/** The smallest count that would have been a spike. */
export function spikeBound({ expected, atLeast }: Pick<Weighed, 'expected' | 'atLeast'>, alpha: number): number {
  return Math.max(atLeast, leastUnlikely(expected, alpha));
}

/** Above what scatters around the expected: two standard deviations. */
export function isElevated({ observed, expected: { mean, varianceRatio } }: Weighed): boolean {
  return observed > mean + 2 * Math.sqrt(mean * varianceRatio);
}
