import { minuteMs, type TimeRange } from '@custody/decision';
import { z } from 'zod';
import type { StatementOptions, StoreClient } from '../client.ts';
import { ask, Binder, question } from '../questions/question.ts';
import { instantSql } from '../questions/selection.ts';
import type { HistoryRange } from './history-asked-for.ts';
import { isHistorySql, rowsSql } from './observed.ts';
import { bucketMs, seriesSql, toolSql } from './series-sql.ts';

export interface ActivityRequest {
  readonly envIds: readonly string[];
  readonly atMs: number;
  /** From then on everything is read from rows; no later than an hour before the moment. */
  readonly sinceMs: number;
  /** Calls and denials of that time are not those of the last minutes, though somebody was seen. */
  readonly history: readonly HistoryRange[];
}

const activityRow = z.object({
  env_id: z.string(),
  kind: z.enum(['agent', 'human', 'server', 'tool', 'reason', 'environment']),
  key: z.string(),
  first_ms: z.number(),
  last_ms: z.number(),
  last_before_ms: z.number(),
  calls: z.number(),
  denials: z.number(),
});
/** When a series was seen of late, whatever the verdict; `last_before_ms` is before the last five minutes, 0: not. */
export type Activity = z.infer<typeof activityRow>;

/** Who and what was seen since a moment; `calls` and `denials` are those of the last five minutes. Throws `STORE_*`. */
export function readActivity(
  client: StoreClient,
  { envIds, atMs, sinceMs, history }: ActivityRequest,
  options: StatementOptions = {},
): Promise<Activity[]> {
  const binder = new Binder();
  const from = instantSql(atMs - bucketMs, binder);
  const known = history.filter(({ toMs }) => toMs > atMs - bucketMs).map((one) => `(${isHistorySql(one, binder)})`);
  const isRecent = `occurred_at >= ${from}${known.map((one) => ` AND NOT ${one}`).join('')}`;
  const sql = `SELECT env_id, series.1 AS kind, series.2 AS key,
  toUnixTimestamp64Milli(min(occurred_at)) AS first_ms, toUnixTimestamp64Milli(max(occurred_at)) AS last_ms,
  greatest(0, toUnixTimestamp64Milli(maxIf(occurred_at, occurred_at < ${from}))) AS last_before_ms,
  countIf(is_recent) AS calls, countIf(is_recent AND decision = 'deny') AS denials
FROM (
  SELECT toString(env_id) AS env_id, occurred_at, decision, ${isRecent} AS is_recent, arrayJoin(${seriesSql}) AS series
  FROM ${rowsSql(envIds, { fromMs: sinceMs, toMs: atMs }, binder)}
)
GROUP BY env_id, kind, key`;
  return ask(client, question('detection.activity', sql, binder, activityRow), options);
}

const pairRow = z.object({
  env_id: z.string(),
  agent: z.string(),
  server: z.string(),
  calls: z.number(),
  denials: z.number(),
  calls_before: z.number(),
  first_ms: z.number(),
});
/** An agent and a server with a denial in the last five minutes. */
export type DeniedPair = z.infer<typeof pairRow>;

/** As far as it lies in the last five minutes: what was denied before is known of whoever is denied now, history or not. */
function recentOf(history: readonly HistoryRange[], atMs: number): HistoryRange[] {
  return history.map((one) => ({ ...one, fromMs: Math.max(one.fromMs, atMs - bucketMs) }));
}

/** Pairs with a denial in the last five minutes and none before it since a moment. Throws `STORE_*`. */
export function readDeniedPairs(
  client: StoreClient,
  { envIds, atMs, sinceMs, history }: ActivityRequest,
  options: StatementOptions = {},
): Promise<DeniedPair[]> {
  const binder = new Binder();
  const isRecent = `occurred_at >= ${instantSql(atMs - bucketMs, binder)}`;
  const sql = `SELECT toString(env_id) AS env_id, toString(agent_key) AS agent, toString(server) AS server,
  countIf(${isRecent}) AS calls, countIf(${isRecent} AND decision = 'deny') AS denials,
  countIf(NOT ${isRecent}) AS calls_before, toUnixTimestamp64Milli(min(occurred_at)) AS first_ms
FROM ${rowsSql(envIds, { fromMs: sinceMs, toMs: atMs }, binder, recentOf(history, atMs))} AND agent_key != '' AND server != ''
GROUP BY env_id, agent_key, server
HAVING denials > 0 AND countIf(NOT ${isRecent} AND decision = 'deny') = 0`;
  return ask(client, question('detection.pairs', sql, binder, pairRow), options);
}

/** The shorter time of which shares are looked at. */
const latestMs = 2 * minuteMs;

const rateRow = z.object({
  env_id: z.string(),
  kind: z.enum(['server', 'environment']),
  key: z.string(),
  calls: z.number(),
  denials: z.number(),
  agents: z.number(),
  denied_agents: z.number(),
  latest_calls: z.number(),
  latest_denials: z.number(),
  latest_denied_agents: z.number(),
});
export type RecentRate = z.infer<typeof rateRow>;

/** Fewer calls or agents in an hour show no step of the share that is denied. */
const [leastCalls, leastAgents] = [20, 3];

/** Calls and denials in a range, and in its last two minutes, by server and in all, where they are enough to tell a share by. Throws `STORE_*`. */
export function readRates(
  client: StoreClient,
  envIds: readonly string[],
  range: TimeRange,
  history: readonly HistoryRange[],
  options: StatementOptions = {},
): Promise<RecentRate[]> {
  const binder = new Binder();
  const isLatest = `occurred_at >= ${instantSql(range.toMs - latestMs, binder)}`;
  const sql = `SELECT env_id, called.1 AS kind, called.2 AS key, count() AS calls, countIf(decision = 'deny') AS denials,
  uniqExact(agent_key) AS agents, uniqExactIf(agent_key, decision = 'deny') AS denied_agents,
  countIf(is_latest) AS latest_calls, countIf(is_latest AND decision = 'deny') AS latest_denials,
  uniqExactIf(agent_key, is_latest AND decision = 'deny') AS latest_denied_agents
FROM (
  SELECT toString(env_id) AS env_id, decision, agent_key, ${isLatest} AS is_latest,
    arrayJoin(if(server = '', [('environment', '')], [('server', toString(server)), ('environment', '')])) AS called
  FROM ${rowsSql(envIds, range, binder, history)} AND decision != 'unknown'
)
GROUP BY env_id, kind, key
HAVING calls >= ${leastCalls} AND agents >= ${leastAgents}`;
  return ask(client, question('detection.rates', sql, binder, rateRow), options);
}

const callsRow = z.object({
  env_id: z.string(),
  agent: z.string(),
  calls: z.array(z.tuple([z.string(), z.number(), z.string(), z.enum(['allow', 'deny', 'unknown']), z.string()])),
});
export type CallsOfAgent = z.infer<typeof callsRow>;

/** A success within this long is looked at with the denials of ten minutes before it. */
export const callsMs = 15 * minuteMs;
const mostCalls = 500;

/** Agents that were denied two tools and were allowed one that requires `high`, with their calls. Throws `STORE_*`. */
export function readPrivilegedCalls(
  client: StoreClient,
  envIds: readonly string[],
  atMs: number,
  history: readonly HistoryRange[],
  options: StatementOptions = {},
): Promise<CallsOfAgent[]> {
  const binder = new Binder();
  const tuple = `(toString(decision_id), toUnixTimestamp64Milli(occurred_at), ${toolSql}, toString(decision), toString(required_level))`;
  const sql = `SELECT toString(env_id) AS env_id, toString(agent_key) AS agent,
  arraySort(c -> (c.2, c.1), groupArray(${mostCalls})(${tuple})) AS calls
FROM (SELECT * FROM ${rowsSql(envIds, { fromMs: atMs - callsMs, toMs: atMs }, binder, history)} AND agent_key != '' AND tool != '' ORDER BY occurred_at DESC)
GROUP BY env_id, agent_key
HAVING uniqExactIf((server, tool), decision = 'deny') >= 2 AND countIf(decision = 'allow' AND required_level = 'high') > 0`;
  return ask(client, question('detection.privileged_calls', sql, binder, callsRow), options);
}
