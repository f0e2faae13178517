import {
  type ActiveByKind,
  type BreadthRow,
  type EnvironmentRows,
  type HistoryModel,
  hourMs,
  type KnownSeriesRow,
  type MaskedSubject,
  type SeriesName,
} from '@custody/decision';
import type { StatementOptions, StoreClient } from '../client.ts';
import { type Activity, readActivity } from './activity.ts';
import { inStatements } from './denials.ts';
import { DetectionMemory, type SlowFacts, seriesIn, slowTimeOf } from './detection-memory.ts';
import { learnedBuckets } from './histories.ts';
import { type HistoryRange, readHistoryAskedFor } from './history-asked-for.ts';
import { agentCallsOf, awakeOf, deniedToolsOf, pairsOf } from './look-at-agents.ts';
import { ratesOf } from './look-at-rates.ts';
import { readPasts, seriesOf } from './look-at-series.ts';
import { readObserved } from './observed.ts';
import { readReadings } from './reading.ts';
import { seenKey } from './seen.ts';
import { bucketMs } from './series-sql.ts';

export interface DetectionRequest {
  /** The moment that is judged; windows end here. */
  readonly atMs: number;
  /** By the clock of the source; what is blind is measured by it. */
  readonly nowMs: number;
  /** `null` for all that were ever read. */
  readonly envIds: readonly string[] | null;
  /** Of open alerts: given however few denials they have had. */
  readonly openSeries: readonly SeriesName[];
  /** What alerts keep out of histories. */
  readonly masked: readonly MaskedSubject[];
  readonly model: HistoryModel;
  /** Also of what is history: to see once more what was found before it was. Default: it counts for nothing. */
  readonly withHistory?: boolean;
  /** Series with fewer denials in the last hour are not looked at. */
  readonly leastCount: number;
}

/** What one look goes by. */
export interface Looking {
  readonly client: StoreClient;
  readonly request: DetectionRequest;
  readonly envIds: readonly string[];
  readonly memory: DetectionMemory;
  readonly facts: SlowFacts;
  /** Since the slow facts, by `seenKey`. */
  readonly activity: ReadonlyMap<string, Activity>;
  readonly nowBucket: number;
  /** Of the time that is looked at. */
  readonly history: readonly HistoryRange[];
  /** From where on it is read from rows what happened. */
  readonly sinceMs: number;
  readonly options: StatementOptions;
}

const noneActive: ActiveByKind = { agent: 0, human: 0, server: 0, tool: 0, reason: 0, environment: 0 };
const noSeries: readonly KnownSeriesRow[] = [];
const noBreadths: readonly BreadthRow[] = [];

function lastDecisionOf(envId: string, { facts, activity }: Looking): number {
  return activity.get(seenKey(envId, 'environment', ''))?.last_ms ?? facts.quarters.get(envId)?.lastMs ?? 0;
}

/**
 * Which series are looked at. In a storm thousands are open, more than a statement can name: then all that were denied anything in the
 * last hour, nearly all of which are open. What is denied less than a look begins with is no finding of any.
 */
function watchedOf(request: DetectionRequest, envIds: readonly string[], history: readonly HistoryRange[]) {
  const { openSeries, leastCount } = request;
  const areNamed = inStatements(openSeries).length <= 1;
  const series = areNamed ? { openSeries, leastCount } : { openSeries: [], leastCount: Math.min(leastCount, 1) };
  return { atMs: request.atMs, envIds, history, ...series };
}

/**
 * Everything that is looked at of environments at a moment, as plain rows: a handful of statements over the last hour, and
 * those over the history that are not known from the look before. What happens meanwhile in the store may be in some of
 * them and not in others. Throws `STORE_*`.
 */
export async function readDetection(
  client: StoreClient,
  kept: DetectionMemory,
  request: DetectionRequest,
  options: StatementOptions = {},
): Promise<EnvironmentRows[]> {
  const { atMs, nowMs, model } = request;
  const memory = kept.isFor(atMs) ? kept : new DetectionMemory();
  const nowBucket = Math.floor(atMs / bucketMs);
  const { fromBucket } = learnedBuckets(model, nowBucket);
  const [environments, askedFor] = await Promise.all([
    readReadings(
      client,
      { envIds: request.envIds, range: { fromMs: fromBucket * bucketMs, toMs: Math.max(atMs, nowMs) }, nowMs },
      options,
    ),
    request.withHistory === true ? [] : readHistoryAskedFor(client, atMs - hourMs, options),
  ]);
  const envIds = environments.map(({ envId }) => envId).sort();
  if (envIds.length === 0) return [];
  const sinceMs = Math.min(slowTimeOf(atMs), atMs - hourMs);
  const unwatched = environments.map(({ envId, reading }) => ({ envId, fromMs: 0, toMs: reading.watchedSinceMs }));
  const history = [...unwatched, ...askedFor].filter(({ toMs }) => toMs > atMs - hourMs);
  const watched = watchedOf(request, envIds, history);
  const learning = { envIds, atMs, model, masked: request.masked };
  // Beside what changes slowly, which takes as long where nothing is known yet.
  const observing = readObserved(client, watched, options).then(async (observed) => {
    return { observed, pasts: await readPasts(client, { memory, learning }, { observed, watched }, options) };
  });
  const [facts, { observed, pasts }, seenOfLate] = await Promise.all([
    memory.slowFacts(client, learning, options),
    observing,
    readActivity(client, { envIds, atMs, sinceMs, history }, options),
  ]);
  const activity = new Map(seenOfLate.map((one) => [seenKey(one.env_id, one.kind, one.key), one]));
  const looking: Looking = { client, request, envIds, memory, facts, activity, nowBucket, history, sinceMs, options };
  const series = seriesOf(looking, observed, pasts);
  const [deniedTools, agentCalls, pairs, rates, awake] = await Promise.all([
    deniedToolsOf(looking, observed),
    agentCallsOf(looking),
    pairsOf(looking),
    ratesOf(looking),
    awakeOf(looking),
  ]);
  return environments.map(({ envId, envName, reading }) => {
    const lastDecisionMs = lastDecisionOf(envId, looking);
    const activeByKind = facts.active.get(envId) ?? noneActive;
    return {
      envId,
      envName,
      reading,
      activeSeries: seriesIn(activeByKind) + (facts.servers.get(envId) ?? 0) + 1,
      activeByKind,
      series: series.get(envId) ?? [],
      known: facts.known.get(envId) ?? noSeries,
      knownAtMs: facts.asOfMs,
      deniedTools: deniedTools.get(envId) ?? [],
      breadths: facts.breadths.get(envId) ?? noBreadths,
      agentCalls: agentCalls.get(envId) ?? [],
      pairs: pairs.get(envId) ?? [],
      rates: rates.get(envId) ?? [],
      awake: awake.get(envId) ?? [],
      decisions: lastDecisionMs === 0 ? null : { lastDecisionMs, quarters: facts.quarters.get(envId)?.quarters ?? [] },
    };
  });
}
