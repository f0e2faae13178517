import type { TimedCall, TrueChange } from './stories.ts';

/** What an explanation is about: written from what the documents promise, of rows alone. */
interface About {
  readonly envId: string;
  readonly kind: string;
  readonly key: string;
  readonly fromMs: number;
  readonly toMs: number;
}

interface World {
  readonly calls: readonly TimedCall[];
  readonly changes: readonly TrueChange[];
  readonly names: ReadonlyMap<string, string>;
}

const dayMs = 86_400_000;
const usualMs = 28 * dayMs;
const grantsMs = 30 * 60_000;

function isOf({ agent, human, server, tool }: TimedCall, { kind, key }: About): boolean {
  const keys: Record<string, string> = { agent, human, server, tool: `${server}:${tool}`, environment: '' };
  return keys[kind] === key;
}

function counts(calls: readonly TimedCall[], keyOf: (call: TimedCall) => string): Map<string, number> {
  const found = new Map<string, number>();
  for (const call of calls) found.set(keyOf(call), (found.get(keyOf(call)) ?? 0) + 1);
  return found;
}

const keysOf = {
  agent: ({ agent }) => agent,
  human: ({ human }) => human,
  server: ({ server }) => server,
  tool: ({ server, tool }) => `${server}:${tool}`,
  reason: () => 'no_permission',
} as const satisfies Record<string, (call: TimedCall) => string>;

const largestFirst = (a: [string, number], b: [string, number]) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1);

/** Who and what it was, with shares of now and of four weeks, and what of it is new. */
function contributors(now: readonly TimedCall[], before: readonly TimedCall[], names: World['names']) {
  return Object.fromEntries(
    Object.entries(keysOf).map(([dimension, keyOf]) => {
      const usual = counts(before, keyOf);
      const largest = [...counts(now, keyOf)].filter(([key]) => key !== '').sort(largestFirst);
      const told = largest.slice(0, 5).map(([key, denials]) => ({
        ...{ key, name: names.get(key) ?? key, denials, share: denials / now.length },
        usualShare: before.length === 0 ? null : (usual.get(key) ?? 0) / before.length,
        isNew: !usual.has(key),
      }));
      return [dimension, told];
    }),
  );
}

/** Agents at servers that they had not called in four weeks, whatever the verdict. */
function newPairs(now: readonly TimedCall[], allBefore: readonly TimedCall[]): string[] {
  const pairOf = ({ agent, server }: TimedCall) => `${agent} → ${server}`;
  const known = new Set(allBefore.map(pairOf));
  const fresh = now.filter((call) => !known.has(pairOf(call)));
  return [...counts(fresh, pairOf)].sort(largestFirst).map(([pair]) => pair);
}

/** Of half an hour before and since, of any agent, human or server that was denied or that it is about. */
function grantChanges(about: About, now: readonly TimedCall[], changes: readonly TrueChange[]) {
  const ofKind = (kind: string) => (about.kind === kind ? [about.key] : []);
  const agents = new Set([...ofKind('agent'), ...now.map(({ agent }) => agent)]);
  const humans = new Set([...ofKind('human'), ...now.map(({ human }) => human)]);
  const servers = new Set([...ofKind('server'), ...now.map(({ server }) => server)]);
  return changes
    .filter(({ atMs }) => atMs >= about.fromMs - grantsMs && atMs < about.toMs)
    .filter(({ agent, human, server }) => agents.has(agent) || humans.has(human) || servers.has(server))
    .sort((a, b) => b.atMs - a.atMs)
    .map(({ atMs, agent, human, server, before, after }) => ({
      ...{ atMs, agentKey: agent, humanKey: human, server, what: 'consent' },
      ...{ before: before ?? '', after: after ?? '' },
    }));
}

/** What has to be said of denials that somebody was told of. */
export function explanationOf(about: About, { calls, changes, names }: World) {
  const own = calls.filter((call) => call.envId === about.envId);
  const denied = own.filter((call) => call.verdict === 'deny' && isOf(call, about));
  const isIn = (fromMs: number, toMs: number) => (call: TimedCall) => call.atMs >= fromMs && call.atMs < toMs;
  const now = denied.filter(isIn(about.fromMs, about.toMs));
  const before = isIn(about.fromMs - usualMs, about.fromMs);
  const newest = now.toSorted((a, b) => b.atMs - a.atMs || (a.id < b.id ? 1 : -1)).slice(0, 5);
  return {
    denials: now.length,
    tools: new Set(now.map(keysOf.tool)).size,
    contributors: contributors(now, denied.filter(before), names),
    newPairs: newPairs(now, own.filter(before)),
    grantChanges: grantChanges(about, now, changes),
    examples: newest.map(({ id, atMs, agent, human, server, tool }) => ({
      ...{ decisionId: id, occurredAtMs: atMs, agentKey: agent, humanKey: human, server, tool },
      ...{ decision: 'deny', reason: '', url: `https://custody.test/decisions/${id}` },
    })),
  };
}
