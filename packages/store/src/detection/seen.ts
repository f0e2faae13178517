import type { TimeRange, WatchedKind } from '@custody/decision';
import { z } from 'zod';
import type { StatementOptions, StoreClient } from '../client.ts';
import { answerPlanned } from '../plan/answer-planned.ts';
import type { Plan } from '../plan/plan.ts';
import { sourceSql } from '../plan/source-sql.ts';
import type { BucketSize } from '../questions/buckets.ts';
import { Binder, type Question, question } from '../questions/question.ts';
import { everything, type Scope } from '../questions/scope.ts';
import type { Filter } from '../questions/selection.ts';
import { oneOf, selectionOf } from './denials.ts';
import { toolSql } from './series-sql.ts';

interface CallsRequest<Row extends z.ZodType> {
  readonly key: string;
  readonly envIds: readonly string[];
  readonly range: TimeRange;
  readonly filters?: readonly Filter[];
  /** Default: everything. */
  readonly scope?: Scope;
  /** Of decisions, as rollups have them. */
  readonly columns: readonly string[];
  readonly grains?: readonly BucketSize[];
  /** Of rows with `env_id`, the columns, `at`, `counted`, `first_at` and `last_at`. */
  readonly compose: (source: string, binder: Binder) => Question<Row>;
}

/** Decisions of whatever verdict, from the smallest rollups that have what is asked. Throws `STORE_*`. */
export function readCalls<Row extends z.ZodType>(
  client: StoreClient,
  { key, envIds, range, filters = [], scope = everything, columns, grains = [], compose }: CallsRequest<Row>,
  options: StatementOptions = {},
): Promise<z.output<Row>[]> {
  const selection = selectionOf(envIds, range, filters, scope);
  const ranges = [{ range, columns, grains: grains.map((size) => ({ size, shiftMs: 0 })) }];
  const planned = { key: JSON.stringify([key, selection]), selection, timeZone: 'UTC', ranges };
  return answerPlanned(client, planned, { isAnew: true, ...options }, ({ plans, selection: rest }) => {
    const binder = new Binder();
    const own = (instant: string) => ['env_id', `${instant} AS at`, ...columns];
    const source = sourceSql({ plan: plans[0] as Plan, selection: rest, columns: own, hasTimes: true }, binder);
    return compose(source, binder);
  });
}

/** When something was seen first and last, milliseconds since the epoch. */
export interface Seen {
  readonly firstMs: number;
  readonly lastMs: number;
}

const seenRow = z.object({ env_id: z.string(), key: z.string(), first_ms: z.number(), last_ms: z.number() });

const kindsSeen = { agent: 'agent_key', human: 'human_key', reason: 'reason_code' } as const;

const timesSql = `toUnixTimestamp64Milli(min(first_at)) AS first_ms, toUnixTimestamp64Milli(max(last_at)) AS last_ms`;

/** By environment, kind and key as JSON, see `seenKey`. */
export type SeenSeries = ReadonlyMap<string, Seen>;

export function seenKey(envId: string, kind: WatchedKind, key: string): string {
  return JSON.stringify([envId, kind, key]);
}

/** Joins what was seen of the same thing in several rows. */
function see(
  seen: Map<string, Seen>,
  name: string,
  { first_ms, last_ms }: { first_ms: number; last_ms: number },
): void {
  const known = seen.get(name);
  seen.set(name, {
    firstMs: Math.min(first_ms, known?.firstMs ?? first_ms),
    lastMs: Math.max(last_ms, known?.lastMs ?? last_ms),
  });
}

const toolSeenRow = seenRow.omit({ key: true }).extend({ server: z.string(), tool: z.string() });

/** Servers with their tools: what is known of each tool tells of its server. */
function readSeenTools(
  client: StoreClient,
  request: Pick<CallsRequest<typeof toolSeenRow>, 'envIds' | 'range' | 'scope'>,
  options: StatementOptions,
) {
  return readCalls(
    client,
    {
      ...{ ...request, key: 'seen tools', columns: ['server', 'tool'] },
      compose: (source, binder) => {
        const sql = `SELECT toString(env_id) AS env_id, server, tool, ${timesSql} FROM ${source} GROUP BY env_id, server, tool`;
        return question('detection.seen.tool', sql, binder, toolSeenRow);
      },
    },
    options,
  );
}

/** When each agent, human, tool, server and reason was seen first and last in a range. Throws `STORE_*`. */
export async function readSeen(
  client: StoreClient,
  envIds: readonly string[],
  range: TimeRange,
  options: StatementOptions = {},
  scope: Scope = everything,
): Promise<SeenSeries> {
  const seen = new Map<string, Seen>();
  const request = { envIds, range, scope };
  for (const [kind, column] of Object.entries(kindsSeen)) {
    const rows = await readCalls(
      client,
      {
        ...{ ...request, key: `seen ${kind}`, columns: [column] },
        compose: (source, binder) => {
          const sql = `SELECT toString(env_id) AS env_id, toString(${column}) AS key, ${timesSql} FROM ${source} GROUP BY env_id, key HAVING key != ''`;
          return question(`detection.seen.${kind}`, sql, binder, seenRow);
        },
      },
      options,
    );
    for (const row of rows) see(seen, seenKey(row.env_id, kind as WatchedKind, row.key), row);
  }
  for (const row of await readSeenTools(client, request, options)) {
    const { env_id, server, tool } = row;
    if (server !== '') see(seen, seenKey(env_id, 'server', server), row);
    if (tool !== '') see(seen, seenKey(env_id, 'tool', `${server}:${tool}`), row);
  }
  return seen;
}

const pastRow = seenRow.extend({ active_days: z.number() });
/** What is known of an agent's past. */
export interface PastOfAgent extends Seen {
  readonly activeDays: number;
}

/** On how many days agents called in a range, by `seenKey`. Throws `STORE_*`. */
export async function readPastOfAgents(
  client: StoreClient,
  { envIds, agents, range }: { envIds: readonly string[]; agents: readonly string[]; range: TimeRange },
  options: StatementOptions = {},
): Promise<Map<string, PastOfAgent>> {
  if (agents.length === 0) return new Map();
  const rows = await readCalls(
    client,
    {
      key: 'past of agents',
      envIds,
      range,
      filters: [oneOf('agent_key', agents)],
      columns: ['agent_key'],
      grains: ['day'],
      compose: (source, binder) => {
        const sql = `SELECT toString(env_id) AS env_id, toString(agent_key) AS key, ${timesSql}, uniqExact(toDate(at)) AS active_days
FROM ${source} GROUP BY env_id, agent_key`;
        return question('detection.past_of_agents', sql, binder, pastRow);
      },
    },
    options,
  );
  return new Map(
    rows.map(({ env_id, key, first_ms, last_ms, active_days }) => [
      seenKey(env_id, 'agent', key),
      { firstMs: first_ms, lastMs: last_ms, activeDays: active_days },
    ]),
  );
}

const pairRow = z.object({
  env_id: z.string(),
  agent: z.string(),
  server: z.string(),
  calls: z.number(),
  denials: z.number(),
  first_ms: z.number(),
});
export type PastOfPair = z.infer<typeof pairRow>;

/** Calls of agents by server in a range. Throws `STORE_*`. */
export function readPastOfPairs(
  client: StoreClient,
  { envIds, agents, range }: { envIds: readonly string[]; agents: readonly string[]; range: TimeRange },
  options: StatementOptions = {},
): Promise<PastOfPair[]> {
  return readCalls(
    client,
    {
      key: 'past of pairs',
      envIds,
      range,
      filters: [oneOf('agent_key', agents)],
      columns: ['agent_key', 'server', 'decision'],
      compose: (source, binder) => {
        const sql = `SELECT toString(env_id) AS env_id, toString(agent_key) AS agent, toString(server) AS server,
  sum(counted) AS calls, sumIf(counted, decision = 'deny') AS denials, toUnixTimestamp64Milli(min(first_at)) AS first_ms
FROM ${source} GROUP BY env_id, agent_key, server`;
        return question('detection.past_of_pairs', sql, binder, pairRow);
      },
    },
    options,
  );
}

const toolsRow = z.object({ env_id: z.string(), agent: z.string(), tools: z.array(z.string()) });

/** `server:tool` that agents were allowed in a range, by `seenKey` of the agent. Throws `STORE_*`. */
export async function readAllowedTools(
  client: StoreClient,
  { envIds, agents, range }: { envIds: readonly string[]; agents: readonly string[]; range: TimeRange },
  options: StatementOptions = {},
): Promise<Map<string, Set<string>>> {
  if (agents.length === 0) return new Map();
  const rows = await readCalls(
    client,
    {
      key: 'allowed tools',
      envIds,
      range,
      filters: [oneOf('agent_key', agents), oneOf('decision', ['allow'])],
      columns: ['agent_key', 'server', 'tool'],
      compose: (source, binder) => {
        const sql = `SELECT toString(env_id) AS env_id, toString(agent_key) AS agent, groupUniqArray(${toolSql}) AS tools
FROM ${source} GROUP BY env_id, agent_key`;
        return question('detection.allowed_tools', sql, binder, toolsRow);
      },
    },
    options,
  );
  return new Map(rows.map(({ env_id, agent, tools }) => [seenKey(env_id, 'agent', agent), new Set(tools)]));
}
