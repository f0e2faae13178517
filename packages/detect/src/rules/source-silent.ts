import { minuteMs } from '@custody/decision';
import type { Baseline } from '../count/baseline.ts';
import { bucketOf } from '../count/calendar.ts';
import type { CountModel } from '../count/count-model.ts';
import { type Finding, probabilityOf } from '../finding.ts';
import { logNone } from '../numerics/negative-binomial.ts';
import { completenessOf, type Reading, reservation } from '../reading.ts';
import { amount, duration } from '../wording.ts';

/** An environment that is read and lists nothing. */
export interface QuietSource {
  readonly envId: string;
  /** Its last decision of whatever verdict. */
  readonly lastDecisionMs: number;
  /** Of all its decisions, not of denials. */
  readonly baseline: Baseline;
}

export interface SilenceRule {
  readonly alpha: number;
  readonly leastSilentMs: number;
}

export const leastSilentMs = 15 * minuteMs;

/** The mean and the scatter of all decisions from then to now; what is expected of part of a bucket is its part. */
function expectedBetween(baseline: Baseline, fromMs: number, toMs: number, model: CountModel) {
  const { bucketMs } = model.calendar;
  let mean = 0;
  for (let atMs = fromMs; atMs < toMs; ) {
    const bucket = bucketOf(model.calendar, atMs);
    const nextMs = Math.min(toMs, (bucket + 1) * bucketMs);
    const season = baseline.season[model.calendar.slotOf(bucket)] ?? 1;
    mean += (baseline.level * season * (nextMs - atMs)) / bucketMs;
    atMs = nextMs;
  }
  const perBucket = mean / Math.max(1, (toMs - fromMs) / bucketMs);
  const ofLevel = mean / Math.max(1e-9, baseline.level * baseline.evidenceBuckets);
  const varianceRatio = baseline.dispersion.block * (1 + ofLevel) + mean * model.rateError;
  return { mean, varianceRatio, perBucket };
}

/**
 * No decision for longer than the hour of the day and the week make likely. `null` while part of that time was not read:
 * then nobody knows whether the source is silent; that is what `coverageLost` tells.
 */
export function sourceSilent(
  source: QuietSource,
  atMs: number,
  reading: Reading,
  rule: SilenceRule,
  model: CountModel,
): Finding | null {
  const window = { fromMs: source.lastDecisionMs + 1, toMs: atMs };
  if (atMs - source.lastDecisionMs < rule.leastSilentMs) return null;
  const completeness = completenessOf(window, reading);
  if (completeness === 'unread') return null;
  const { mean, varianceRatio, perBucket } = expectedBetween(source.baseline, window.fromMs, atMs, model);
  const logProbability = logNone({ mean, varianceRatio });
  if (logProbability >= Math.log(rule.alpha)) return null;
  return {
    detector: 'source_silent',
    subject: { envId: source.envId, kind: 'environment', key: '' },
    window,
    observed: 0,
    expected: mean,
    bound: 0,
    probability: probabilityOf(logProbability),
    completeness,
    sentence: `No decision for ${duration(atMs - source.lastDecisionMs)}, where ${amount(mean)} were expected (${amount(perBucket)} in 5 minutes)${reservation(completeness)}.`,
    unless: 'A single decision in that time, or a time of the day or the week in which there are few.',
    details: { lastDecisionMs: source.lastDecisionMs },
  };
}
