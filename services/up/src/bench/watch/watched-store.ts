import { randomUUID } from 'node:crypto';
import { dayMs, formatTimestamp, hourMs, hourOf, minuteMs } from '@custody/decision';
import { buildHours, buildSpans, nameSums, readStoreClock, type StoreClient } from '@custody/store';
import { writeProvenHours } from '../proven-hours.ts';

/** The moment that is judged first, on a Wednesday. */
export const watchedAtMs = Date.UTC(2026, 4, 20, 10, 31);
const envId = 'bench';
const fromMs = Date.UTC(2026, 3, 22);
/** On every working day from an hour before the moment until the last look. */
const workFromMs = 9 * hourMs + 31 * minuteMs;
/** Each agent is denied once in each of so many parts of that, and is allowed something in the first of them. */
const [parts, partMs] = [9, 12 * minuteMs];
/** Of all series so many are agents and humans; the others are tools. */
const shares = { agents: 0.5, humans: 0.4 };
/** Denials of one agent in the three minutes before the moment, which are the only thing that is unusual. */
const burst = 60;
const rowsPerInsert = 2_000_000;
const fillSettings = {
  max_partitions_per_insert_block: '0',
  // No row comes twice: looking for that takes longer than making them.
  optimize_on_insert: 0,
  max_insert_threads: '2',
} as const;

/** The start of each working day, today's last. */
function workDays(): number[] {
  const days: number[] = [];
  for (let day = fromMs; day <= watchedAtMs; day += dayMs) if (new Date(day).getUTCDay() % 6 !== 0) days.push(day);
  return days;
}

/** Decisions of agents drawn from `number`, at the instants that an expression gives. An agent has three tools of its own. */
function insertSql(instant: string, agent: string, decision: string): string {
  return `INSERT INTO custody_internal.decisions (env_id, env_name, occurred_at, decision_id, agent_key, human_key, attribution,
  server, resource, tool, decision, reason_code, grants_position, ingested_at)
SELECT '${envId}', 'bench', ${instant} AS at, generateUUIDv4(), concat('agent|', toString(agent)),
  concat('human|', toString(agent % {humans:UInt32})), 'exact', concat('server-', toString(tool % 12)) AS server_name, server_name,
  concat('tool-', toString(tool)), ${decision} AS verdict, if(verdict = 'deny', 'no_permission', ''), 1, at
FROM (SELECT number, ${agent} AS agent, (agent * 7 + cityHash64(number, {seed:UInt32}, 'tool') % 3) % {tools:UInt32} AS tool
  FROM numbers({first:UInt64}, {rows:UInt64}))`;
}

export interface WatchedSize {
  /** Agents, humans and tools that are denied something in any hour of work, together. */
  readonly series: number;
  readonly seed: number;
}

interface Filling extends WatchedSize {
  readonly signal: AbortSignal;
  readonly onProgress: (text: string) => void;
}

/**
 * Four weeks in which every agent is denied something five times an hour when people work, and the hour of the moment, which
 * is like that too but for a burst of one agent. Hours are summed up as in a running store.
 */
export async function fillWatchedStore(client: StoreClient, filling: Filling): Promise<void> {
  const { series, seed, signal, onProgress } = filling;
  const agents = Math.max(1, Math.round(series * shares.agents));
  const humans = Math.max(1, Math.round(series * shares.humans));
  const sizes = { seed, agents, humans, tools: Math.max(1, series - agents - humans) };
  const long = { settings: fillSettings, timeoutMs: 600_000, signal };
  const days = workDays();
  const perAgent = parts + 1;
  const perDay = agents * perAgent;
  const part = `intDiv(number, {agents:UInt32}) % ${perAgent} % ${parts}`;
  const within = `cityHash64(number, {seed:UInt32}) % ${partMs}`;
  const instant = `fromUnixTimestamp64Milli(toInt64(({days:Array(UInt64)})[intDiv(number, {perDay:UInt64}) + 1] + ${workFromMs} + (${part}) * ${partMs} + ${within}), 'UTC')`;
  const isAllowed = `intDiv(number, {agents:UInt32}) % ${perAgent} = ${parts}`;
  const usual = insertSql(instant, 'number % {agents:UInt32}', `if(${isAllowed}, 'allow', 'deny')`);
  const all = perDay * days.length;
  for (let first = 0; first < all; first += rowsPerInsert) {
    const rows = Math.min(rowsPerInsert, all - first);
    await client.command('bench.watched.usual', usual, { ...sizes, perDay, days, first, rows }, long);
    onProgress(`four weeks of ${series} series: ${first + rows} of ${all} decisions`);
  }
  const burstAt = `fromUnixTimestamp64Milli(toInt64({from:UInt64} + cityHash64(number, {seed:UInt32}) % ${3 * minuteMs}), 'UTC')`;
  const ofOne = { ...sizes, from: watchedAtMs - 3 * minuteMs, first: 0, rows: burst };
  await client.command('bench.watched.burst', insertSql(burstAt, 'toUInt64(0)', `'deny'`), ofOne, long);
  await sumUp(client, filling);
  const proven = { envId, fromMs, toMs: hourOf(watchedAtMs), listed: 0, updatedAtMs: fromMs };
  await writeProvenHours(client, proven);
}

/** All hours but the last three, a day at a time, and days that are over. */
async function sumUp(client: StoreClient, { series, signal, onProgress }: Filling): Promise<void> {
  const untilMs = hourOf(watchedAtMs) - 2 * hourMs;
  for (let dayStartMs = fromMs; dayStartMs < untilMs; dayStartMs += dayMs) {
    signal.throwIfAborted();
    onProgress(`four weeks of ${series} series: summing up ${formatTimestamp(dayStartMs).slice(0, 10)}`);
    const count = Math.min(dayMs, untilMs - dayStartMs) / hourMs;
    const hours = Array.from({ length: count }, (_, n) => dayStartMs + n * hourMs);
    const asOfUs = await readStoreClock(client);
    const builds = await buildHours(client, { envId, hours, attempt: randomUUID() });
    const sums = builds.map(({ hourStartMs, build }) => ({ startMs: hourStartMs, build }));
    await nameSums(client, { envId, span: 'hour', asOfUs, sums });
    if (dayStartMs + dayMs <= untilMs) await sumUpDay(client, dayStartMs);
  }
}

async function sumUpDay(client: StoreClient, startMs: number): Promise<void> {
  const asOfUs = await readStoreClock(client);
  const day = { envId, span: 'day', starts: [startMs], attempt: randomUUID(), by: 'sums' } as const;
  await nameSums(client, { envId, span: 'day', asOfUs, sums: await buildSpans(client, day) });
}
