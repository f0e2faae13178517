import { type Agent, createAgents, createIncidentAgent } from './agents.ts';
import { BucketSource } from './bucket-source.ts';
import type { SimulatedEntry } from './entry.ts';
import type { EntryRecord, EntrySource, Truth } from './entry-source.ts';
import type { FactsSource } from './facts.ts';
import { initialGrants, withWatchers } from './grants.ts';
import { type GrantChange, GrantsTimeline } from './grants-timeline.ts';
import { createHumans, type Human } from './humans.ts';
import { type IncidentTime, incidentTimes } from './incident-times.ts';
import { ceilingDrops, createIncidents, type Incident } from './incidents.ts';
import type { Rank } from './level.ts';
import { entriesWithin } from './listing.ts';
import { createScope, type Scope } from './scope.ts';
import type { Server } from './servers.ts';
import { Traffic } from './traffic.ts';
import { Volume } from './volume.ts';
import { Watchers } from './watchers.ts';
import { WorldFacts } from './world-facts.ts';

export interface WorldOptions {
  readonly seed?: number;
  /** Moment of the very first start, Unix ms; cut to a whole second. The world is a function of seed and anchor. */
  readonly anchorMs: number;
  readonly historyDays?: number;
  /** Mean over the history; sets the live rate too. */
  readonly decisionsPerDay?: number;
  /** Multiplies the volume of history and live traffic. */
  readonly scale?: number;
  /** Exactly this many checks before the anchor, in place of decisionsPerDay × historyDays × scale. */
  readonly historyDecisions?: number;
  /** A constant live rate in place of the working-hours curve. */
  readonly livePerSecond?: number;
  /** False: nothing happens after the anchor. */
  readonly live?: boolean;
  /**
   * Bots that poll every few seconds, round the clock, on top of the volume above. Default: where neither
   * historyDecisions nor livePerSecond asks for an exact one.
   */
  readonly watchers?: boolean;
  /** How long after its timestamp an entry is listed; whole ms. */
  readonly arrivalDelayMs?: { readonly min: number; readonly max: number };
  /** Entries kept in memory, about 2 KB each; default 12,000, or 25 seconds of the live rate: its tail is read again and again. */
  readonly cachedEntries?: number;
}

/** An entry as the API lists it, with the truth that the API does not know. */
export interface OracleEntry {
  /** 32 hex digits. */
  readonly id: string;
  /** Of the entry's own timestamp, cut to ms. */
  readonly timestampMs: number;
  readonly visibleAtMs: number;
  /** Verbatim as served; built when it is first read. */
  readonly json: string;
  readonly truth: Truth;
}

export interface BurstOptions {
  /** A whole second, Unix ms. */
  readonly atMs: number;
  readonly count: number;
  /** `wide`: as ordinary work spreads; `one`: one user, one tool, one decision, so that no facet splits it. */
  readonly spread: 'wide' | 'one';
}

/** The simulated organisation: everything in it is a pure function of (seed, anchor) and the moment asked for. */
export interface World {
  readonly seed: number;
  readonly anchorMs: number;
  readonly historyFromMs: number;
  readonly scope: Scope;
  readonly humans: readonly Human[];
  readonly agents: readonly Agent[];
  readonly servers: readonly Server[];
  readonly incidents: readonly Incident[];
  readonly entries: EntrySource;
  readonly facts: FactsSource;
  /** Checks with `fromMs <= t < toMs` that the API lists at `asOfMs`, oldest first. */
  entriesBetween(fromMs: number, toMs: number, asOfMs: number): OracleEntry[];
  /** More calls inside the second at `atMs`, as the audit log lists them; the same for the same arguments. */
  burst(options: BurstOptions): SimulatedEntry[];
  /** Changes of consents and ceilings with `fromMs <= t < toMs`. */
  grantChanges(fromMs: number, toMs: number): readonly GrantChange[];
  consentRank(agentKey: string, server: string, subject: string, atMs: number): Rank;
  ceilingRank(subject: string, server: string, atMs: number): Rank;
}

const dayMs = 86_400_000;
/** Fewer checks than this leave no room for the incidents of the past. */
const leastForIncidents = 2000;

/** Builds the world; cheap, since traffic is generated when it is asked for. */
export function createWorld(options: WorldOptions): World {
  const { seed = 1, historyDays = 14, scale = 1, live = true } = options;
  const anchorMs = Math.floor(options.anchorMs / 1000) * 1000;
  const historyFromMs = anchorMs - historyDays * dayMs;
  const perDay = (options.decisionsPerDay ?? (options.historyDecisions ?? 9500 * historyDays) / historyDays) * scale;
  const historyTotal = options.historyDecisions ?? Math.round(perDay * historyDays);
  const humans = createHumans(seed);
  const times = incidentTimes(seed, humans, historyFromMs, anchorMs).filter((time) =>
    time.live ? live : historyTotal >= leastForIncidents,
  );
  const { agents: others, agentOf } = population(seed, humans, times, historyFromMs, anchorMs);
  const { historyDecisions, livePerSecond } = options;
  const isExact = historyDecisions !== undefined || livePerSecond !== undefined;
  const untilMs = live ? Number.POSITIVE_INFINITY : anchorMs;
  const watchers =
    (options.watchers ?? !isExact) ? new Watchers({ seed, humans, historyFromMs, anchorMs, untilMs }) : null;
  const ordinaryGrants = initialGrants(seed, humans, others, historyFromMs);
  const grants = watchers ? withWatchers(ordinaryGrants, watchers.consents(), historyFromMs) : ordinaryGrants;
  const agents = [...others, ...(watchers?.agents ?? [])];
  const incidents = createIncidents(seed, times, agentOf, grants);
  const timeline = new GrantsTimeline({ seed, historyFromMs, anchorMs, initial: grants, drops: ceilingDrops(times) });
  const scripted = incidents.flatMap((incident) => incident.calls).sort((left, right) => left.micros - right.micros);
  const past = scripted.filter((call) => call.micros < anchorMs * 1000).length;
  const { servers } = grants;
  const serverOf = new Map(servers.map((server) => [server.key, server]));
  const scope = createScope(seed);
  const policy = { timeline, servers: serverOf, agents: byKey(agents), humans: byKey(humans) };
  const { arrivalDelayMs = { min: 1000, max: 10_000 }, cachedEntries = Math.max(12_000, 25 * (livePerSecond ?? 0)) } =
    options;
  const rate = livePerSecond === undefined ? {} : { livePerSecond };
  const traffic = new Traffic({ seed, humans, agents, servers: serverOf, timeline });
  const entries = new BucketSource({
    seed,
    anchorMs,
    scope,
    policy,
    traffic,
    volume: new Volume({
      seed,
      anchorMs,
      historyDays,
      humans,
      historyTotal: historyTotal - past,
      perDay,
      live,
      ...rate,
    }),
    scripted,
    watchers,
    arrivalDelayMs,
    cachedEntries,
  });
  return {
    seed,
    anchorMs,
    historyFromMs,
    scope,
    humans,
    agents,
    servers,
    incidents,
    entries,
    facts: new WorldFacts({ seed, scope, historyFromMs, humans, agents, servers, timeline }),
    entriesBetween: (fromMs, toMs, asOfMs) =>
      entriesWithin(
        entries,
        fromMs * 1000,
        Math.min(toMs, asOfMs + 1) * 1000 - 1,
        (entry) => entry.visibleAtMs <= asOfMs,
      ).map(oracleEntry),
    burst: ({ atMs, count, spread }) => {
      const drawn = traffic.callsIn({ bucket: atMs, fromMs: atMs, lastsMs: 1000, count, humanShare: 0.7 });
      const [first] = drawn;
      const calls = spread === 'one' && first ? drawn.map(({ micros }) => ({ ...first, micros })) : drawn;
      return entries.entriesOf(calls, `burst ${atMs}`);
    },
    grantChanges: (fromMs, toMs) => timeline.changesBetween(fromMs, toMs),
    consentRank: (agentKey, server, subject, atMs) => {
      const slot = timeline.slotsOf(agentKey).find((one) => one.server === server && one.subject === subject);
      return slot ? timeline.consentRank(slot, atMs) : 0;
    },
    ceilingRank: (subject, server, atMs) => timeline.ceilingRank(subject, server, atMs),
  };
}

function population(
  seed: number,
  humans: readonly Human[],
  times: readonly IncidentTime[],
  historyFromMs: number,
  anchorMs: number,
): { agents: Agent[]; agentOf: (time: IncidentTime) => Agent | undefined } {
  const players = new Map<IncidentTime, Agent>();
  for (const time of times) {
    if (time.kind === 'ceiling_lowered' || !time.human) continue;
    const kind = time.kind === 'probing_agent' ? 'prober' : 'dormant';
    players.set(time, createIncidentAgent(seed, kind, time.id, time.human, historyFromMs));
  }
  const agents = [...createAgents(seed, humans, historyFromMs, anchorMs), ...players.values()];
  return { agents, agentOf: (time) => players.get(time) };
}

function oracleEntry(entry: EntryRecord): OracleEntry {
  const { id, micros, truth, visibleAtMs } = entry;
  return {
    id,
    timestampMs: Math.floor(micros / 1000),
    visibleAtMs,
    get json() {
      return entry.text();
    },
    truth,
  };
}

function byKey<T extends { readonly key: string }>(items: readonly T[]): Map<string, T> {
  return new Map(items.map((item) => [item.key, item]));
}
