import {
  type Alert,
  defaultCountModel,
  defaultRuleSet,
  type EnvironmentInput,
  type HeldAlert,
  type Judged,
  type JudgedTransition,
  judge,
  type KindPrior,
  ObservedTime,
  priorOf,
  type SeriesInput,
} from '@custody/detect';
import { QuietAgent } from './quiet-agent.ts';
import { QuietServers } from './quiet-servers.ts';
import { bucketsPerDay, halvesPerBucket, simulateWorld, type Traffic } from './world.ts';

const model = defaultCountModel;
const { bucketMs } = model.calendar;
const envId = 'quiet';
/** Fewer distinct tools are no sweep. */
const leastSwept = 4;

/** What a quiet week was told of: every alert in it is a false one. */
export interface QuietWeek {
  readonly alerts: number;
  /** Of series that appeared during the week. */
  readonly ofNew: number;
  readonly byDetector: Readonly<Record<string, number>>;
}

function priorAt(agents: readonly QuietAgent[], now: number): KindPrior {
  const observed = new ObservedTime(model, now, 0);
  const known = agents.filter(({ series }) => series.firstBucket < now - model.lagBuckets);
  return priorOf(
    known.map((agent) => ({
      history: agent.historyAsOf(now),
      exposure: observed.of(agent.series.firstBucket, agent.masked),
    })),
    model,
  );
}

/** What is looked at of an agent: nothing where as much was looked at before in the same windows, and was no spike. */
function seriesOf(agent: QuietAgent, now: number, epoch: number, isOpen: boolean): SeriesInput[] {
  const { key, series, inBucket: bucket, inBlock: block } = agent;
  if (!isOpen && (block < model.leastCount || agent.isKnownUsual(epoch))) return [];
  const masked = agent.masked.map(({ fromBucket, untilBucket }) => ({
    ...{ fromMs: fromBucket * bucketMs, toMs: untilBucket * bucketMs },
  }));
  const firstSeenMs = series.firstBucket * bucketMs;
  return [
    {
      ...{ kind: 'agent', key, firstSeenMs, observed: { bucket, block }, history: agent.historyAsOf(now), masked },
      tools: agent.toolsOfBucket(),
    },
  ];
}

/** What alerts of a look keep out of the histories of their agents. */
function mask(agents: ReadonlyMap<string, QuietAgent>, held: readonly HeldAlert[], now: number): void {
  for (const { alert } of held as readonly { readonly alert: Alert }[]) {
    const agent = alert.status === 'open' ? agents.get(alert.subject.key) : undefined;
    if (agent === undefined) continue;
    const fromBucket = Math.floor(alert.sinceMs / bucketMs);
    const last = agent.masked.at(-1);
    if (last?.fromBucket === fromBucket) agent.masked[agent.masked.length - 1] = { fromBucket, untilBucket: now + 1 };
    else agent.masked.push({ fromBucket, untilBucket: now + 1 });
  }
}

function sweptAmong(agents: readonly QuietAgent[], now: number): EnvironmentInput['deniedTools'] {
  return agents.flatMap((agent) => {
    if (agent.inBucket < leastSwept) return [];
    const tools = agent.toolsOfBucket();
    if (tools.length < leastSwept) return [];
    return [{ agentKey: agent.key, tools, denials: agent.inBucket, usualMost: agent.mostToolsBefore(now) }];
  });
}

/** Those that were looked at and did not fire need no other look before they count more. */
function remember(looked: readonly QuietAgent[], { findings }: Judged, epoch: number): void {
  const fired = new Set(findings.map(({ finding }) => finding.subject.key));
  for (const agent of looked) if (!fired.has(agent.key)) agent.wasUsual(epoch);
}

/**
 * A week in which nothing happens, judged every half minute by the default rules as the service judges: so many agents after
 * four weeks of history, one in ten of them new, on ten servers.
 */
export function quietWeek(seed: number, seriesCount: number, traffic: Traffic): QuietWeek {
  const { series, fromBucket, untilBucket } = simulateWorld(seed, seriesCount, traffic, 0);
  const agents = series.map((one, index) => new QuietAgent(seed, index, one, fromBucket));
  const byKey = new Map(agents.map((agent) => [agent.key, agent]));
  const servers = new QuietServers(seed, agents, fromBucket);
  const opened: JudgedTransition[] = [];
  let alerts: readonly HeldAlert[] = [];
  let prior = priorAt(agents, fromBucket);
  const halves = (untilBucket - fromBucket) * halvesPerBucket;
  for (let half = 1; half <= halves; half += 1) {
    for (const agent of agents) agent.pass();
    servers.pass();
    const at = fromBucket + half / halvesPerBucket;
    const now = Math.floor(at);
    const atMs = Math.round(at * bucketMs);
    if (half % (bucketsPerDay * halvesPerBucket) === 0) prior = priorAt(agents, now);
    const epoch = 2 * now + Math.ceil(at) - now;
    const open = new Set(alerts.filter(({ alert }) => alert.status === 'open').map(({ alert }) => alert.subject.key));
    const looked = agents.map((agent) => ({ agent, rows: seriesOf(agent, now, epoch, open.has(agent.key)) }));
    const environment: EnvironmentInput = {
      ...{ envId, reading: { readUntilMs: atMs, unread: [], provenUntilMs: atMs }, observedSinceMs: 0, unobserved: [] },
      ...{ priors: { agent: prior }, activeSeries: agents.length, series: looked.flatMap(({ rows }) => rows) },
      ...{
        deniedTools: sweptAmong(agents, now),
        agentCalls: [],
        pairs: [],
        rates: servers.ratesAt(envId, now),
        awake: [],
      },
      ...{ decisions: null, coverage: { blindSeconds: 0, unreadableSeconds: 0 }, limits: [], denied: [] },
    };
    const judged = judge(defaultRuleSet, { atMs, environments: [environment], alerts });
    const those = looked.filter(({ rows }) => rows.length > 0).map(({ agent }) => agent);
    remember(those, judged, epoch);
    alerts = judged.alerts;
    mask(byKey, alerts, now);
    opened.push(...judged.transitions.filter(({ kind }) => kind === 'opened'));
  }
  const byDetector: Record<string, number> = {};
  for (const { detector } of opened) byDetector[detector] = (byDetector[detector] ?? 0) + 1;
  const ofNew = opened.filter(({ subject }) => byKey.get(subject.key)?.series.isCold === true).length;
  return { alerts: opened.length, ofNew, byDetector };
}
