import {
  type Alert,
  defaultCountModel,
  defaultRuleSet,
  type EnvironmentInput,
  type HeldAlert,
  type JudgedTransition,
  judge,
  type KindPrior,
  type LearnedRange,
  ObservedTime,
  priorOf,
  RollingHistory,
  type SeriesInput,
} from '@custody/detect';
import { Draws } from './draws.ts';
import { bucketsPerDay, type SimulatedSeries, simulateWorld, type Traffic } from './world.ts';

const model = defaultCountModel;
const { bucketMs, blockBuckets: hour } = model.calendar;
const envId = 'quiet';
/** Of all calls of a server so many are denied, more or less. */
const deniedShare = 0.1;
const servers = 10;
/** Of the time of a bucket that the shorter window of shares covers. */
const latestShare = 0.4;
/** An agent that is denied again and again is so on a few tools. */
const mostTools = 3;

/** What a quiet week was told of: every alert in it is a false one. */
export interface QuietWeek {
  readonly alerts: number;
  /** Of series that appeared during the week. */
  readonly ofNew: number;
  readonly byDetector: Readonly<Record<string, number>>;
}

/** One agent: what it is denied by buckets, on tools of its own. */
class QuietAgent {
  readonly key: string;
  readonly server: number;
  readonly series: SimulatedSeries;
  readonly history = new RollingHistory(model);
  readonly masked: LearnedRange[] = [];
  /** The most distinct tools of a bucket that is past. */
  most = 0;
  readonly #draws: Draws;
  readonly #toolCount: number;
  #added = 0;

  constructor(seed: number, index: number, series: SimulatedSeries) {
    this.key = `agent|${index}`;
    this.server = index % servers;
    this.series = series;
    this.#draws = new Draws(seed, 200_000 + index);
    this.#toolCount = 1 + this.#draws.below(mostTools);
  }

  inLast(bucket: number, buckets: number): number {
    let sum = 0;
    for (let at = Math.max(0, bucket - buckets); at < bucket; at += 1) sum += this.series.counts[at] ?? 0;
    return sum;
  }

  /** The tools of so many denials: half of them of the one that it uses most, a quarter of the next, and so on. */
  toolsOf(denials: number): string[] {
    const tools = new Set<number>();
    for (let left = denials; left > 0; left -= 1) tools.add(this.#draws.geometric(0.5) % this.#toolCount);
    return [...tools].map((tool) => `server-${this.server}:${this.key}-${tool}`);
  }

  /** Learns what has become old enough. */
  advance(nowBucket: number): void {
    for (; this.#added < nowBucket - model.lagBuckets; this.#added += 1) {
      const count = this.series.counts[this.#added] ?? 0;
      const isMasked = this.masked.some(
        ({ fromBucket, untilBucket }) => fromBucket <= this.#added && this.#added < untilBucket,
      );
      if (count > 0 && !isMasked) this.history.add(this.#added, count);
    }
  }
}

function priorAt(agents: readonly QuietAgent[], observed: ObservedTime, now: number): KindPrior {
  const known = agents.filter(({ series }) => series.firstBucket < now - model.lagBuckets);
  return priorOf(
    known.map((agent) => {
      agent.advance(now);
      return { history: agent.history.asOf(now), exposure: observed.of(agent.series.firstBucket, agent.masked) };
    }),
    model,
  );
}

/** Calls and denials of servers by hours, and of the newest minutes. */
class ServerCalls {
  readonly #agents: readonly QuietAgent[];
  readonly #draws: Draws;
  readonly #hours = new Map<string, { calls: number; denials: number }>();

  constructor(seed: number, agents: readonly QuietAgent[]) {
    this.#agents = agents;
    this.#draws = new Draws(seed, 100_000);
  }

  #between(agents: readonly QuietAgent[], fromBucket: number, untilBucket: number) {
    let [denials, mean, denied] = [0, 0, 0];
    for (const { series } of agents) {
      let own = 0;
      for (let at = fromBucket; at < untilBucket; at += 1) {
        own += series.counts[at] ?? 0;
        if (at >= series.firstBucket) mean += series.meanOf(at);
      }
      denials += own;
      if (own > 0) denied += 1;
    }
    const calls = denials + this.#draws.poisson(mean * (1 / deniedShare - 1));
    return { calls, denials, denied };
  }

  #hour(server: number, agents: readonly QuietAgent[], at: number) {
    const name = `${server} ${at}`;
    const known = this.#hours.get(name) ?? this.#between(agents, at * hour, (at + 1) * hour);
    this.#hours.set(name, known);
    return known;
  }

  ratesAt(now: number): EnvironmentInput['rates'] {
    return Array.from({ length: servers }, (_, server) => {
      const agents = this.#agents.filter((agent) => agent.server === server);
      const until = Math.floor((now - model.lagBuckets) / hour);
      const from = Math.ceil((now - model.lagBuckets - model.memoryBuckets) / hour);
      const first = Math.max(0, from);
      const hours = Array.from({ length: until - first }, (_unused, at) => this.#hour(server, agents, first + at));
      const { calls, denials, denied } = this.#between(agents, now - hour, now);
      const last = this.#between(agents, now - 1, now);
      const part = (count: number) => Math.round(count * latestShare);
      const latest = { recent: { calls: part(last.calls), denials: part(last.denials) }, agents: last.denied };
      const subject = { envId, kind: 'server' as const, key: `server-${server}` };
      return { subject, recent: { calls, denials }, agents: denied, latest, hours };
    });
  }
}

function seriesAt(agents: readonly QuietAgent[], now: number, open: ReadonlySet<string>): SeriesInput[] {
  return agents.flatMap((agent) => {
    const { key, series } = agent;
    const block = agent.inLast(now, hour);
    if (block < model.leastCount && !open.has(key)) return [];
    agent.advance(now);
    const masked = agent.masked.map(({ fromBucket, untilBucket }) => ({
      ...{ fromMs: fromBucket * bucketMs, toMs: untilBucket * bucketMs },
    }));
    const observed = { bucket: agent.inLast(now, 1), block };
    const firstSeenMs = series.firstBucket * bucketMs;
    return { kind: 'agent', key, firstSeenMs, observed, history: agent.history.asOf(now), masked, tools: [] };
  });
}

/** What alerts of a look keep out of the histories of their agents. */
function mask(agents: ReadonlyMap<string, QuietAgent>, held: readonly HeldAlert[], now: number): void {
  for (const { alert } of held as readonly { readonly alert: Alert }[]) {
    const agent = alert.status === 'open' ? agents.get(alert.subject.key) : undefined;
    if (agent === undefined) continue;
    const fromBucket = Math.floor(alert.sinceMs / bucketMs);
    const last = agent.masked.at(-1);
    if (last?.fromBucket === fromBucket) agent.masked[agent.masked.length - 1] = { fromBucket, untilBucket: now };
    else agent.masked.push({ fromBucket, untilBucket: now });
  }
}

function sweptAt(agents: readonly QuietAgent[], now: number): EnvironmentInput['deniedTools'] {
  return agents.flatMap((agent) => {
    const denials = agent.inLast(now, 1);
    if (denials === 0) return [];
    const [tools, usualMost] = [agent.toolsOf(denials), agent.most];
    agent.most = Math.max(agent.most, tools.length);
    return tools.length < 4 ? [] : [{ agentKey: agent.key, tools, denials, usualMost }];
  });
}

/**
 * A week in which nothing happens, judged by the default rules as the service judges: so many agents after four weeks of
 * history, one in ten of them new, on ten servers. Looks come every five minutes; those in between see mostly what these see.
 */
export function quietWeek(seed: number, seriesCount: number, traffic: Traffic): QuietWeek {
  const { series, fromBucket, untilBucket } = simulateWorld(seed, seriesCount, traffic, 0);
  const agents = series.map((one, index) => new QuietAgent(seed, index, one));
  const byKey = new Map(agents.map((agent) => [agent.key, agent]));
  const calls = new ServerCalls(seed, agents);
  for (let bucket = fromBucket - model.memoryBuckets; bucket < fromBucket; bucket += 1) sweptAt(agents, bucket + 1);
  const opened: JudgedTransition[] = [];
  let alerts: readonly HeldAlert[] = [];
  let prior: KindPrior | null = null;
  for (let now = fromBucket + 1; now <= untilBucket; now += 1) {
    const atMs = now * bucketMs;
    if (prior === null || (now - fromBucket - 1) % bucketsPerDay === 0)
      prior = priorAt(agents, new ObservedTime(model, now, 0), now);
    const open = new Set(alerts.filter(({ alert }) => alert.status === 'open').map(({ alert }) => alert.subject.key));
    const environment: EnvironmentInput = {
      ...{ envId, reading: { readUntilMs: atMs, unread: [], provenUntilMs: atMs }, observedSinceMs: 0, unobserved: [] },
      ...{ priors: { agent: prior }, activeSeries: agents.length, series: seriesAt(agents, now, open) },
      ...{ deniedTools: sweptAt(agents, now), agentCalls: [], pairs: [], rates: calls.ratesAt(now), awake: [] },
      ...{ decisions: null, coverage: { blindSeconds: 0, unreadableSeconds: 0 }, limits: [], denied: [] },
    };
    const judged = judge(defaultRuleSet, { atMs, environments: [environment], alerts });
    alerts = judged.alerts;
    mask(byKey, alerts, now);
    opened.push(...judged.transitions.filter(({ kind }) => kind === 'opened'));
  }
  const byDetector: Record<string, number> = {};
  for (const { detector } of opened) byDetector[detector] = (byDetector[detector] ?? 0) + 1;
  const ofNew = opened.filter(({ subject }) => byKey.get(subject.key)?.series.isCold === true).length;
  return { alerts: opened.length, ofNew, byDetector };
}
