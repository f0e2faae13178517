import { type GrantRecord, grantRecordKey, topics } from '@custody/decision';
import { type Log, type NewRecord, openLmdbLog } from '@custody/log';
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
/** The group whose commits say which decisions are stored. */
const consumerGroup = 'custody.consumer';
const rowsPerAppend = 1_000;
/** The resolution of the measured time. */
const lookAgainMs = 10;
const giveUpMs = 300_000;

/** What a poller has left in the log. */
interface Backlog {
  readonly envId: string;
  readonly grants: readonly GrantRecord[];
  readonly decisions: readonly NewRecord[];
}

/** The first `rows` decisions of an environment, with its grants. */
type BacklogOf = (rows: number, envId: string) => Backlog;

function backlogs(rows: number, seed: number): BacklogOf {
  const made = firstDecisions(rows, seed).map((decision) => ({ decision, bytes: entryBytes(decision, seed) }));
  return (count, envId) => ({
    envId,
    grants: grantRecords(envId, seed),
    decisions: made.slice(0, count).map(({ decision, bytes }) => decisionRecord(decision, bytes, envId)),
  });
}

/** Puts the backlog into a new log. */
async function fill(log: Log, { grants, decisions }: Backlog): Promise<void> {
  await log.ensureTopics(Object.values(topics));
  const grantValues: NewRecord[] = grants.map((record) => ({
    key: grantRecordKey(record),
    value: Buffer.from(JSON.stringify(record), 'utf8'),
  }));
  await log.append(topics.grants.name, grantValues);
  for (let at = 0; at < decisions.length; at += rowsPerAppend) {
    await log.append(topics.decisions.name, decisions.slice(at, at + rowsPerAppend));
  }
}

/**
 * Resolves when the consumer has committed everything, which it does after it stored it. Watched through the log,
 * since asking the store many times a second would slow down what is measured (by a third of a core).
 */
async function untilCommitted(log: Log, hasEnded: () => boolean): Promise<void> {
  const deadline = performance.now() + giveUpMs;
  for (;;) {
    const lags = await log.lag(consumerGroup, topics.decisions.name);
    const waiting = lags.reduce((sum, { committedOffset, endOffset }) => sum + endOffset - committedOffset, 0);
    if (waiting === 0) return;
    verify(!hasEnded() && performance.now() < deadline, `The consumer left ${waiting} decisions in the log.`);
    await systemClock.sleep(lookAgainMs);
  }
}

interface Consumed {
  readonly startMs: number;
  readonly consumeMs: number;
  readonly memoryBytes: number | null;
}

/** Runs the consumer, as `custody consume` does, on a filled log until all of it is stored. */
async function consumeAll(store: TemporaryStore, backlog: Backlog): Promise<Consumed> {
  using directory = temporaryDirectory();
  const { logPath } = openDataDirectory(directory.path, source, systemClock.now());
  const log = await openLmdbLog({ directory: logPath });
  await using opened = new AsyncDisposableStack();
  opened.defer(() => log.close());
  await fill(log, backlog);
  const { envId } = backlog;
  const rows = backlog.decisions.length;
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
  opened.defer(() => consumer.stop());
  const startMs = await timed(() => Promise.race([consumer.ready, consumer.exited]));
  verify(!hasEnded, `The consumer did not start: ${said.join(' ').slice(0, 500)}`);
  const consumeMs = await timed(() => untilCommitted(log, () => hasEnded));
  const stored = await rowsIn(store.client, envId);
  verify(stored === rows, `The consumer stored ${stored} of ${rows} decisions.`);
  return { startMs, consumeMs, memoryBytes: peakMemoryBytes(consumer.pid ?? 0) };
}

async function run(options: BenchOptions): Promise<Figures> {
  const { rows, seed } = options;
  await using store = await openTemporaryStore();
  const ready = decisionRows(rows, seed, 'bench');
  const backlogOf = backlogs(rows, seed);
  const small = quarterOf(rows);
  const ms = await medians(options, { what: `${rows} records`, warmUp: false }, async (round) => {
    const quarter = await consumeAll(store, backlogOf(small, `quarter-${round}`));
    const whole = await consumeAll(store, backlogOf(rows, `whole-${round}`));
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
  defaults: { rows: 12_000, runs: 3 },
  run,
};
