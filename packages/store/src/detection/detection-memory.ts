import {
  dayMs,
  type HistoryModel,
  type HistorySums,
  type HourOfCallsRow,
  hourOf,
  type KnownSeriesRow,
  minuteMs,
  type SeriesName,
  type WatchedKind,
} from '@custody/decision';
import type { StatementOptions, StoreClient } from '../client.ts';
import { learnedBuckets, type NamedHistory, readHistories } from './histories.ts';
import {
  countActive,
  type QuartersOfEnvironment,
  readDeniedBefore,
  readHoursOfServers,
  readQuarters,
} from './hours-of-calls.ts';
import { movedHistories } from './moved-histories.ts';
import type { ObservedRequest } from './observed.ts';
import { readSeen, type SeenSeries, seenKey } from './seen.ts';
import { bucketMs } from './series-sql.ts';

/** What changes slowly, as of the start of an hour. */
export interface SlowFacts {
  readonly asOfMs: number;
  readonly fromMs: number;
  readonly seen: SeenSeries;
  readonly active: ReadonlyMap<string, number>;
  readonly servers: ReadonlyMap<string, number>;
  readonly known: ReadonlyMap<string, readonly KnownSeriesRow[]>;
  readonly quarters: ReadonlyMap<string, QuartersOfEnvironment>;
  readonly deniedBefore: ReadonlySet<string>;
  /** Filled as servers are asked for, by `[envId, server]`. */
  readonly hoursOfServers: Map<string, readonly HourOfCallsRow[]>;
}

/** So many series tell what their kind has in common. */
const wantedKnown = 2_000;
/** Asked for by their names; more of them by what they have in common: many names are a long statement. */
const mostNamed = 500;

type Histories = Map<string, HistorySums | null>;
/** Of histories that are moved from bucket to bucket one part is read anew with each: all within an hour. */
const parts = 12;
/** Beyond it they are read anew, so that series which nobody looks at any more are let go. */
const mostKept = 500_000;

/** When slow facts are of: the windows of a moment begin no earlier than that. */
export function slowTimeOf(atMs: number): number {
  return hourOf(atMs - 5 * minuteMs);
}

export interface Learning {
  readonly envIds: readonly string[];
  readonly atMs: number;
  readonly model: HistoryModel;
}

async function readSlowFacts(
  client: StoreClient,
  { envIds, atMs, model }: Learning,
  options: StatementOptions,
): Promise<SlowFacts> {
  const asOfMs = slowTimeOf(atMs);
  const nowBucket = Math.floor(asOfMs / bucketMs);
  const { fromBucket, untilBucket } = learnedBuckets(model, nowBucket);
  const fromMs = hourOf(fromBucket * bucketMs);
  const range = { fromMs, toMs: asOfMs };
  const active = await countActive(client, envIds, { fromMs, toMs: untilBucket * bucketMs }, options);
  const all = [...active.values()].reduce((sum, count) => sum + count, 0);
  const oneIn = Math.max(1, Math.floor(all / wantedKnown));
  const [seen, sample, quarters, deniedBefore] = await Promise.all([
    readSeen(client, envIds, range, options),
    readHistories(client, { envIds, nowBucket, model, which: { oneIn } }, options),
    readQuarters(client, envIds, range, options),
    readDeniedBefore(client, envIds, range, options),
  ]);
  const firstSeen = ({ envId, kind, key }: SeriesName) => seen.get(seenKey(envId, kind, key))?.firstMs ?? fromMs;
  const known = new Map<string, KnownSeriesRow[]>();
  for (const [envId, own] of Map.groupBy(sample, (one) => one.envId)) {
    const rows = own.map((one) => ({
      kind: one.kind,
      key: one.key,
      firstSeenMs: firstSeen(one),
      history: one.history,
    }));
    known.set(
      envId,
      rows.sort((a, b) => (a.kind + a.key < b.kind + b.key ? -1 : 1)),
    );
  }
  const servers = new Map<string, number>();
  for (const name of seen.keys()) {
    const [envId, kind] = JSON.parse(name) as [string, WatchedKind];
    if (kind === 'server') servers.set(envId, (servers.get(envId) ?? 0) + 1);
  }
  return { asOfMs, fromMs, seen, active, servers, known, quarters, deniedBefore, hoursOfServers: new Map() };
}

/**
 * What is kept between looks: histories of a bucket, and slow facts of an hour. Looks at other times, such as late ones, read
 * what they need and leave what is kept as it is. Not for several looks at once.
 */
export class DetectionMemory {
  #slow: { readonly key: string; readonly facts: SlowFacts } | null = null;
  #histories: { readonly key: string; readonly nowBucket: number; readonly known: Histories } | null = null;
  #newestMs = 0;

  /** Whether a look at the moment goes by what is kept; one that looks further back has a memory of its own. */
  isFor(atMs: number): boolean {
    return atMs >= this.#newestMs;
  }

  async slowFacts(client: StoreClient, learning: Learning, options: StatementOptions): Promise<SlowFacts> {
    const key = JSON.stringify([learning.envIds, learning.model, slowTimeOf(learning.atMs)]);
    this.#newestMs = Math.max(this.#newestMs, learning.atMs);
    if (this.#slow?.key !== key) this.#slow = { key, facts: await readSlowFacts(client, learning, options) };
    return this.#slow.facts;
  }

  /** Histories of series as of the bucket of the moment; `null` of one without any. */
  async histories(
    client: StoreClient,
    learning: Learning,
    wanted: { readonly names: readonly SeriesName[]; readonly watched: ObservedRequest },
    options: StatementOptions,
  ): Promise<ReadonlyMap<string, HistorySums | null>> {
    const { envIds, atMs, model } = learning;
    const nowBucket = Math.floor(atMs / bucketMs);
    const known = await this.#knownAsOf(client, { envIds, model, nowBucket }, wanted.watched, options);
    const missing = wanted.names.filter((name) => !known.has(seriesKey(name)));
    const which = missing.length > mostNamed ? { watched: wanted.watched } : { names: missing };
    const found: readonly NamedHistory[] = await readHistories(client, { envIds, nowBucket, model, which }, options);
    for (const name of missing) known.set(seriesKey(name), null);
    for (const one of found) known.set(seriesKey(one), one.history);
    return known;
  }

  /**
   * What is known of the bucket before, moved on. Each time a part is read anew, so that what came late, or was corrected, is in
   * all of them within an hour.
   */
  async #knownAsOf(
    client: StoreClient,
    { envIds, model, nowBucket }: { envIds: readonly string[]; model: HistoryModel; nowBucket: number },
    watched: ObservedRequest,
    options: StatementOptions,
  ): Promise<Histories> {
    const key = JSON.stringify([envIds, model]);
    const kept = this.#histories?.key === key ? this.#histories : null;
    if (kept?.nowBucket === nowBucket) return kept.known;
    let known: Histories = new Map();
    if (kept !== null && nowBucket - kept.nowBucket <= parts && kept.known.size <= mostKept) {
      const move = { envIds, model, fromBucket: kept.nowBucket, toBucket: nowBucket };
      known = await movedHistories(client, kept.known, move, options);
      const which = { watched, part: { part: nowBucket % parts, of: parts } };
      const anew = await readHistories(client, { envIds, nowBucket, model, which }, options);
      for (const one of anew) known.set(seriesKey(one), one.history);
    }
    this.#histories = { key, nowBucket, known };
    return known;
  }

  /** Calls of servers by hours of the history, read once for each. */
  async hoursOfServers(
    client: StoreClient,
    facts: SlowFacts,
    wanted: readonly { readonly envId: string; readonly server: string }[],
    options: StatementOptions,
  ): Promise<ReadonlyMap<string, readonly HourOfCallsRow[]>> {
    const { hoursOfServers: known, fromMs, asOfMs } = facts;
    const nameOf = ({ envId, server }: { envId: string; server: string }) => JSON.stringify([envId, server]);
    const missing = wanted.filter((one) => !known.has(nameOf(one)));
    const envIds = [...new Set(missing.map(({ envId }) => envId))];
    const servers = [...new Set(missing.map(({ server }) => server))];
    const range = { fromMs, toMs: asOfMs };
    const found = await readHoursOfServers(client, { envIds, servers, range }, options);
    for (const one of missing) known.set(nameOf(one), found.get(nameOf(one)) ?? []);
    return known;
  }
}

export function seriesKey({ envId, kind, key }: SeriesName): string {
  return seenKey(envId, kind, key);
}

/** How far back agents are looked for that have been silent for long. */
export const longestSilenceMs = 400 * dayMs;
