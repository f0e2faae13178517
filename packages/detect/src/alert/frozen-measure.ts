import { expectedIn } from '../count/baseline.ts';
import type { CountModel } from '../count/count-model.ts';
import type { KindPrior } from '../count/kind-prior.ts';
import type { Span } from '../count/span.ts';
import { leastOf, spikeBound } from '../count/spike.ts';
import type { Alert } from './alert.ts';

/** What a window of counts is measured by. */
export interface WindowMeasure {
  readonly expected: number;
  /** The least count that would have been a spike. */
  readonly bound: number;
}

/** A window that ends at the instant, as long as one of those that the count model watches. */
export interface CountWindow {
  readonly endMs: number;
  readonly span: Span;
}

/**
 * What an alert of the count model measures a window by: by the baseline that it keeps; `null` where
 * it keeps none, which is so of other rules and of what has become usual.
 */
export function frozenMeasure(
  alert: Alert,
  prior: KindPrior,
  { endMs, span }: CountWindow,
  model: CountModel,
): WindowMeasure | null {
  const { baseline, finding } = alert;
  const { alpha } = finding.details;
  if (baseline === null || finding.detector !== 'spike' || typeof alpha !== 'number') return null;
  const expected = expectedIn(baseline, span, Math.ceil(endMs / model.calendar.bucketMs), model);
  const atLeast = leastOf(baseline, prior, span, model);
  return { expected: expected.mean, bound: spikeBound({ expected, atLeast }, alpha) };
}
