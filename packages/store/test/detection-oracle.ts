import {
  dayMs,
  type EnvironmentRows,
  hourMs,
  hourOf,
  minuteMs,
  type TimeRange,
  type WatchedKind,
} from '@custody/decision';
import {
  type BucketCount,
  bucketsByTools,
  type CountModel,
  learnedRange,
  type SeriesHistory,
  summarize,
} from '@custody/detect';
import type { Flat } from './planned-world.ts';

/** A decision with the level that its tool requires. */
export interface Call extends Flat {
  readonly required: 'low' | 'high' | '';
}

export const bucketMs = 5 * minuteMs;
const bucketAt = (atMs: number) => Math.floor(atMs / bucketMs);
export const toolOf = ({ server, tool }: Flat) => (tool === '' ? '' : `${server}:${tool}`);

/** The series that a decision belongs to. */
export function seriesOf(call: Flat): [WatchedKind, string][] {
  const all: [WatchedKind, string][] = [
    ['agent', call.agent],
    ['human', call.human],
    ['server', call.server],
    ['tool', toolOf(call)],
    ['reason', call.reason_code],
    ['environment', ''],
  ];
  return all.filter(([kind, key]) => kind === 'environment' || key !== '');
}

const nameOf = (kind: string, key: string) => JSON.stringify([kind, key]);
const isDenied = ({ decision }: Flat) => decision === 'deny';
const within = (calls: readonly Call[], { fromMs, toMs }: TimeRange) =>
  calls.filter(({ atMs }) => fromMs <= atMs && atMs < toMs);

function bySeries(calls: readonly Call[]): Map<string, Call[]> {
  const found = new Map<string, Call[]>();
  for (const call of calls) {
    for (const [kind, key] of seriesOf(call)) {
      const name = nameOf(kind, key);
      found.set(name, [...(found.get(name) ?? []), call]);
    }
  }
  return found;
}

function countsOf(calls: readonly Call[]): BucketCount[] {
  const counts = new Map<number, number>();
  for (const { atMs } of calls) counts.set(bucketAt(atMs), (counts.get(bucketAt(atMs)) ?? 0) + 1);
  return [...counts].map(([bucket, count]) => ({ bucket, count })).sort((a, b) => a.bucket - b.bucket);
}

/** What the store should say of one environment, of its decisions alone and by loops. */
export function expectedRows(calls: readonly Call[], atMs: number, model: CountModel) {
  const slowMs = hourOf(atMs - 5 * minuteMs);
  const nowBucket = bucketAt(atMs);
  const slowRange = learnedRange(model, bucketAt(slowMs));
  const factsFromMs = hourOf(slowRange.fromBucket * bucketMs);
  const before = within(calls, { fromMs: factsFromMs, toMs: atMs });
  const denials = bySeries(before.filter(isDenied));
  const all = bySeries(before);
  const minutes = { fromMs: atMs - bucketMs, toMs: atMs };
  const hour = { fromMs: atMs - hourMs, toMs: atMs };
  const firstOf = (name: string) =>
    name === nameOf('environment', '') ? factsFromMs : Math.min(...(all.get(name) ?? []).map((call) => call.atMs));
  const historyAt = (name: string, bucket: number): SeriesHistory =>
    summarize(countsOf(denials.get(name) ?? []), bucket, model);
  const names = [...denials.keys()].sort();
  const distinctTools = (some: readonly Call[]) => [...new Set(some.map(toolOf).filter((tool) => tool !== ''))].sort();

  const inLast = (own: readonly Call[], minutes: number) =>
    within(own, { fromMs: atMs - minutes * minuteMs, toMs: atMs }).length;
  const series = names.flatMap((name) => {
    const own = denials.get(name) ?? [];
    const block = within(own, hour).length;
    if (block < model.leastCount) return [];
    const recent = within(own, minutes);
    const [kind, key] = JSON.parse(name);
    const tools = distinctTools(recent);
    const history = historyAt(name, nowBucket);
    return [
      {
        ...{
          kind,
          key,
          firstSeenMs: firstOf(name),
          bucket: recent.length,
          block,
          tools,
          history,
          counts: null,
          masked: [],
        },
        ...{ quarter: inLast(own, 15), half: inLast(own, 30) },
      },
    ];
  });
  const known = names.flatMap((name) => {
    const history = historyAt(name, bucketAt(slowMs));
    const [kind, key] = JSON.parse(name);
    return history.bySlot.some((count) => count > 0) ? [{ kind, key, firstSeenMs: firstOf(name), history }] : [];
  });
  const active = names.filter(
    (name) =>
      within(denials.get(name) ?? [], { fromMs: factsFromMs, toMs: slowRange.untilBucket * bucketMs }).length > 0,
  );
  const slow = within(calls, { fromMs: factsFromMs, toMs: slowMs });
  const servers = new Set(slow.filter(({ server }) => server !== '').map(({ server }) => server));
  const learned = learnedRange(model, nowBucket);
  const learnedMs = { fromMs: learned.fromBucket * bucketMs, toMs: learned.untilBucket * bucketMs };

  const countsOfTools = (agentKey: string) => {
    const own = before.filter((call) => isDenied(call) && call.agent === agentKey && call.tool !== '');
    const byBucket = Map.groupBy(own, (call) => bucketAt(call.atMs));
    return [...byBucket].map(([bucket, those]) => ({ bucket, count: distinctTools(those).length }));
  };
  const deniedTools = series
    .filter(({ kind, tools }) => kind === 'agent' && tools.length >= 4)
    .map(({ key, tools, bucket }) => {
      const buckets = bucketsByTools(countsOfTools(key), nowBucket, model, []);
      return { agentKey: key, tools, denials: bucket, firstSeenMs: firstOf(nameOf('agent', key)), buckets };
    });
  const breadths = names
    .map((name) => JSON.parse(name) as [string, string])
    .filter(([kind]) => kind === 'agent')
    .map(([, agentKey]) => {
      const buckets = bucketsByTools(countsOfTools(agentKey), bucketAt(slowMs), model, []);
      return { agentKey, firstSeenMs: firstOf(nameOf('agent', agentKey)), buckets };
    })
    .filter(({ buckets }) => buckets.length > 0);

  const lately = within(before, { fromMs: atMs - 15 * minuteMs, toMs: atMs }).filter(({ tool }) => tool !== '');
  const agentCalls = [...Map.groupBy(lately, ({ agent }) => agent)].flatMap(([agentKey, own]) => {
    const isPrivileged = own.some(({ decision, required }) => decision === 'allow' && required === 'high');
    if (distinctTools(own.filter(isDenied)).length < 2 || !isPrivileged) return [];
    const usual = new Set(
      within(before, { fromMs: factsFromMs, toMs: atMs - 15 * minuteMs })
        .filter((call) => call.agent === agentKey && call.decision === 'allow')
        .map(toolOf),
    );
    const ordered = own.toSorted((a, b) => a.atMs - b.atMs || (a.id < b.id ? -1 : 1));
    const calls = ordered.map((call) => ({
      ...{ decisionId: call.id, atMs: call.atMs, tool: toolOf(call), verdict: call.decision },
      ...{ requiredLevel: call.required, isUsual: usual.has(toolOf(call)) },
    }));
    return [{ agentKey, calls }];
  });

  const pairOf = ({ agent, server }: Call) => JSON.stringify([agent, server]);
  const pairs = [
    ...Map.groupBy(
      before.filter(({ server }) => server !== ''),
      pairOf,
    ),
  ].flatMap(([name, own]) => {
    const [agentKey, server] = JSON.parse(name);
    const recent = within(own, minutes);
    const earlier = within(own, { fromMs: 0, toMs: minutes.fromMs });
    if (!recent.some(isDenied) || earlier.some(isDenied)) return [];
    const firstSeenMs = Math.min(...own.map((call) => call.atMs));
    const denied = recent.filter(isDenied).length;
    return [
      {
        agentKey,
        server,
        calls: recent.length,
        denials: denied,
        callsBefore: earlier.length,
        denialsBefore: 0,
        firstSeenMs,
      },
    ];
  });

  const called = (some: readonly Call[]) => some.filter(({ decision }) => decision !== 'unknown');
  const rates = [...servers]
    .sort()
    .concat('')
    .flatMap((key) => {
      const own = called(before).filter(({ server }) => key === '' || server === key);
      const recent = within(own, hour);
      const agents = new Set(recent.map(({ agent }) => agent)).size;
      if (recent.length < 20 || agents < 3) return [];
      const hours = [...Map.groupBy(own, (call) => hourOf(call.atMs))]
        .map(([startMs, some]) => ({ startMs, calls: some.length, denials: some.filter(isDenied).length }))
        .filter(({ startMs }) => startMs >= learnedMs.fromMs && startMs + hourMs <= learnedMs.toMs)
        .sort((a, b) => a.startMs - b.startMs);
      const denied = recent.filter(isDenied);
      const deniedAgents = new Set(denied.map(({ agent }) => agent)).size;
      const kind = key === '' ? ('environment' as const) : ('server' as const);
      const now = within(own, { fromMs: atMs - 2 * minuteMs, toMs: atMs });
      const deniedNow = now.filter(isDenied);
      const latest = {
        ...{ calls: now.length, denials: deniedNow.length },
        deniedAgents: new Set(deniedNow.map(({ agent }) => agent)).size,
      };
      const counts = { calls: recent.length, denials: denied.length, agents, deniedAgents, latest };
      return [{ kind, key, ...counts, hours, masked: [] }];
    });

  const awake = [...Map.groupBy(within(calls, { fromMs: 0, toMs: atMs }), ({ agent }) => agent)].flatMap(
    ([agentKey, own]) => {
      const recent = within(own, minutes);
      const earlier = within(own, { fromMs: 0, toMs: minutes.fromMs });
      const lastSeenMs = Math.max(...earlier.map((call) => call.atMs));
      if (recent.length === 0 || earlier.length === 0 || minutes.fromMs - lastSeenMs < 14 * dayMs) return [];
      const days = new Set(earlier.map((call) => Math.floor(call.atMs / dayMs)));
      const firstSeenMs = Math.min(...earlier.map((call) => call.atMs));
      const denied = recent.filter(isDenied).length;
      return [{ agentKey, calls: recent.length, denials: denied, firstSeenMs, lastSeenMs, activeDays: days.size }];
    },
  );

  const quarters = [...Map.groupBy(slow, (call) => Math.floor(call.atMs / (15 * minuteMs)))]
    .map(([quarter, own]) => ({ startMs: quarter * 15 * minuteMs, count: own.length }))
    .sort((a, b) => a.startMs - b.startMs);
  const lastDecisionMs = Math.max(...before.map((call) => call.atMs));
  const activeSeries = active.length + servers.size + 1;
  const activeByKind = Object.fromEntries(
    ['agent', 'human', 'server', 'tool', 'reason', 'environment'].map((kind) => [
      kind,
      active.filter((name) => JSON.parse(name)[0] === kind).length,
    ]),
  );
  return {
    activeSeries,
    activeByKind,
    series,
    known,
    deniedTools,
    breadths,
    agentCalls,
    pairs,
    rates,
    awake,
    decisions: { lastDecisionMs, quarters },
  };
}

const rounded = (value: number) => Number(value.toPrecision(9));

function plainHistory({ fast, slow, bySlot, buckets, blocks }: SeriesHistory): unknown {
  const trimmed = (list: readonly number[]) => {
    const last = list.findLastIndex((count) => count > 0);
    return list.slice(0, last + 1);
  };
  return {
    fast: rounded(fast),
    slow: rounded(slow),
    bySlot: [...bySlot],
    buckets: trimmed(buckets),
    blocks: trimmed(blocks),
  };
}

type Named = { readonly kind?: string; readonly key?: string; readonly agentKey?: string; readonly server?: string };

function inOrder<Row extends Named>(rows: readonly Row[]): Row[] {
  const nameOfRow = ({ kind, key, agentKey, server }: Named) => JSON.stringify([kind, key, agentKey, server]);
  return rows.toSorted((a, b) => (nameOfRow(a) < nameOfRow(b) ? -1 : 1));
}

/** Of agents of which no alert keeps anything out. */
function withoutMasks(row: Named): Named {
  return { ...row, ...{ masked: undefined, counts: undefined } };
}

/** Both sides in one order, sums to nine digits, histograms without what is empty at their ends. */
export function comparable(rows: ReturnType<typeof expectedRows> | EnvironmentRows): unknown {
  const { activeSeries, activeByKind, series, known, deniedTools, breadths } = rows;
  const { agentCalls, pairs, rates, awake, decisions } = rows;
  return {
    ...{ activeSeries, activeByKind },
    series: inOrder<Named & { history: SeriesHistory | null }>(series).map((one) => ({
      ...one,
      history: one.history && plainHistory(one.history),
    })),
    known: inOrder<Named & { history: SeriesHistory }>(known).map((one) => ({
      ...one,
      history: plainHistory(one.history),
    })),
    deniedTools: inOrder<Named>(deniedTools).map(withoutMasks),
    breadths: inOrder<Named>(breadths).map(withoutMasks),
    agentCalls: inOrder(agentCalls),
    pairs: inOrder(pairs),
    rates: inOrder(rates),
    awake: inOrder(awake),
    decisions: decisions && {
      ...decisions,
      quarters: decisions.quarters.map(({ startMs, count }) => ({ startMs, count })),
    },
  };
}
