import { expectedIn, type Span } from '../count/baseline.ts';
import type { CountModel } from '../count/count-model.ts';
import type { KindPrior } from '../count/kind-prior.ts';
import { leastOf, spikeBound } from '../count/spike.ts';
import type { Alert } from './alert.ts';

/** What a window of counts is measured by. */
export interface WindowMeasure {
  readonly expected: number;
  /** The least count that would have been a spike. */
  readonly bound: number;
}

/** The window that an alert of the count model was judged by. */
export function spanOf({ finding: { window } }: Alert, { calendar }: CountModel): Span {
  return window.toMs - window.fromMs > calendar.bucketMs ? 'block' : 'bucket';
}

/**
 * What an alert of the count model measures a window by that ends at the instant, by the baseline that it keeps; `null` where
 * it keeps none, which is so of other rules and of what has become usual.
 */
export function frozenMeasure(alert: Alert, prior: KindPrior, endMs: number, model: CountModel): WindowMeasure | null {
  const { baseline, finding } = alert;
  const { alpha } = finding.details;
  if (baseline === null || finding.detector !== 'spike' || typeof alpha !== 'number') return null;
  const span = spanOf(alert, model);
  const expected = expectedIn(baseline, span, Math.ceil(endMs / model.calendar.bucketMs), model);
  const atLeast = leastOf(baseline, prior, span, model);
  return { expected: expected.mean, bound: spikeBound({ expected, atLeast }, alpha) };
}
