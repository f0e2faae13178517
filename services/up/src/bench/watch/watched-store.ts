import { randomUUID } from 'node:crypto';
import { dayMs, formatTimestamp, hourMs, minuteMs } from '@custody/decision';
import { buildHours, nameSums, readStoreClock, type StoreClient, writeWindows } from '@custody/store';

/** The moment that is judged. */
export const watchedAtMs = Date.UTC(2026, 4, 20, 10, 31);
export const watchedEnvId = 'bench';
const fromMs = Date.UTC(2026, 3, 22);
const perSeries = 50;
/** In any hour from the one before the moment on. */
const deniedAnHour = 7;
/** After the moment. */
const watchedMs = 45 * minuteMs;

/** Of all series so many are agents and humans; the others are tools. */
const shares = { agents: 0.6, humans: 0.3 };

/** Decisions of agents drawn from `number`, at the instants that an expression gives; a human has two agents. */
function insertSql(instant: string, agent: string, decision: string): string {
  return `INSERT INTO custody_internal.decisions (env_id, env_name, occurred_at, decision_id, agent_key, human_key, attribution,
  server, resource, tool, decision, reason_code, grants_position, ingested_at)
SELECT '${watchedEnvId}', 'bench', ${instant} AS at, generateUUIDv4(), concat('agent|', toString(agent)),
  concat('human|', toString(agent % {humans:UInt32})), 'exact', concat('server-', toString(tool % 12)) AS server_name, server_name,
  concat('tool-', toString(tool)), ${decision} AS verdict, if(verdict = 'deny', 'no_permission', ''), 1, at
FROM (SELECT number, ${agent} AS agent, cityHash64(number, {seed:UInt32}, 'tool') % {tools:UInt32} AS tool FROM numbers({rows:UInt64}))`;
}

export interface WatchedSize {
  /** Agents, humans and tools that are denied something in the last hour, together. */
  readonly series: number;
  readonly seed: number;
}

/** Four weeks of decisions, and then every agent is denied seven times an hour; hours are summed up as in a running store. */
export async function fillWatchedStore(client: StoreClient, { series, seed }: WatchedSize): Promise<void> {
  const agents = Math.max(1, Math.round(series * shares.agents));
  const humans = Math.max(1, Math.round(series * shares.humans));
  const tools = Math.max(1, series - agents - humans);
  const sizes = { seed, humans, tools, agents };
  const long = { settings: { max_partitions_per_insert_block: '0' }, timeoutMs: 600_000 };
  const spread = `fromUnixTimestamp64Milli(toInt64({from:UInt64} + cityHash64(number, {seed:UInt32}) % {length:UInt64}), 'UTC')`;
  const usual = insertSql(
    spread,
    'cityHash64(number, {seed:UInt32}, 1) % {agents:UInt32}',
    `if(number % 2 = 0, 'deny', 'allow')`,
  );
  const past = { from: fromMs, length: watchedAtMs - hourMs - fromMs, rows: series * perSeries };
  await client.command('bench.watched.past', usual, { ...sizes, ...past }, long);
  const length = hourMs + watchedMs;
  const last = { from: watchedAtMs - hourMs, length, rows: Math.round((agents * deniedAnHour * length) / hourMs) };
  await client.command(
    'bench.watched.last',
    insertSql(spread, 'number % {agents:UInt32}', `'deny'`),
    { ...sizes, ...last },
    long,
  );
  await sumUp(client);
  const hour = formatTimestamp(fromMs);
  const windows = [{ from: hour, to: formatTimestamp(fromMs + hourMs), state: 'closed', proof: 'count' }] as const;
  const plain = { listed: 0, counted: 0, deleted_at_source: 0, read_at: null, reason: '' };
  await writeWindows(client, [
    {
      env_id: watchedEnvId,
      env_name: 'bench',
      hour,
      windows: windows.map((one) => ({ ...one, ...plain })),
      updated_at: hour,
    },
  ]);
}

/** All hours but the last three, a day at a time. */
async function sumUp(client: StoreClient): Promise<void> {
  const untilMs = Math.floor(watchedAtMs / hourMs) * hourMs - 2 * hourMs;
  for (let dayStartMs = fromMs; dayStartMs < untilMs; dayStartMs += dayMs) {
    const count = Math.min(dayMs, untilMs - dayStartMs) / hourMs;
    const hours = Array.from({ length: count }, (_, n) => dayStartMs + n * hourMs);
    const asOfUs = await readStoreClock(client);
    const builds = await buildHours(client, { envId: watchedEnvId, hours, attempt: randomUUID() });
    const sums = builds.map(({ hourStartMs, build }) => ({ startMs: hourStartMs, build }));
    await nameSums(client, { envId: watchedEnvId, span: 'hour', asOfUs, sums });
  }
}
