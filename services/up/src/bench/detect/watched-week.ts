import { leastSweptTools } from '@custody/decision';
import {
  type Alert,
  type BreadthPrior,
  breadthPriorOf,
  defaultCountModel,
  defaultRuleSet,
  type EnvironmentInput,
  expectedTools,
  type HeldAlert,
  type Judged,
  type JudgedTransition,
  judge,
  type KindPrior,
  ObservedTime,
  priorOf,
  type SeriesInput,
} from '@custody/detect';
import type { QuietAgent } from './quiet-agent.ts';
import { QuietServers } from './quiet-servers.ts';
import { bucketsPerDay, halvesPerBucket, type SimulatedWorld } from './world.ts';

const model = defaultCountModel;
const { bucketMs } = model.calendar;
const envId = 'quiet';

/** What is known of how wide agents are denied, of all and of each. */
interface Breadths {
  readonly prior: BreadthPrior;
  readonly byAgent: Map<QuietAgent, { readonly now: number; readonly expected: ReturnType<typeof expectedTools> }>;
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
  const { key, series, observed } = agent;
  if (!isOpen && (observed.block < model.leastCount || agent.isKnownUsual(epoch))) return [];
  const masked = agent.masked.map(({ fromBucket, untilBucket }) => ({
    ...{ fromMs: fromBucket * bucketMs, toMs: untilBucket * bucketMs },
  }));
  const firstSeenMs = series.firstBucket * bucketMs;
  return [
    {
      ...{ kind: 'agent', key, firstSeenMs, observed: { ...observed }, history: agent.historyAsOf(now), masked },
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

function breadthsAt(agents: readonly QuietAgent[], now: number): BreadthPrior {
  const known = agents.map((agent) => agent.breadthAsOf(now));
  return breadthPriorOf(known.filter(({ buckets }) => buckets.some((count) => count > 0)));
}

/** What is to be expected of an agent is reckoned once with each bucket. */
function sweptAmong(agents: readonly QuietAgent[], now: number, known: Breadths): EnvironmentInput['deniedTools'] {
  return agents.flatMap((agent) => {
    if (agent.observed.bucket < leastSweptTools) return [];
    const tools = agent.toolsOfBucket();
    if (tools.length < leastSweptTools) return [];
    let own = known.byAgent.get(agent);
    if (own?.now !== now) {
      own = { now, expected: expectedTools(agent.breadthAsOf(now), known.prior, model) };
      known.byAgent.set(agent, own);
    }
    return [{ agentKey: agent.key, tools, denials: agent.observed.bucket, ...own.expected }];
  });
}

/** Those that were looked at and did not fire need no other look before they count more. */
function remember(looked: readonly QuietAgent[], { findings }: Judged, epoch: number): void {
  const fired = new Set(findings.map(({ finding }) => finding.subject.key));
  for (const agent of looked) if (!fired.has(agent.key)) agent.wasUsual(epoch);
}

/** What was told in a week, and when. */
export interface Told {
  readonly step: JudgedTransition;
  readonly atMs: number;
}

/** A week judged every half minute by the default rules as the service judges: agents on ten servers. */
export function watchWeek(
  seed: number,
  agents: readonly QuietAgent[],
  { fromBucket, untilBucket }: SimulatedWorld,
): Told[] {
  const byKey = new Map(agents.map((agent) => [agent.key, agent]));
  const servers = new QuietServers(seed, agents, fromBucket);
  const opened: Told[] = [];
  let alerts: readonly HeldAlert[] = [];
  let prior = priorAt(agents, fromBucket);
  let breadths: Breadths = { prior: breadthsAt(agents, fromBucket), byAgent: new Map() };
  const halves = (untilBucket - fromBucket) * halvesPerBucket;
  for (let half = 1; half <= halves; half += 1) {
    for (const agent of agents) agent.pass();
    servers.pass();
    const at = fromBucket + half / halvesPerBucket;
    const now = Math.floor(at);
    const atMs = Math.round(at * bucketMs);
    if (half % (bucketsPerDay * halvesPerBucket) === 0) {
      prior = priorAt(agents, now);
      breadths = { prior: breadthsAt(agents, now), byAgent: new Map() };
    }
    const epoch = 2 * now + Math.ceil(at) - now;
    const open = new Set(alerts.filter(({ alert }) => alert.status === 'open').map(({ alert }) => alert.subject.key));
    const looked = agents.map((agent) => ({ agent, rows: seriesOf(agent, now, epoch, open.has(agent.key)) }));
    const environment: EnvironmentInput = {
      ...{ envId, reading: { readUntilMs: atMs, unread: [], provenUntilMs: atMs }, observedSinceMs: 0, unobserved: [] },
      ...{ priors: { agent: prior }, activeSeries: agents.length, series: looked.flatMap(({ rows }) => rows) },
      ...{ deniedTools: sweptAmong(agents, now, breadths), rates: servers.ratesAt(envId, now) },
      ...{ agentCalls: [], pairs: [], awake: [], decisions: null, limits: [], denied: [] },
      coverage: { blindSeconds: 0, unreadableSeconds: 0 },
    };
    const judged = judge(defaultRuleSet, { atMs, environments: [environment], alerts });
    const those = looked.filter(({ rows }) => rows.length > 0).map(({ agent }) => agent);
    remember(those, judged, epoch);
    alerts = judged.alerts;
    mask(byKey, alerts, now);
    const steps = judged.transitions.filter(({ kind }) => kind === 'opened' || kind === 'reopened');
    opened.push(...steps.map((step) => ({ step, atMs })));
  }
  return opened;
}
