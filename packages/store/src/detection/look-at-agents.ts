import {
  type AgentCallsRow,
  type AwakeRow,
  type DeniedToolsRow,
  dayMs,
  leastSweptTools,
  type PairRow,
  type TrustLevel,
} from '@custody/decision';
import { callsMs, readDeniedPairs, readPrivilegedCalls } from './activity.ts';
import { breadthKey, masksOfAgents, readBreadths } from './breadths.ts';
import { longestSilenceMs } from './detection-memory.ts';
import { readFirstGrants } from './first-grants.ts';
import { onBuckets, pairKey } from './hours-of-calls.ts';
import { firstSeenOf } from './look-at-series.ts';
import type { ObservedSeries } from './observed.ts';
import type { Looking } from './read-detection.ts';
import { readAllowedTools, readPastOfAgents, readPastOfPairs, seenKey } from './seen.ts';
import { bucketMs } from './series-sql.ts';

/** A shorter silence is none. */
const leastSilentMs = 14 * dayMs;
/** Of so many at a look more is read; they are those with the most denials or calls. */
const mostAgents = 1_000;

function byEnvironment<Row>(rows: readonly { readonly envId: string; readonly row: Row }[]): Map<string, Row[]> {
  return new Map(
    [...Map.groupBy(rows, ({ envId }) => envId)].map(([envId, own]) => [envId, own.map(({ row }) => row)]),
  );
}

/** Agents that were denied several tools in the last five minutes, and how many they were denied before. Throws `STORE_*`. */
export async function deniedToolsOf(
  looking: Looking,
  observed: readonly ObservedSeries[],
): Promise<Map<string, DeniedToolsRow[]>> {
  const { client, request, envIds, nowBucket, options } = looking;
  const swept = observed
    .filter(({ kind, tools }) => kind === 'agent' && tools.length >= leastSweptTools)
    .sort((a, b) => b.tools.length - a.tools.length)
    .slice(0, mostAgents);
  const { model, masked } = request;
  const found = await readBreadths(client, { envIds, nowBucket, model, which: { names: swept }, masked }, options);
  const pastOf = new Map(found.map((one) => [breadthKey(one.envId, one.agentKey), one]));
  const masks = masksOfAgents(masked);
  return byEnvironment(
    swept.map((one) => {
      const name = breadthKey(one.envId, one.key);
      const { buckets, counts } = pastOf.get(name) ?? { buckets: [], counts: null };
      const past = { firstSeenMs: firstSeenOf(looking, one), buckets, counts, masked: masks.get(name) ?? [] };
      return { envId: one.envId, row: { agentKey: one.key, tools: one.tools, denials: one.bucket, ...past } };
    }),
  );
}

/** Calls of agents whose denials ended with a privileged call. Throws `STORE_*`. */
export async function agentCallsOf({
  client,
  request,
  envIds,
  facts,
  history,
  options,
}: Looking): Promise<Map<string, AgentCallsRow[]>> {
  const { atMs } = request;
  const found = await readPrivilegedCalls(client, envIds, atMs, history, options);
  const agents = [...new Set(found.map(({ agent }) => agent))].slice(0, mostAgents);
  const range = { fromMs: facts.fromMs, toMs: atMs - callsMs };
  const usual = await readAllowedTools(client, { envIds, agents, range }, options);
  return byEnvironment(
    found.map(({ env_id, agent, calls }) => {
      const tools = usual.get(seenKey(env_id, 'agent', agent));
      const row = {
        agentKey: agent,
        calls: calls.map(([decisionId, callAtMs, tool, verdict, requiredLevel]) => ({
          ...{ decisionId, atMs: callAtMs, tool, verdict },
          requiredLevel: requiredLevel as TrustLevel | '',
          isUsual: tools?.has(tool) ?? false,
        })),
      };
      return { envId: env_id, row };
    }),
  );
}

/** Pairs that were never denied before, with their past. Throws `STORE_*`. */
export async function pairsOf({
  client,
  request,
  envIds,
  facts,
  history,
  sinceMs,
  options,
}: Looking): Promise<Map<string, PairRow[]>> {
  const since = facts.asOfMs;
  const denied = await readDeniedPairs(
    client,
    { envIds, atMs: request.atMs, sinceMs: Math.max(sinceMs, since), history },
    options,
  );
  const first = denied
    .filter(({ env_id, agent, server }) => !facts.deniedBefore.has(pairKey(env_id, agent, server)))
    .sort((a, b) => b.denials - a.denials)
    .slice(0, mostAgents);
  if (first.length === 0) return new Map();
  const agents = [...new Set(first.map(({ agent }) => agent))];
  const past = await readPastOfPairs(client, { envIds, agents, range: { fromMs: facts.fromMs, toMs: since } }, options);
  const byPair = new Map(past.map((one) => [pairKey(one.env_id, one.agent, one.server), one]));
  return byEnvironment(
    first.map(({ env_id, agent, server, calls, denials, calls_before, first_ms }) => {
      const before = byPair.get(pairKey(env_id, agent, server));
      const row = {
        ...{ agentKey: agent, server, calls, denials },
        callsBefore: calls_before + (before?.calls ?? 0),
        denialsBefore: before?.denials ?? 0,
        firstSeenMs: Math.min(first_ms, before?.first_ms ?? first_ms),
      };
      return { envId: env_id, row };
    }),
  );
}

/** Agents that called now and not for long before. Throws `STORE_*`. */
export async function awakeOf({
  client,
  request,
  envIds,
  facts,
  activity,
  options,
}: Looking): Promise<Map<string, AwakeRow[]>> {
  const windowFromMs = request.atMs - bucketMs;
  const back = [...activity.values()]
    .filter(({ kind, calls, last_before_ms }) => kind === 'agent' && calls > 0 && last_before_ms === 0)
    .filter(({ env_id, key }) => {
      const last = facts.seen.get(seenKey(env_id, 'agent', key))?.lastMs;
      return last === undefined || windowFromMs - last >= leastSilentMs;
    })
    .sort((a, b) => b.calls - a.calls)
    .slice(0, mostAgents);
  const agents = [...new Set(back.map(({ key }) => key))];
  const range = onBuckets({ fromMs: request.atMs - longestSilenceMs, toMs: facts.asOfMs });
  const past = await readPastOfAgents(client, { envIds, agents, range }, options);
  const never = back.filter(({ env_id, key }) => !past.has(seenKey(env_id, 'agent', key)));
  const granted = await readFirstGrants(
    client,
    { envIds, agents: [...new Set(never.map(({ key }) => key))], beforeMs: windowFromMs - leastSilentMs },
    options,
  );
  return byEnvironment(
    back.flatMap(({ env_id, key, calls, denials }) => {
      const name = seenKey(env_id, 'agent', key);
      const grantedMs = granted.get(name);
      const unused = grantedMs === undefined ? undefined : { firstMs: grantedMs, lastMs: grantedMs, activeDays: 0 };
      const before = past.get(name) ?? unused;
      if (before === undefined) return [];
      const { firstMs, lastMs, activeDays } = before;
      const row = { agentKey: key, calls, denials, firstSeenMs: firstMs, lastSeenMs: lastMs, activeDays };
      return [{ envId: env_id, row }];
    }),
  );
}
