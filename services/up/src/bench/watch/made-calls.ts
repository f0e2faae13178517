import { randomUUID } from 'node:crypto';
import { dayMs, formatTimestamp, hourMs } from '@custody/decision';
import { buildHours, buildSpans, nameSums, readStoreClock, type StoreClient } from '@custody/store';

const envId = 'bench';
const fillSettings = {
  max_partitions_per_insert_block: '0',
  // No row comes twice: looking for that takes longer than making them.
  optimize_on_insert: 0,
  max_insert_threads: '2',
} as const;

export interface MadeCalls {
  /** Expressions of `number`: when, which agent by its number, and `allow` or `deny`. */
  readonly instant: string;
  readonly agent: string;
  readonly decision: string;
  readonly rows: number;
  /** The first `number`. Default 0. */
  readonly first?: number;
  /** What the expressions are bound to beside those of the world. */
  readonly params?: Readonly<Record<string, unknown>>;
}

/** Of how many the calls are; numbers are given to servers and humans in turn. */
export interface MadeWorld {
  readonly seed: number;
  readonly agents: number;
  readonly humans: number;
  readonly servers: number;
  readonly tools: number;
}

/** Has the engine make decisions of agents that have three tools each. Expressions may name the world: `{agents:UInt32}`. */
export async function makeCalls(
  client: StoreClient,
  world: MadeWorld,
  { instant, agent, decision, rows, first = 0, params }: MadeCalls,
  signal: AbortSignal,
): Promise<void> {
  const sql = `INSERT INTO custody_internal.decisions (env_id, env_name, occurred_at, decision_id, agent_key, human_key, attribution,
  server, resource, tool, decision, reason_code, grants_position, ingested_at)
SELECT '${envId}', 'bench', fromUnixTimestamp64Milli(toInt64(${instant}), 'UTC') AS at, generateUUIDv4(), concat('agent|', toString(agent)),
  concat('human|', toString(agent % {humans:UInt32})), 'exact', concat('server-', toString(tool % {servers:UInt32})) AS server_name,
  server_name, concat('tool-', toString(tool)), ${decision} AS verdict, if(verdict = 'deny', 'no_permission', ''), 1, at
FROM (SELECT number, ${agent} AS agent, (agent * 7 + cityHash64(number, {seed:UInt32}, 'tool') % 3) % {tools:UInt32} AS tool
  FROM numbers({first:UInt64}, {rows:UInt64}))`;
  const options = { settings: fillSettings, timeoutMs: 600_000, signal };
  await client.command('bench.made_calls', sql, { ...world, ...params, rows, first }, options);
}

/** The start of each working day of a range. */
export function workDays(fromMs: number, toMs: number): number[] {
  const days: number[] = [];
  for (let day = fromMs; day < toMs; day += dayMs) if (new Date(day).getUTCDay() % 6 !== 0) days.push(day);
  return days;
}

export interface SumsOf {
  /** Begins a day. */
  readonly fromMs: number;
  /** Ends an hour. */
  readonly toMs: number;
  readonly signal: AbortSignal;
  /** Is told of each day. */
  readonly onDay: (day: string) => void;
}

/** Sums up hours, a day at a time, and days that are over, as in a running store. */
export async function sumUp(client: StoreClient, { fromMs, toMs, signal, onDay }: SumsOf): Promise<void> {
  for (let dayStartMs = fromMs; dayStartMs < toMs; dayStartMs += dayMs) {
    signal.throwIfAborted();
    onDay(formatTimestamp(dayStartMs).slice(0, 10));
    const count = Math.min(dayMs, toMs - dayStartMs) / hourMs;
    const hours = Array.from({ length: count }, (_, n) => dayStartMs + n * hourMs);
    const asOfUs = await readStoreClock(client);
    const builds = await buildHours(client, { envId, hours, attempt: randomUUID() });
    const sums = builds.map(({ hourStartMs, build }) => ({ startMs: hourStartMs, build }));
    await nameSums(client, { envId, span: 'hour', asOfUs, sums });
    if (dayStartMs + dayMs <= toMs) await sumUpDay(client, dayStartMs);
  }
}

async function sumUpDay(client: StoreClient, startMs: number): Promise<void> {
  const asOfUs = await readStoreClock(client);
  const day = { envId, span: 'day', starts: [startMs], attempt: randomUUID(), by: 'sums' } as const;
  await nameSums(client, { envId, span: 'day', asOfUs, sums: await buildSpans(client, day) });
}
