import {
  type DecisionsRow,
  type EnvironmentRows,
  hourMs,
  type KnownSeriesRow,
  minuteMs,
  type RateRow,
  type SeriesRow,
  type TimeRange,
  type WatchedKind,
} from '@custody/decision';
import { bucketOf } from './count/calendar.ts';
import type { CountModel } from './count/count-model.ts';
import { type KindPrior, priorOf } from './count/kind-prior.ts';
import type { ObservedTime } from './count/observed-time.ts';
import { type BucketCount, type LearnedRange, type SeriesHistory, summarize } from './count/series-history.ts';
import { deniedToolsOf } from './denied-tools-input.ts';
import type { AllDecisions, EnvironmentInput, LimitedCount, SeriesInput } from './environment-input.ts';
import { type RateSeries, usualShare } from './rules/deny-rate-step.ts';
import { bucketsOf, observedTime } from './spike-signs.ts';

export interface InputOptions {
  /** The moment that is judged. */
  readonly atMs: number;
  readonly model: CountModel;
  /** Limits that rules set, with their counts. */
  readonly limits?: readonly LimitedCount[];
}

function overlaps(range: TimeRange, masked: readonly TimeRange[]): boolean {
  return masked.some(({ fromMs, toMs }) => fromMs < range.toMs && range.fromMs < toMs);
}

function historyOf({ history, counts, masked }: SeriesRow, atMs: number, model: CountModel): SeriesHistory {
  const ranges: LearnedRange[] = masked.map((range) => bucketsOf(model, range));
  return history ?? summarize(counts ?? [], bucketOf(model.calendar, atMs), model, ranges);
}

function seriesOf(row: SeriesRow, atMs: number, model: CountModel): SeriesInput {
  const { kind, key, firstSeenMs, bucket, quarter, half, block, masked, tools } = row;
  const between = { ...(quarter !== undefined && { quarter }), ...(half !== undefined && { half }) };
  const observed = { bucket, ...between, block };
  return { kind, key, firstSeenMs, observed, history: historyOf(row, atMs, model), masked, tools };
}

/** A step up is a matter of those that are denied, a step down of all that call. */
function rateOf(envId: string, row: RateRow): RateSeries {
  const hours = row.hours.filter(({ startMs }) => !overlaps({ fromMs: startMs, toMs: startMs + hourMs }, row.masked));
  const isDown = row.denials < usualShare(hours).share * row.calls;
  const { latest } = row;
  return {
    ...(latest !== undefined && { latest: { recent: latest, agents: latest.deniedAgents } }),
    subject: { envId, kind: row.kind, key: row.key },
    recent: { calls: row.calls, denials: row.denials },
    agents: isDown ? row.agents : row.deniedAgents,
    hours,
  };
}

/** Quarters of an hour, which is what the store sums all decisions up by, as counts of their buckets. */
export function bucketsOfQuarters(
  { quarters }: Pick<DecisionsRow, 'quarters'>,
  { calendar }: CountModel,
): BucketCount[] {
  const parts = Math.round((15 * minuteMs) / calendar.bucketMs);
  return quarters.flatMap(({ startMs, count }) => {
    const first = bucketOf(calendar, startMs);
    const share = (part: number) => Math.floor((count + part) / parts);
    return Array.from({ length: parts }, (_, part) => ({ bucket: first + part, count: share(part) })).filter(
      (it) => it.count > 0,
    );
  });
}

function decisionsOf({ decisions, reading }: EnvironmentRows, atMs: number, model: CountModel): AllDecisions | null {
  if (decisions === null) return null;
  const history = summarize(bucketsOfQuarters(decisions, model), bucketOf(model.calendar, atMs), model);
  return { history, firstSeenMs: reading.observedSinceMs, lastDecisionMs: decisions.lastDecisionMs };
}

export type Priors = Partial<Record<WatchedKind, KindPrior>>;
/** Of the same rows, which are given to many looks, the same follows. */
const priorsOfRows = new WeakMap<readonly KnownSeriesRow[], Priors>();

/** What the series of each kind have in common, as of the time that `observed` is of. */
export function priorsOf(known: readonly KnownSeriesRow[], observed: ObservedTime, model: CountModel): Priors {
  const before = priorsOfRows.get(known);
  if (before !== undefined) return before;
  const priors: Priors = {};
  for (const [kind, rows] of Map.groupBy(known, (row) => row.kind)) {
    const watched = rows.map(({ history, firstSeenMs }) => ({
      history,
      exposure: observed.of(bucketOf(model.calendar, firstSeenMs)),
    }));
    priors[kind] = priorOf(watched, model);
  }
  priorsOfRows.set(known, priors);
  return priors;
}

/** What is looked at of an environment, of what a store holds of it. Pure. */
export function environmentInputOf(
  rows: EnvironmentRows,
  { atMs, model, limits = [] }: InputOptions,
): EnvironmentInput {
  const { envId, reading } = rows;
  const { readUntilMs, provenUntilMs, unread, observedSinceMs } = reading;
  const { blindSeconds, unreadableSeconds, watchedSinceMs } = reading;
  const environment: EnvironmentInput = {
    envId,
    reading: { readUntilMs, provenUntilMs, unread },
    observedSinceMs,
    unobserved: unread.filter(({ fromMs }) => fromMs < atMs),
    priors: {},
    activeSeries: rows.activeSeries,
    activeByKind: rows.activeByKind,
    series: rows.series.map((row) => seriesOf(row, atMs, model)),
    deniedTools: [],
    areSharesTold: true,
    agentCalls: rows.agentCalls,
    pairs: rows.pairs,
    rates: rows.rates.map((row) => rateOf(envId, row)),
    // Of one that never called only so much is known as was read.
    awake: rows.awake.map((one) =>
      one.activeDays > 0 ? one : { ...one, lastSeenMs: Math.max(one.lastSeenMs, observedSinceMs) },
    ),
    decisions: decisionsOf(rows, atMs, model),
    coverage: { blindSeconds, unreadableSeconds, watchedSinceMs },
    limits,
  };
  const observedThen = observedTime(environment, rows.knownAtMs, model);
  return {
    ...environment,
    priors: priorsOf(rows.known, observedThen, model),
    deniedTools: deniedToolsOf(
      rows,
      { atMs: rows.knownAtMs, time: observedThen },
      { atMs, time: observedTime(environment, atMs, model) },
      model,
    ),
  };
}
