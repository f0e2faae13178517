import { grantRecordKey, topics } from '@custody/decision';
import { type NewRecord, openLmdbLog } from '@custody/log';
import { openDataDirectory, systemClock } from '@custody/runtime';
import { ServiceProcess } from '../supervisor/service-process.ts';
import { decisionRows, inEnvironment } from './attributed.ts';
import { type Bench, type BenchOptions, type Figures, quarterOf } from './bench.ts';
import { decisionRecord, entryBytes, firstDecisions } from './data.ts';
import { cost, duration, growth, rate } from './figures.ts';
import { medians, timed, verify } from './measure.ts';
import { memoryFigure, peakMemoryBytes } from './memory.ts';
import { writeInBatches } from './store.ts';
import { rowsIn } from './stored-rows.ts';
import { temporaryDirectory } from './temporary-directory.ts';
import { openTemporaryStore, type TemporaryStore } from './temporary-store.ts';
import { grantRecords } from './world.ts';

const source = 'simulator';
const rowsPerAppend = 1_000;
/** The resolution of the measured time. */
const lookAgainMs = 20;
const giveUpMs = 300_000;

/** A data directory whose log holds grants and decisions, as a poller leaves them. */
async function fillLog(path: string, rows: number, seed: number, envId: string): Promise<void> {
  const log = await openLmdbLog({ directory: openDataDirectory(path, source, systemClock.now()).logPath });
  try {
    await log.ensureTopics(Object.values(topics));
    const grants: NewRecord[] = grantRecords(envId, seed).map((record) => ({
      key: grantRecordKey(record),
      value: Buffer.from(JSON.stringify(record), 'utf8'),
    }));
    await log.append(topics.grants.name, grants);
    const decisions = firstDecisions(rows, seed);
    for (let at = 0; at < rows; at += rowsPerAppend) {
      const some = decisions.slice(at, at + rowsPerAppend);
      const records = some.map((decision) => decisionRecord(decision, entryBytes(decision, seed), envId));
      await log.append(topics.decisions.name, records);
    }
  } finally {
    await log.close();
  }
}

/** Resolves when so many rows of the environment are there. */
async function untilStored(store: TemporaryStore, envId: string, rows: number, hasEnded: () => boolean): Promise<void> {
  const deadline = performance.now() + giveUpMs;
  while ((await rowsIn(store.client, 'custody_internal.decisions', envId)) < rows) {
    verify(!hasEnded() && performance.now() < deadline, `The consumer did not store ${rows} rows.`);
    await systemClock.sleep(lookAgainMs);
  }
}

interface Consumed {
  readonly startMs: number;
  readonly consumeMs: number;
  readonly memoryBytes: number | null;
}

/** Runs the consumer, as `custody consume` does, on a filled log until all of it is stored. */
async function consumeAll(store: TemporaryStore, rows: number, seed: number, envId: string): Promise<Consumed> {
  using directory = temporaryDirectory();
  await fillLog(directory.path, rows, seed, envId);
  const variables = {
    CUSTODY_DATA_DIR: directory.path,
    CUSTODY_SOURCE_KIND: source,
    CLICKHOUSE_URL: store.url,
    CLICKHOUSE_USER: store.user,
    CLICKHOUSE_PASSWORD: store.password,
    LOG_LEVEL: 'error',
  };
  const said: string[] = [];
  const consumer = new ServiceProcess({ command: 'consume', label: 'consumer', variables }, (line) => said.push(line));
  let hasEnded = false;
  void consumer.exited.then(() => (hasEnded = true));
  try {
    const startMs = await timed(() => Promise.race([consumer.ready, consumer.exited]));
    verify(!hasEnded, `The consumer did not start: ${said.join(' ').slice(0, 500)}`);
    const consumeMs = await timed(() => untilStored(store, envId, rows, () => hasEnded));
    const stored = await rowsIn(store.client, 'custody.decisions', envId);
    verify(stored === rows, `The consumer stored ${stored} of ${rows} decisions.`);
    return { startMs, consumeMs, memoryBytes: peakMemoryBytes(consumer.pid ?? 0) };
  } finally {
    await consumer.stop();
  }
}

async function run(options: BenchOptions): Promise<Figures> {
  const { rows, seed } = options;
  await using store = await openTemporaryStore();
  const ready = decisionRows(rows, seed, 'bench');
  const small = quarterOf(rows);
  const ms = await medians(options, { what: `${rows} records`, warmUp: false }, async (round) => {
    const quarter = await consumeAll(store, small, seed, `quarter-${round}`);
    const whole = await consumeAll(store, rows, seed, `whole-${round}`);
    const own = inEnvironment(ready, `write-only-${round}`);
    const writeOnly = await timed(() => writeInBatches(store.client, own));
    return {
      ...{ start: whole.startMs, quarter: quarter.consumeMs, whole: whole.consumeMs, writeOnly },
      ...{ memory: whole.memoryBytes ?? 0, memoryOfQuarter: quarter.memoryBytes ?? 0 },
    };
  });
  const writeOnly = rate(rows, ms.writeOnly, 'rows');
  const memoryGrowth = cost(ms.memory / ms.memoryOfQuarter, 'times as much');
  return {
    consume: rate(rows, ms.whole, 'rows', { write_only: writeOnly }),
    write_only: writeOnly,
    start: duration(ms.start),
    growth_x4_rows: growth(ms.whole, ms.quarter),
    ...(ms.memory > 0 ? { memory_growth_x4_rows: memoryGrowth } : {}),
    ...memoryFigure('consumer_rss_peak', ms.memory || null),
    ...memoryFigure('engine_rss_peak', peakMemoryBytes(store.pid)),
  };
}

export const consume: Bench = {
  name: 'consume',
  description: 'the whole consumer, from the log to stored rows with their humans; baseline: storing alone',
  defaults: { rows: 20_000, runs: 3 },
  run,
};
