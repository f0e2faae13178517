import { BacklogMaker, fill, type Workload } from './backlog.ts';
import { type Bench, type BenchOptions, type Figures, quarterOf } from './bench.ts';
import {
  type ConsumerLog,
  embeddedConsumerLog,
  kafkaConsumerLog,
  newEnvironment,
  startBenchConsumer,
  untilCommitted,
} from './consumer-run.ts';
import { visibility } from './consumer-visibility.ts';
import { cost, duration, growth, rate } from './figures.ts';
import { medians, timed, verify } from './measure.ts';
import { memoryFigure, peakMemoryBytes } from './memory.ts';
import { rawInserts, sendRaw } from './raw-inserts.ts';
import { rowsIn } from './stored-rows.ts';
import { openTemporaryStore, type TemporaryStore } from './temporary-store.ts';

/** More than the consumer takes at once, since each statement has its price: the engine at its best. */
const rowsPerBatch = 20_000;

const kept: Workload = { name: 'kept', isLong: true, keepEntries: true, isScattered: false };
const short: Workload = { name: 'short', isLong: false, keepEntries: false, isScattered: false };
const workloads: readonly Workload[] = [
  kept,
  { ...kept, name: 'kept_scattered', isScattered: true },
  short,
  { ...short, name: 'short_scattered', isScattered: true },
];

type OpenLog = () => Promise<ConsumerLog>;

/** Runs the consumer on the first `rows` of a workload until all of them are stored. */
async function consumeAll(store: TemporaryStore, openLog: OpenLog, maker: BacklogMaker, rows: number) {
  const backlog = maker.backlog(rows, newEnvironment('backlog'));
  await using opened = await openLog();
  await fill(opened.log, backlog);
  await using consumer = await startBenchConsumer(store, opened, backlog);
  const consumeMs = await timed(() => untilCommitted(opened.log, consumer.hasEnded));
  const stored = await rowsIn(store.client, backlog.envId);
  verify(stored === rows, `The consumer stored ${stored} of ${rows} decisions.`);
  return { startMs: consumer.startMs, consumeMs, memoryBytes: peakMemoryBytes(consumer.pid) };
}

/** The engine alone: the same bytes into the same tables, past the client. */
async function engineAlone(store: TemporaryStore, maker: BacklogMaker, keepEntries: boolean): Promise<number> {
  const inserts = await rawInserts(store.client, maker.rows(newEnvironment('engine')), { rowsPerBatch, keepEntries });
  return timed(() => sendRaw(store, inserts));
}

async function measure(store: TemporaryStore, workload: Workload, options: BenchOptions): Promise<Figures> {
  const { rows } = options;
  // Of its own: one id with two times is what the consumer refuses.
  const maker = new BacklogMaker(workload, rows, options.seed + workloads.indexOf(workload));
  const ms = await medians(options, { what: `${workload.name}, ${rows} records`, warmUp: false }, async () => {
    const quarter = await consumeAll(store, embeddedConsumerLog, maker, quarterOf(rows));
    const whole = await consumeAll(store, embeddedConsumerLog, maker, rows);
    const alone = await engineAlone(store, maker, workload.keepEntries);
    return {
      ...{ start: whole.startMs, quarter: quarter.consumeMs, whole: whole.consumeMs, alone },
      ...{ memory: whole.memoryBytes ?? 0, memoryOfQuarter: quarter.memoryBytes ?? 0 },
    };
  });
  const { name } = workload;
  const engine = rate(rows, ms.alone, 'rows');
  const memoryGrowth = cost(ms.memory / ms.memoryOfQuarter, 'times as much');
  return {
    [name]: rate(rows, ms.whole, 'rows', { [`${name}_engine_alone`]: engine }),
    [`${name}_engine_alone`]: engine,
    [`${name}_start`]: duration(ms.start),
    [`${name}_growth_x4_rows`]: growth(ms.whole, ms.quarter),
    ...(ms.memory > 0 ? { [`${name}_memory_growth_x4_rows`]: memoryGrowth } : {}),
    ...memoryFigure(`${name}_rss_peak`, ms.memory || null),
  };
}

async function measureKafka(store: TemporaryStore, options: BenchOptions): Promise<Figures> {
  const { KAFKA_BROKERS: brokers } = options.log;
  if (brokers === undefined) return {};
  const openLog = () => kafkaConsumerLog(options.log, { KAFKA_BROKERS: brokers.join(',') });
  const maker = new BacklogMaker(kept, options.rows, options.seed);
  const ms = await medians(options, { what: `Kafka, ${options.rows} records`, warmUp: false }, async () => {
    const whole = await consumeAll(store, openLog, maker, options.rows);
    return { whole: whole.consumeMs, memory: whole.memoryBytes ?? 0 };
  });
  return {
    kafka_kept: rate(options.rows, ms.whole, 'rows'),
    ...memoryFigure('kafka_kept_rss_peak', ms.memory || null),
  };
}

async function run(options: BenchOptions): Promise<Figures> {
  await using store = await openTemporaryStore();
  let figures: Figures = {};
  for (const workload of workloads) figures = { ...figures, ...(await measure(store, workload, options)) };
  return {
    ...figures,
    ...(await visibility(store, options)),
    ...(await measureKafka(store, options)),
    ...memoryFigure('engine_rss_peak', peakMemoryBytes(store.pid)),
  };
}

export const consumer: Bench = {
  name: 'consumer',
  description: 'the whole consumer, from the log to stored rows with their humans; baseline: the engine alone',
  defaults: { rows: 100_000, runs: 3 },
  run,
};
