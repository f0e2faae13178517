import { type CountDistribution, leastUnlikely, logTail } from '../numerics/negative-binomial.ts';
import { type Baseline, expectedIn } from './baseline.ts';
import type { CountModel } from './count-model.ts';
import type { KindPrior } from './kind-prior.ts';
import { logTailOfLargest } from './largest-counts.ts';
import { bucketsIn, type CountedSpan, isCounted, type Span, spans } from './span.ts';

/**
 * What was counted in the last five minutes and in the last hour, and in the quarter and the half of one: these are absent from
 * what older versions recorded, and are not judged there.
 */
export type Observed = Readonly<Record<CountedSpan, number> & Partial<Record<Exclude<Span, CountedSpan>, number>>>;

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

/**
 * Busy traffic has heavier tails than the model: what its own largest counts make likely is no surprise, and windows of which
 * these are not known tell nothing of it.
 */
function logProbability(count: number, expected: CountDistribution, baseline: Baseline, span: Span, model: CountModel) {
  const byModel = logTail(count, expected);
  const { calendar } = model;
  const ofBlock = (expected.mean * calendar.blockBuckets) / bucketsIn(span, calendar);
  if (ofBlock <= model.busyBlockMean) return byModel;
  if (!isCounted(span)) return 0;
  const largest = baseline.largest[span];
  if (largest === null) return byModel;
  return Math.max(byModel, Math.min(0, model.busyPower * logTailOfLargest(count, largest)));
}

/** What a count has to reach whatever its probability: the least count, and what bursts of new series reach. */
export function leastOf(baseline: Baseline, prior: KindPrior, span: Span, model: CountModel): number {
  const isCold = baseline.observedBuckets < model.coldBuckets;
  return Math.max(model.leastCount, isCold ? Math.floor(prior.burst[isCounted(span) ? span : 'block']) + 1 : 0);
}

/** Weighs the counts of all windows, which end at the beginning of `nowBucket`. */
export function weigh(
  observed: Observed,
  baseline: Baseline,
  prior: KindPrior,
  nowBucket: number,
  model: CountModel,
): Weighed[] {
  return spans.flatMap((span) => {
    const count = observed[span];
    if (count === undefined) return [];
    const expected = expectedIn(baseline, span, nowBucket, model);
    const atLeast = leastOf(baseline, prior, span, model);
    return [
      {
        span,
        observed: count,
        expected,
        logProbability: logProbability(count, expected, baseline, span, model),
        atLeast,
      },
    ];
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
