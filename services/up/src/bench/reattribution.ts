import { randomUUID } from 'node:crypto';
import { formatTimestamp, type GrantRecord, grantRecordKey, hourMs, topics } from '@custody/decision';
import { type Log, openLmdbLog } from '@custody/log';
import { openDataDirectory, systemClock } from '@custody/runtime';
import { defineQuery, runQuery, type StoreClient } from '@custody/store';
import { z } from 'zod';
import { ServiceProcess } from '../supervisor/service-process.ts';
import type { Bench, BenchOptions, Figures } from './bench.ts';
import { cost, duration, rate } from './figures.ts';
import { medians, quantile, timed, verify } from './measure.ts';
import { memoryFigure, peakMemoryBytes } from './memory.ts';
import { temporaryDirectory } from './temporary-directory.ts';
import { openTemporaryStore, type TemporaryStore } from './temporary-store.ts';
import { yearEndMs, yearStartMs } from './world.ts';

const [source, envId, agent, human] = ['simulator', 'bench', 'agent|late', 'human|late'] as const;
const lookAgainMs = 20;
const probeEveryMs = 250;
const giveUpMs = 3_600_000;
/** How long decisions are watched without a job: some of them at least, twenty at the usual size. */
const mostIdleMs = 5_000;

/** A year of one agent's calls that nobody is known to be behind, made inside the engine. */
async function fill(client: StoreClient, rows: number): Promise<void> {
  const chunk = 1_000_000;
  for (let from = 0; from < rows; from += chunk) {
    const sql = `INSERT INTO custody_internal.decisions (env_id, env_name, occurred_at, decision_id, tenant, agent_key,
  agent_name, attribution, server, resource, tool, decision, grants_position, ingested_at)
SELECT 'bench', 'bench', fromUnixTimestamp64Milli(toInt64({start:Int64} + number * {step:Float64}), 'UTC') AS at,
  generateUUIDv4(), 'default', {agent:String}, 'Late', 'unknown', concat('server-', toString(cityHash64(number) % 12)) AS s,
  concat(s, ':', s), concat('tool-', toString(cityHash64(number, 1) % 20)),
  if(cityHash64(number, 2) % 100 < 8, 'deny', 'allow'), 4, at + INTERVAL 1 MINUTE
FROM numbers({from:UInt64}, {count:UInt64})`;
    const step = (yearEndMs - yearStartMs) / rows;
    const count = Math.min(chunk, rows - from);
    await client.command('bench.fill', sql, { start: yearStartMs, step, agent, from, count }, { timeoutMs: giveUpMs });
  }
}

function listings(atMs: number): GrantRecord[] {
  const times = { first_completed_at: formatTimestamp(yearStartMs), completed_at: formatTimestamp(atMs) };
  return (['consent', 'ceiling', 'tool_level', 'identity'] as const).map((of) => ({
    ...{ kind: 'listing' as const, env_id: envId, of },
    ...times,
  }));
}

function lateConsent(): GrantRecord {
  const held = { valid_from: formatTimestamp(yearStartMs - hourMs), first_missing: null };
  const seen = { first_seen: formatTimestamp(yearEndMs), last_seen: formatTimestamp(yearEndMs) };
  const who = { agent_key: agent, human_key: human, server: 'server-1', level: 'high' as const };
  return { kind: 'consent', grant_id: 'late', env_id: envId, ...held, ...seen, ...who };
}

async function learn(log: Log, records: readonly GrantRecord[]): Promise<void> {
  const values = records.map((record) => ({ key: grantRecordKey(record), value: Buffer.from(JSON.stringify(record)) }));
  await log.append(topics.grants.name, values);
}

const progress = defineQuery({
  name: 'bench.progress',
  sql: 'SELECT max(position) AS position FROM custody_internal.reattribution_progress',
  params: z.object({}),
  row: z.object({ position: z.number() }),
});

async function untilWorkedOff(client: StoreClient, position: number, signal: AbortSignal): Promise<void> {
  const deadline = performance.now() + giveUpMs;
  for (;;) {
    const [done] = await runQuery(client, progress, {});
    if ((done?.position ?? 0) >= position) return;
    signal.throwIfAborted();
    verify(performance.now() < deadline, 'Late knowledge was not worked off.');
    await systemClock.sleep(200);
  }
}

const storedProbe = defineQuery({
  name: 'bench.probe',
  sql: `SELECT count() AS rows FROM custody.decisions
WHERE env_id = 'bench' AND occurred_at >= fromUnixTimestamp64Milli({from_ms:Int64}, 'UTC') AND decision_id = {id:UUID}`,
  params: z.object({ from_ms: z.number(), id: z.uuid() }),
  row: z.object({ rows: z.number() }),
});

/** Appends fresh decisions until told to stop; resolves with how long each took until the public view showed it. */
function probe(log: Log, client: StoreClient): () => Promise<number[]> {
  const waits: number[] = [];
  let isOver = false;
  const probing = (async () => {
    while (!isOver) {
      const id = randomUUID();
      const call = { user_key: 'agent|live', resource_type: 'server-1', action: 'tool-1', decision: true };
      const value = Buffer.from(JSON.stringify({ id, timestamp: formatTimestamp(yearEndMs + hourMs), ...call }));
      const headers = {
        ...{ 'custody-env-id': envId, 'custody-env-name': envId, 'custody-mode': 'live' },
        ...{ 'custody-hour': formatTimestamp(yearEndMs), 'custody-read-at': formatTimestamp(yearEndMs) },
      };
      const wait = await timed(async () => {
        await log.append(topics.decisions.name, [{ key: 'agent|live', value, headers }]);
        for (;;) {
          const [found] = await runQuery(client, storedProbe, { from_ms: yearEndMs, id });
          if (found?.rows === 1) break;
          await systemClock.sleep(lookAgainMs);
        }
      });
      waits.push(wait);
      await systemClock.sleep(probeEveryMs);
    }
  })();
  return async () => {
    isOver = true;
    await probing;
    return waits;
  };
}

const outcome = defineQuery({
  name: 'bench.outcome',
  sql: `SELECT count() AS rows, countIf(human_key = {human:String}) AS named FROM custody.decisions
WHERE env_id = 'bench' AND agent_key = {agent:String}`,
  params: z.object({ human: z.string(), agent: z.string() }),
  row: z.object({ rows: z.number(), named: z.number() }),
});

function startConsumer(store: TemporaryStore, directory: string): ServiceProcess {
  const variables = {
    CUSTODY_DATA_DIR: directory,
    CUSTODY_SOURCE_KIND: source,
    CLICKHOUSE_URL: store.url,
    CLICKHOUSE_USER: store.user,
    CLICKHOUSE_PASSWORD: store.password,
    LOG_LEVEL: 'error',
  };
  return new ServiceProcess({ command: 'consume', label: 'consumer', variables }, () => undefined);
}

async function round({ rows, signal, onProgress }: BenchOptions) {
  await using store = await openTemporaryStore();
  using directory = temporaryDirectory();
  await using opened = new AsyncDisposableStack();
  const { logPath } = openDataDirectory(directory.path, source, systemClock.now());
  const log = await openLmdbLog({ directory: logPath });
  opened.defer(() => log.close());
  await log.ensureTopics(Object.values(topics));
  const { client } = store;
  onProgress(`filling ${rows} rows`);
  await fill(client, rows);
  await learn(log, listings(yearEndMs));
  const consumer = startConsumer(store, directory.path);
  opened.defer(() => consumer.stop());
  onProgress('looking at all of them, of which none differs');
  const examine = await timed(() => untilWorkedOff(client, 4, signal));
  onProgress('probing without a job');
  const stopIdle = probe(log, client);
  await systemClock.sleep(Math.min(mostIdleMs, Math.max(4 * probeEveryMs, rows / 20)));
  const idle = await stopIdle();
  onProgress('attributing all of them anew');
  const stop = probe(log, client);
  const rewrite = await timed(async () => {
    await learn(log, [lateConsent(), ...listings(yearEndMs)]);
    await untilWorkedOff(client, 9, signal);
  });
  const waits = await stop();
  const [found] = await runQuery(client, outcome, { human, agent }, { timeoutMs: giveUpMs });
  verify(found?.rows === rows && found.named === rows, `${found?.named} of ${found?.rows} rows got their human.`);
  return {
    ...{ examine, rewrite, idle: quantile(idle, 0.5), live: quantile(waits, 0.5), liveMost: quantile(waits, 1) },
    ...{ engine: peakMemoryBytes(store.pid) ?? 0, consumer: peakMemoryBytes(consumer.pid ?? 0) ?? 0 },
  };
}

async function run(options: BenchOptions): Promise<Figures> {
  const ms = await medians(options, { what: `${options.rows} rows`, warmUp: false }, () => round(options));
  const examined = rate(options.rows, ms.examine, 'rows');
  const visible = duration(ms.idle);
  return {
    rewrite: rate(options.rows, ms.rewrite, 'rows', { examined }),
    examined,
    whole_job: cost(ms.rewrite / 1_000, 's'),
    live_visible_without_job: visible,
    live_visible_during_job: duration(ms.live, { live_visible_without_job: visible }),
    live_visible_during_job_most: duration(ms.liveMost),
    ...memoryFigure('consumer_rss_peak', ms.consumer || null),
    ...memoryFigure('engine_rss_peak', ms.engine || null),
  };
}

export const reattribution: Bench = {
  name: 'reattribution',
  description: 'one late grant that every stored decision is attributed anew for; baseline: looking at them all',
  defaults: { rows: 1_000_000, runs: 3 },
  run,
};
