import {
  type BacktestRows,
  type DeniedMinuteRow,
  dayMs,
  type EnvironmentRows,
  hourMs,
  hourOf,
  minuteMs,
  type TimeRange,
  type WatchedKind,
} from '@custody/decision';
import {
  defaultCountModel,
  deniedWanted,
  environmentInputOf,
  type HeldAlert,
  type JudgedTransition,
  judge,
  limitsWithinMs,
  lookByRules,
  masksOf,
  type PastAlert,
  type RuleSet,
  remembered,
  summarize,
} from '../../src/index.ts';

const bucketMs = 5 * minuteMs;
const model = defaultCountModel;

/** A decision as back-tests know it. */
export interface PastCall {
  readonly atMs: number;
  readonly envId: string;
  readonly agent: string;
  readonly human: string;
  readonly server: string;
  readonly tool: string;
  readonly isDenied: boolean;
}

export interface PastWorld {
  readonly calls: readonly PastCall[];
  readonly startMs: number;
  readonly range: TimeRange;
  readonly unread: readonly TimeRange[];
  readonly envIds: readonly string[];
}

const toolOf = ({ server, tool }: PastCall) => `${server}:${tool}`;

function seriesOf(call: PastCall): [WatchedKind, string][] {
  const { agent, human, server } = call;
  const named: [WatchedKind, string][] = [
    ...([
      ['agent', agent],
      ['human', human],
      ['server', server],
      ['tool', toolOf(call)],
    ] as [WatchedKind, string][]),
    ...(call.isDenied ? ([['reason', 'no_permission']] as [WatchedKind, string][]) : []),
  ];
  return [...named.filter(([, key]) => key !== ''), ['environment', '']];
}

function grouped<T>(items: readonly T[], of: (item: T) => readonly string[]): Map<string, T[]> {
  const found = new Map<string, T[]>();
  for (const item of items) {
    for (const name of of(item)) {
      const own = found.get(name) ?? [];
      own.push(item);
      found.set(name, own);
    }
  }
  return found;
}

const nameOf = ([kind, key]: readonly [string, string]) => `${kind} ${key}`;
const kindAndKey = (name: string) => [name.slice(0, name.indexOf(' ')), name.slice(name.indexOf(' ') + 1)] as const;

function countsOf(calls: readonly PastCall[]) {
  const byBucket = Map.groupBy(calls, ({ atMs }) => Math.floor(atMs / bucketMs));
  return [...byBucket].map(([bucket, those]) => ({ bucket, count: those.length })).sort((a, b) => a.bucket - b.bucket);
}

function sweepsOf(calls: readonly PastCall[]) {
  const byBucket = Map.groupBy(calls, ({ atMs }) => Math.floor(atMs / bucketMs));
  return [...byBucket].map(([bucket, those]) => ({ bucket, count: new Set(those.map(toolOf)).size }));
}

function quartersOf(calls: readonly PastCall[]) {
  const byQuarter = Map.groupBy(calls, ({ atMs }) => Math.floor(atMs / (15 * minuteMs)) * 15 * minuteMs);
  return [...byQuarter]
    .map(([startMs, those]) => ({
      ...{ startMs, count: those.length, firstMs: Math.min(...those.map(({ atMs }) => atMs)) },
      lastMs: Math.max(...those.map(({ atMs }) => atMs)),
    }))
    .sort((a, b) => a.startMs - b.startMs);
}

const isIn = ({ atMs }: PastCall, fromMs: number, toMs: number) => atMs >= fromMs && atMs < toMs;

function packed(counts: readonly { readonly bucket: number; readonly count: number }[]) {
  const inOrder = counts.toSorted((a, b) => a.bucket - b.bucket);
  return {
    buckets: Uint32Array.from(inOrder, ({ bucket }) => bucket),
    counts: Uint32Array.from(inOrder, ({ count }) => count),
  };
}

/** What a store would tell of the world for a back-test. */
export function rowsOf({ calls, startMs, range, unread, envIds }: PastWorld): BacktestRows[] {
  return envIds.map((envId) => {
    const own = calls.filter((call) => call.envId === envId);
    const before = own.filter((call) => call.isDenied && call.atMs < range.fromMs - hourMs);
    const seen = [...grouped(own, (call) => seriesOf(call).map(nameOf))].map(([name, those]) => {
      const [kind, key] = kindAndKey(name);
      return { kind: kind as WatchedKind, key, firstMs: Math.min(...those.map(({ atMs }) => atMs)) };
    });
    return {
      ...{ envId, envName: `name of ${envId}`, readUntilMs: range.toMs, provenUntilMs: range.toMs - hourMs },
      ...{ observedSinceMs: startMs, unread },
      counts: [...grouped(before, (call) => seriesOf(call).map(nameOf))].map(([name, those]) => {
        const [kind, key] = kindAndKey(name);
        return { kind: kind as WatchedKind, key, ...packed(countsOf(those)) };
      }),
      seen: seen.filter(({ kind }) => kind !== 'environment'),
      sweeps: [...grouped(before, ({ agent }) => [agent])].map(([agentKey, those]) => ({
        agentKey,
        ...packed(sweepsOf(those)),
      })),
      quarters: quartersOf(own),
    };
  });
}

/** Denials from an instant on and before another, by minutes. */
export function cellsOf({ calls }: PastWorld, fromMs: number, toMs: number): DeniedMinuteRow[] {
  const denied = calls.filter((call) => call.isDenied && isIn(call, fromMs, toMs));
  const cells = Map.groupBy(denied, (call) =>
    JSON.stringify([call.envId, Math.floor(call.atMs / minuteMs), call.agent, call.human, call.server, call.tool]),
  );
  return [...cells.values()].map((those) => {
    const call = those[0] as PastCall;
    const { envId, agent, human, server } = call;
    const atMs = Math.floor(call.atMs / minuteMs) * minuteMs;
    return { envId, atMs, agent, human, server, tool: toolOf(call), reason: 'no_permission', denials: those.length };
  });
}

/** What changes slowly, by environment and hour. */
interface Kept {
  readonly known: Map<string, EnvironmentRows['known']>;
  readonly breadths: Map<string, EnvironmentRows['breadths']>;
}

/** What a look at a moment would read, by loops over all calls. */
function lookedAt(
  { calls, startMs, unread, range }: PastWorld,
  envId: string,
  atMs: number,
  past: readonly PastAlert[],
  held: readonly HeldAlert[],
  { known, breadths }: Kept,
): EnvironmentRows {
  const own = calls.filter((call) => call.envId === envId && call.atMs < atMs);
  const denied = own.filter(({ isDenied }) => isDenied);
  const all = grouped(denied, (call) => seriesOf(call).map(nameOf));
  const firstSeen = new Map<string, number>();
  for (const call of own) {
    for (const name of seriesOf(call).map(nameOf))
      firstSeen.set(name, Math.min(firstSeen.get(name) ?? atMs, call.atMs));
  }
  const asOfMs = hourOf(atMs - 2 * bucketMs);
  const [nowBucket, slowBucket] = [Math.floor(atMs / bucketMs), asOfMs / bucketMs];
  const masks = masksOf(past);
  const maskedOf = (name: string, detectors: readonly string[]) =>
    masks
      .filter((one) => one.envId === envId && `${one.kind} ${one.key}` === name && detectors.includes(one.detector))
      .flatMap(({ ranges }) => ranges)
      .sort((a, b) => a.fromMs - b.fromMs);
  const isLearned = ({ bucket }: { bucket: number }, now: number) => bucket < now - 24 && bucket >= now - 24 - 28 * 288;
  const active = [...all].filter(([, those]) => countsOf(those).some((count) => isLearned(count, slowBucket)));
  const activeOf = (kind: WatchedKind) => active.filter(([name]) => kindAndKey(name)[0] === kind);
  const openNames = held
    .filter(({ alert }) => alert.subject.envId === envId && alert.status === 'open')
    .map(({ alert: { subject } }) => `${subject.kind} ${subject.key}`);
  const firstOf = (name: string) => (name === 'environment ' ? 0 : (firstSeen.get(name) ?? atMs));
  const lastHour = [...all].map(
    ([name, those]) => [name, those, those.filter((call) => isIn(call, atMs - hourMs, atMs))] as const,
  );
  const watched = lastHour.filter(
    ([name, , hour]) => hour.length >= 4 || (hour.length > 0 && openNames.includes(name)),
  );
  const slowKey = `${envId} ${asOfMs}`;
  if (!known.has(slowKey)) {
    const rows = active.map(([name, those]) => {
      const [kind, key] = kindAndKey(name);
      const history = summarize(countsOf(those), slowBucket, model);
      return { kind: kind as WatchedKind, key, firstSeenMs: firstOf(name), history };
    });
    known.set(slowKey, rows);
  }
  const recent = (call: PastCall) => isIn(call, atMs - bucketMs, atMs);
  const inLast = (calls: readonly PastCall[], minutes: number) =>
    calls.filter((call) => isIn(call, atMs - minutes * minuteMs, atMs)).length;
  const breadthOf = (agentKey: string) => ({
    ...{ agentKey, firstSeenMs: firstOf(`agent ${agentKey}`), buckets: null },
    counts: sweepsOf(all.get(`agent ${agentKey}`) ?? []),
    masked: maskedOf(`agent ${agentKey}`, ['sweep', 'spike']),
  });
  if (!breadths.has(slowKey)) {
    const agents = activeOf('agent').map(([name]) => breadthOf(kindAndKey(name)[1]));
    breadths.set(slowKey, agents);
  }
  const servers = new Set(own.filter((call) => call.atMs < asOfMs).map(({ server }) => server)).size;
  const agents = grouped(denied.filter(recent), ({ agent }) => [agent]);
  return {
    ...{ envId, envName: `name of ${envId}` },
    reading: {
      ...{ readUntilMs: range.toMs, provenUntilMs: range.toMs - hourMs },
      ...{ observedSinceMs: startMs, watchedSinceMs: startMs },
      ...{ unread, blindSeconds: 0, unreadableSeconds: 0 },
    },
    activeSeries: active.length + servers + 1,
    activeByKind: {
      ...{ agent: activeOf('agent').length, human: activeOf('human').length, server: activeOf('server').length },
      ...{
        tool: activeOf('tool').length,
        reason: activeOf('reason').length,
        environment: activeOf('environment').length,
      },
    },
    series: watched.map(([name, those, hour]) => {
      const [kind, key] = kindAndKey(name);
      const masked = maskedOf(name, ['spike']);
      const counts = countsOf(those);
      return {
        ...{ kind: kind as WatchedKind, key, firstSeenMs: firstOf(name), masked },
        ...{
          bucket: hour.filter(recent).length,
          quarter: inLast(hour, 15),
          half: inLast(hour, 30),
          block: hour.length,
        },
        tools: [...new Set(hour.filter(recent).map(toolOf))].sort(),
        history: masked.length > 0 ? null : summarize(counts, nowBucket, model),
        counts: masked.length > 0 ? counts : null,
      };
    }),
    ...{ known: known.get(slowKey) ?? [], knownAtMs: asOfMs },
    deniedTools: [...agents].flatMap(([agentKey, those]) => {
      const tools = [...new Set(those.map(toolOf))].sort();
      return tools.length < 4 ? [] : [{ tools, denials: those.length, ...breadthOf(agentKey) }];
    }),
    breadths: breadths.get(slowKey) ?? [],
    ...{ agentCalls: [], pairs: [], rates: [], awake: [] },
    decisions: {
      lastDecisionMs: Math.max(...own.map((call) => call.atMs)),
      quarters: quartersOf(own.filter((call) => call.atMs < asOfMs && call.atMs >= asOfMs - 29 * dayMs)),
    },
  };
}

/** Every step that looking at every minute of the range makes, with what each look would have read. */
export function lookedAtEveryMinute(ruleSet: RuleSet, world: PastWorld): JudgedTransition[] {
  const { range, envIds } = world;
  let held: readonly HeldAlert[] = [];
  let past: readonly PastAlert[] = [];
  const kept: Kept = { known: new Map(), breadths: new Map() };
  const steps: JudgedTransition[] = [];
  for (let atMs = range.fromMs + minuteMs; atMs <= range.toMs; atMs += minuteMs) {
    const environments = envIds.map((envId) => ({
      ...environmentInputOf(lookedAt(world, envId, atMs, past, held, kept), { atMs, model }),
      names: [`name of ${envId}`],
    }));
    const cells = cellsOf(world, atMs - hourMs, atMs).map((cell) => ({ ...cell, isNewPair: false }));
    const withDenied = (wanted: readonly string[]) =>
      environments.map((one) =>
        wanted.includes(one.envId) ? { ...one, denied: cells.filter(({ envId }) => envId === one.envId) } : one,
      );
    const hasLimits = limitsWithinMs(ruleSet) > 0;
    const before = hasLimits ? withDenied(envIds) : environments;
    const looks = lookByRules(ruleSet, { atMs, environments: before, alerts: held });
    const after = hasLimits ? before : withDenied(deniedWanted(looks, held));
    const judged = judge(ruleSet, { atMs, environments: after, alerts: held }, looks);
    held = judged.alerts;
    past = remembered(past, held, atMs);
    steps.push(...judged.transitions);
  }
  return steps;
}
