import type { ActiveByKind, HourOfCallsRow, TimeRange, WatchedKind } from '@custody/decision';
import { z } from 'zod';
import type { StatementOptions, StoreClient } from '../client.ts';
import { question } from '../questions/question.ts';
import { denialsOnly, environmentSql, oneOf, readDenials } from './denials.ts';
import { readCalls } from './seen.ts';
import { bucketMs, isOfKindSql, keyOfKindSql, kindsOfSeries } from './series-sql.ts';

/** All decisions of a quarter of an hour, those with a verdict among them, and the denials. */
export interface QuarterOfCalls {
  readonly startMs: number;
  readonly count: number;
  readonly calls: number;
  readonly denials: number;
}

const quarterRow = z.object({
  env_id: z.string(),
  start_ms: z.number(),
  decisions: z.number(),
  calls: z.number(),
  denials: z.number(),
  last_ms: z.number(),
});

export interface QuartersOfEnvironment {
  readonly quarters: readonly QuarterOfCalls[];
  readonly lastMs: number;
}

/** What environments decided in a range, by quarters of an hour that have any, in order. Throws `STORE_*`. */
export async function readQuarters(
  client: StoreClient,
  envIds: readonly string[],
  range: TimeRange,
  options: StatementOptions = {},
): Promise<Map<string, QuartersOfEnvironment>> {
  const rows = await readCalls(
    client,
    {
      key: 'quarters',
      envIds,
      range,
      columns: ['decision'],
      grains: ['15m'],
      compose: (source, binder) => {
        const sql = `SELECT toString(env_id) AS env_id, toUnixTimestamp(toStartOfFifteenMinutes(at)) * 1000 AS start_ms,
  sum(counted) AS decisions, sumIf(counted, decision != 'unknown') AS calls, sumIf(counted, decision = 'deny') AS denials,
  toUnixTimestamp64Milli(max(last_at)) AS last_ms
FROM ${source} GROUP BY env_id, start_ms ORDER BY env_id, start_ms`;
        return question('detection.quarters', sql, binder, quarterRow);
      },
    },
    options,
  );
  return new Map(
    [...Map.groupBy(rows, (row) => row.env_id)].map(([envId, own]) => [
      envId,
      {
        quarters: own.map(({ start_ms, decisions, calls, denials }) => ({
          ...{ startMs: start_ms, count: decisions, calls, denials },
        })),
        lastMs: own.at(-1)?.last_ms ?? 0,
      },
    ]),
  );
}

const hourRow = z.object({
  env_id: z.string(),
  server: z.string(),
  start_ms: z.number(),
  calls: z.number(),
  denials: z.number(),
});

/** Calls and denials of servers by hours, by `[envId, server]` as JSON. Throws `STORE_*`. */
export async function readHoursOfServers(
  client: StoreClient,
  { envIds, servers, range }: { envIds: readonly string[]; servers: readonly string[]; range: TimeRange },
  options: StatementOptions = {},
): Promise<Map<string, HourOfCallsRow[]>> {
  if (servers.length === 0) return new Map();
  const rows = await readCalls(
    client,
    {
      key: 'hours of servers',
      envIds,
      range,
      filters: [oneOf('server', servers), oneOf('decision', ['allow', 'deny'])],
      columns: ['server', 'decision'],
      grains: ['hour'],
      compose: (source, binder) => {
        const sql = `SELECT toString(env_id) AS env_id, toString(server) AS server, toUnixTimestamp(toStartOfHour(at)) * 1000 AS start_ms,
  sum(counted) AS calls, sumIf(counted, decision = 'deny') AS denials
FROM ${source} GROUP BY env_id, server, start_ms ORDER BY env_id, server, start_ms`;
        return question('detection.hours_of_servers', sql, binder, hourRow);
      },
    },
    options,
  );
  return new Map(
    [...Map.groupBy(rows, ({ env_id, server }) => JSON.stringify([env_id, server]))].map(([name, own]) => [
      name,
      own.map(({ start_ms, calls, denials }) => ({ startMs: start_ms, calls, denials })),
    ]),
  );
}

/** Counts in the order of `kindsOfSeries`. */
const activeRow = z.object({ env_id: z.string(), counts: z.array(z.number()) });

/** How many series of each kind each environment had that were denied something in a range. Throws `STORE_*`. */
export async function countActive(
  client: StoreClient,
  envIds: readonly string[],
  range: TimeRange,
  options: StatementOptions = {},
): Promise<Map<string, ActiveByKind>> {
  const rows = await readDenials(
    client,
    {
      key: 'active series',
      envIds,
      range,
      compose: (source, binder) => {
        const environment = environmentSql(envIds, binder);
        // All kinds at once, so that rows are read once and the statement is planned once; by numbers that are made of a column's
        // dictionary, which takes half as long as to tell texts apart.
        const counts = kindsOfSeries.map((kind) => {
          const key = keyOfKindSql[kind];
          return `uniqExactIf(cityHash64(${key}), ${isOfKindSql(kind, key)})`;
        });
        const sql = `SELECT toString(${environment}) AS env_id, [${counts.join(', ')}] AS counts FROM ${source} GROUP BY ${environment}`;
        return question('detection.active', sql, binder, activeRow);
      },
    },
    options,
  );
  const named = (counts: readonly number[]) =>
    Object.fromEntries(kindsOfSeries.map((kind, index) => [kind, counts[index] ?? 0])) as Record<WatchedKind, number>;
  return new Map(rows.map(({ env_id: envId, counts }) => [envId, named(counts)]));
}

const deniedPairRow = z.object({ env_id: z.string(), agent: z.string(), servers: z.array(z.string()) });

export function pairKey(envId: string, agent: string, server: string): string {
  return JSON.stringify([envId, agent, server]);
}

/** Pairs of an agent and a server with a denial in a range, by `pairKey`. Throws `STORE_*`. */
export async function readDeniedBefore(
  client: StoreClient,
  envIds: readonly string[],
  range: TimeRange,
  options: StatementOptions = {},
): Promise<Set<string>> {
  const rows = await readCalls(
    client,
    {
      key: 'denied before',
      envIds,
      range,
      filters: [denialsOnly],
      columns: ['agent_key', 'server'],
      compose: (source, binder) => {
        const sql = `SELECT toString(env_id) AS env_id, toString(agent_key) AS agent, groupUniqArray(toString(server)) AS servers
FROM ${source} GROUP BY env_id, agent_key`;
        return question('detection.denied_before', sql, binder, deniedPairRow);
      },
    },
    options,
  );
  return new Set(rows.flatMap(({ env_id, agent, servers }) => servers.map((server) => pairKey(env_id, agent, server))));
}

/** A range moved outwards to edges of buckets. */
export function onBuckets({ fromMs, toMs }: TimeRange): TimeRange {
  return { fromMs: Math.floor(fromMs / bucketMs) * bucketMs, toMs: Math.ceil(toMs / bucketMs) * bucketMs };
}
