import type { TimeRange } from '@custody/decision';
import type { Alert, Sign } from './alert/alert.ts';
import { type Baseline, baselineOf } from './count/baseline.ts';
import { bucketOf } from './count/calendar.ts';
import type { CountModel } from './count/count-model.ts';
import { defaultPrior, type KindPrior } from './count/kind-prior.ts';
import { ObservedTime } from './count/observed-time.ts';
import type { LearnedRange } from './count/series-history.ts';
import { bucketsIn } from './count/span.ts';
import { isElevated, isSpike, spikeBound, type Weighed, weigh } from './count/spike.ts';
import type { EnvironmentInput, SeriesInput } from './environment-input.ts';
import { type Finding, probabilityOf, type Subject, subjectId } from './finding.ts';
import { completenessOf, reservation } from './reading.ts';
import { amount, duration, many } from './wording.ts';

/** What one look says of one series, and what an alert that opens now is measured by. */
export interface SubjectSign {
  readonly id: string;
  readonly sign: Sign;
  readonly baseline: Baseline | null;
}

/** Buckets that lie in the range at least in part: what was read by half was not read. */
export function bucketsOf(model: CountModel, { fromMs, toMs }: TimeRange): LearnedRange {
  return { fromBucket: bucketOf(model.calendar, fromMs), untilBucket: bucketOf(model.calendar, toMs - 1) + 1 };
}

/** The time that the environment was observed in, as of the moment. */
export function observedTime(environment: EnvironmentInput, atMs: number, model: CountModel): ObservedTime {
  const unread = environment.unobserved.map((range) => bucketsOf(model, range));
  const since = bucketOf(model.calendar, environment.observedSinceMs);
  return new ObservedTime(model, bucketOf(model.calendar, atMs), since, unread);
}

function windowOf({ span }: Weighed, atMs: number, { calendar }: CountModel): TimeRange {
  return { fromMs: atMs - bucketsIn(span, calendar) * calendar.bucketMs, toMs: atMs };
}

function findingOf(
  weighed: Weighed,
  subject: Subject,
  environment: EnvironmentInput,
  baseline: Baseline,
  alpha: number,
  atMs: number,
  model: CountModel,
): Finding {
  const window = windowOf(weighed, atMs, model);
  const completeness = completenessOf(window, environment.reading);
  const bound = spikeBound(weighed, alpha);
  const within = duration(window.toMs - window.fromMs);
  const { observed, expected } = weighed;
  return {
    detector: 'spike',
    subject,
    window,
    observed,
    expected: expected.mean,
    bound,
    probability: probabilityOf(weighed.logProbability),
    completeness,
    sentence: `${many(observed, 'denial')} in ${within}, expected ${amount(expected.mean)}, alert bound ${bound}${reservation(completeness)}.`,
    unless: `Fewer than ${many(bound, 'denial')} in ${within}, or a past with more of them at this hour.`,
    details: {
      alpha,
      varianceRatio: expected.varianceRatio,
      levelPerBucket: baseline.level,
      knownBuckets: baseline.observedBuckets,
    },
  };
}

function signOf(
  series: SeriesInput,
  environment: EnvironmentInput,
  baseline: Baseline,
  prior: KindPrior,
  alpha: number,
  atMs: number,
  model: CountModel,
): Sign {
  const subject: Subject = { envId: environment.envId, kind: series.kind, key: series.key };
  // A window that ends within a bucket is expected to hold what a whole one does.
  const nowBucket = Math.ceil(atMs / model.calendar.bucketMs);
  const weighed = weigh(series.observed, baseline, prior, nowBucket, model);
  const measure = series.observed.block;
  const spikes = weighed.filter((it) => isSpike(it, alpha));
  const rarest = spikes.toSorted((a, b) => a.logProbability - b.logProbability)[0];
  if (rarest !== undefined) {
    const finding = findingOf(rarest, subject, environment, baseline, alpha, atMs, model);
    return { kind: 'fires', finding, measure, tools: series.tools };
  }
  if (weighed.some((it) => it.span === 'bucket' && it.observed > 0 && isElevated(it))) {
    return { kind: 'elevated', measure, tools: series.tools };
  }
  const looked = { fromMs: atMs - model.calendar.bucketMs, toMs: atMs };
  return completenessOf(looked, environment.reading) === 'unread' ? { kind: 'unknown' } : { kind: 'quiet' };
}

/** What the count model says of every series of an environment, those with open alerts against the baseline kept by them. */
export function spikeSigns(
  environment: EnvironmentInput,
  open: ReadonlyMap<string, Alert>,
  alpha: number,
  atMs: number,
  model: CountModel,
): SubjectSign[] {
  const observed = observedTime(environment, atMs, model);
  return environment.series.map((series) => {
    const id = subjectId('spike', { envId: environment.envId, kind: series.kind, key: series.key });
    const prior = environment.priors[series.kind] ?? defaultPrior(model);
    const frozen = open.get(id)?.baseline ?? null;
    const masked = series.masked.map((range) => bucketsOf(model, range));
    const exposure = observed.of(bucketOf(model.calendar, series.firstSeenMs), masked);
    const baseline = frozen ?? baselineOf(series.history, exposure, prior, model);
    const sign = signOf(series, environment, baseline, prior, alpha, atMs, model);
    // Only an alert that opens keeps its baseline: those of all series are much to hold.
    return { id, sign, baseline: sign.kind === 'fires' ? baseline : null };
  });
}
