import {
  type ActiveByKind,
  type BreadthRow,
  type CountInBucket,
  dayMs,
  type HistoryModel,
  type HistorySums,
  type HourOfCallsRow,
  hourOf,
  type KnownSeriesRow,
  type MaskedSubject,
  minuteMs,
  type SeriesName,
  type WatchedKind,
} from '@custody/decision';
import type { StatementOptions, StoreClient } from '../client.ts';
import { readBreadths } from './breadths.ts';
import { readCounts } from './counts.ts';
import { type HistoriesPart, learnedBuckets, type NamedHistory, readHistories } from './histories.ts';
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
import { readWatchedHistories } from './watched-histories.ts';

/** What changes slowly, as of the start of an hour. */
export interface SlowFacts {
  readonly asOfMs: number;
  readonly fromMs: number;
  readonly seen: SeenSeries;
  readonly active: ReadonlyMap<string, ActiveByKind>;
  readonly servers: ReadonlyMap<string, number>;
  readonly known: ReadonlyMap<string, readonly KnownSeriesRow[]>;
  readonly breadths: ReadonlyMap<string, readonly BreadthRow[]>;
  readonly quarters: ReadonlyMap<string, QuartersOfEnvironment>;
  readonly deniedBefore: ReadonlySet<string>;
  /** Filled as servers are asked for, by `[envId, server]`. */
  readonly hoursOfServers: Map<string, readonly HourOfCallsRow[]>;
}

/** So many series tell what their kind has in common. */
const wantedKnown = 2_000;
/** And so many agents how wide agents are denied. */
const wantedBreadths = 1_000;
/** Asked for by their names; more of them by what they have in common: many names are a long statement. */
const mostNamed = 500;

type Histories = Map<string, HistorySums | null>;
function inParts(kind: WatchedKind, of: number) {
  return Array.from({ length: of }, (_, part) => ({ kinds: [kind], part: { part, of } }));
}

/**
 * Of histories that are moved from bucket to bucket one of these parts is read anew with each: all within an hour. Of one kind
 * at a time, since each kind has all rows gone through once more.
 */
const parts: readonly { readonly kinds: readonly WatchedKind[]; readonly part?: HistoriesPart }[] = [
  ...inParts('agent', 4),
  ...inParts('human', 4),
  ...inParts('tool', 2),
  { kinds: ['server'] },
  { kinds: ['reason', 'environment'] },
];
/** Beyond it they are read anew, so that series which nobody looks at any more are let go. */
const mostKept = 500_000;

/** The windows of a moment begin no earlier than what changes slowly is of. */
const longestWindowMs = 5 * minuteMs;
/** From then on they are of the new hour: until then there is time to read them beside the looks. */
const slowAfterMs = 10 * minuteMs;

/** When slow facts are of. */
export function slowTimeOf(atMs: number): number {
  return hourOf(atMs - slowAfterMs);
}

export interface Learning {
  readonly envIds: readonly string[];
  readonly atMs: number;
  readonly model: HistoryModel;
  /** What alerts keep out of histories, as of the reading. */
  readonly masked: readonly MaskedSubject[];
}

async function readSlowFacts(
  client: StoreClient,
  { envIds, model, masked }: Learning,
  asOfMs: number,
  options: StatementOptions,
): Promise<SlowFacts> {
  const nowBucket = Math.floor(asOfMs / bucketMs);
  const { fromBucket, untilBucket } = learnedBuckets(model, nowBucket);
  const fromMs = hourOf(fromBucket * bucketMs);
  const range = { fromMs, toMs: asOfMs };
  const active = await countActive(client, envIds, { fromMs, toMs: untilBucket * bucketMs }, options);
  const all = [...active.values()].reduce((sum, counts) => sum + seriesIn(counts), 0);
  const oneIn = Math.max(1, Math.floor(all / wantedKnown));
  const agents = [...active.values()].reduce((sum, counts) => sum + counts.agent, 0);
  const oneAgentIn = Math.max(1, Math.floor(agents / wantedBreadths));
  const [seen, sample, wide, quarters, deniedBefore] = await Promise.all([
    readSeen(client, envIds, range, options),
    readHistories(client, { envIds, nowBucket, model, which: { oneIn } }, options),
    readBreadths(client, { envIds, nowBucket, model, which: { oneIn: oneAgentIn }, masked }, options),
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
  const breadths = new Map<string, BreadthRow[]>();
  for (const [envId, own] of Map.groupBy(wide, (one) => one.envId)) {
    const rows = own.map(({ agentKey, buckets, counts, masked: ranges }) => ({
      ...{ agentKey, firstSeenMs: firstSeen({ envId, kind: 'agent', key: agentKey }), buckets, counts, masked: ranges },
    }));
    breadths.set(
      envId,
      rows.sort((a, b) => (a.agentKey < b.agentKey ? -1 : 1)),
    );
  }
  const servers = new Map<string, number>();
  for (const name of seen.keys()) {
    const [envId, kind] = JSON.parse(name) as [string, WatchedKind];
    if (kind === 'server') servers.set(envId, (servers.get(envId) ?? 0) + 1);
  }
  return { asOfMs, fromMs, seen, active, servers, known, breadths, quarters, deniedBefore, hoursOfServers: new Map() };
}

/** Of all kinds together. */
export function seriesIn(active: ActiveByKind): number {
  return Object.values(active).reduce((sum, count) => sum + count, 0);
}

interface KeptFacts {
  readonly key: string;
  readonly facts: SlowFacts;
}

export interface MemoryOptions {
  /** Slow facts of a new hour are read beside the looks that go by the old ones still. Default: when they are needed first. */
  readonly readsAhead?: boolean;
}

function slowKeyOf({ envIds, model }: Learning, asOfMs: number): string {
  return JSON.stringify([envIds, model, asOfMs]);
}

/**
 * What is kept between looks: histories of a bucket, and slow facts of an hour. Looks at other times, such as late ones, read
 * what they need and leave what is kept as it is. Not for several looks at once.
 */
export class DetectionMemory {
  readonly #readsAhead: boolean;
  #slow: KeptFacts | null = null;
  #ahead: { readonly key: string; readonly facts: Promise<SlowFacts | null> } | null = null;
  #histories: { readonly key: string; readonly nowBucket: number; readonly known: Histories } | null = null;
  #counts: { readonly key: string; readonly known: Map<string, readonly CountInBucket[]> } | null = null;
  #newestMs = 0;

  constructor({ readsAhead = false }: MemoryOptions = {}) {
    this.#readsAhead = readsAhead;
  }

  /** Whether a look at the moment goes by what is kept; one that looks further back has a memory of its own. */
  isFor(atMs: number): boolean {
    return atMs >= this.#newestMs;
  }

  async slowFacts(client: StoreClient, learning: Learning, options: StatementOptions): Promise<SlowFacts> {
    const { atMs } = learning;
    const asOfMs = slowTimeOf(atMs);
    const key = slowKeyOf(learning, asOfMs);
    this.#newestMs = Math.max(this.#newestMs, atMs);
    if (this.#slow?.key !== key) {
      const ahead = this.#ahead?.key === key ? await this.#ahead.facts : null;
      this.#slow = { key, facts: ahead ?? (await readSlowFacts(client, learning, asOfMs, options)) };
    }
    // Not beside the look with which the bucket begins, which has most to read itself.
    const nextMs = hourOf(atMs - longestWindowMs - 1);
    if (this.#readsAhead && nextMs > asOfMs) this.#readAhead(client, learning, nextMs, options);
    return this.#slow.facts;
  }

  /** Where it fails they are read when they are needed. */
  #readAhead(
    client: StoreClient,
    learning: Learning,
    asOfMs: number,
    { signal: _, ...options }: StatementOptions,
  ): void {
    const key = slowKeyOf(learning, asOfMs);
    if (this.#ahead?.key === key) return;
    const facts = readSlowFacts(client, learning, asOfMs, options).catch(() => null);
    this.#ahead = { key, facts };
  }

  /** Counts of series by buckets as far as they are learned from, read once with each bucket. */
  async counts(
    client: StoreClient,
    { envIds, atMs, model }: Learning,
    names: readonly SeriesName[],
    options: StatementOptions,
  ): Promise<ReadonlyMap<string, readonly CountInBucket[]>> {
    const { fromBucket, untilBucket } = learnedBuckets(model, Math.floor(atMs / bucketMs));
    const key = JSON.stringify([envIds, fromBucket, untilBucket]);
    if (this.#counts?.key !== key) this.#counts = { key, known: new Map() };
    const { known } = this.#counts;
    const missing = names.filter((name) => !known.has(seriesKey(name)));
    const range = { fromMs: fromBucket * bucketMs, toMs: untilBucket * bucketMs };
    const found = await readCounts(client, { names: missing, range }, options);
    for (const name of missing) known.set(seriesKey(name), []);
    for (const one of found) known.set(seriesKey(one), one.counts);
    return known;
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
    const take = (found: readonly NamedHistory[]) => {
      for (const one of found) known.set(seriesKey(one), one.history);
    };
    const request = { envIds, nowBucket, model };
    if (missing.length > mostNamed) {
      const kinds = new Set(missing.map(({ kind }) => kind));
      const anew = { ...request, watched: wanted.watched, series: wanted.names.filter(({ kind }) => kinds.has(kind)) };
      await readWatchedHistories(client, anew, take, options);
    } else take(await readHistories(client, { ...request, which: { names: missing } }, options));
    for (const name of missing) if (!known.has(seriesKey(name))) known.set(seriesKey(name), null);
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
    if (kept !== null && nowBucket - kept.nowBucket <= parts.length && kept.known.size <= mostKept) {
      const move = { envIds, model, fromBucket: kept.nowBucket, toBucket: nowBucket };
      known = await movedHistories(client, kept.known, move, options);
      const which = { watched, ...(parts[nowBucket % parts.length] ?? {}) };
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
