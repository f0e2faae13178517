import { randomUUID } from 'node:crypto';
import { topics } from '@custody/decision';
import { connectLog, deleteKafkaTopics, type Log, type LogConfig, openLmdbLog } from '@custody/log';
import { CustodyError, createLogger, openDataDirectory, systemClock, type Variables } from '@custody/runtime';
import { consumerRuntime } from '../supervisor/consumer-runtime.ts';
import { ServiceProcess } from '../supervisor/service-process.ts';
import { benchErrors } from './errors.ts';
import { timed, verify } from './measure.ts';
import { temporaryDirectory } from './temporary-directory.ts';
import type { TemporaryStore } from './temporary-store.ts';

const source = 'simulator';
/** The group whose commits say which decisions are stored. */
const consumerGroup = 'custody.consumer';
/** The resolution of the measured time. */
const lookAgainMs = 10;
const giveUpMs = 600_000;

/** A log with Custody's topics and nothing else in them, and the variables with which a service opens it. */
export interface ConsumerLog extends AsyncDisposable {
  readonly log: Log;
  readonly variables: Variables;
}

/** An embedded log of its own; it is gone when it is disposed of. */
export async function embeddedConsumerLog(): Promise<ConsumerLog> {
  const directory = temporaryDirectory();
  const { logPath } = openDataDirectory(directory.path, source, systemClock.now());
  const log = await openLmdbLog({ directory: logPath });
  const dispose = async () => {
    await log.close();
    directory[Symbol.dispose]();
  };
  return { log, variables: { CUSTODY_DATA_DIR: directory.path }, [Symbol.asyncDispose]: dispose };
}

/**
 * The configured Kafka, whose topics it takes for itself and deletes at the end. Throws `BENCH_REFUSED` where some are
 * there: they may hold somebody's decisions.
 */
export async function kafkaConsumerLog(config: LogConfig, variables: Variables): Promise<ConsumerLog> {
  const directory = temporaryDirectory();
  const logger = createLogger({ service: 'bench', level: 'warn' });
  const log = await connectLog({ config, directory: () => directory.path, logger, clock: systemClock });
  const names = Object.values(topics).map(({ name }) => name);
  const differences = await log.ensureTopics(Object.values(topics), { create: false });
  const absent = differences.filter(({ property }) => property === 'existence');
  if (absent.length < names.length) {
    await log.close();
    const message = 'The Kafka at KAFKA_BROKERS has topics of Custody, and a benchmark would mix with what they hold.';
    throw new CustodyError(benchErrors.BENCH_REFUSED, message);
  }
  const dispose = async () => {
    await log.close();
    await deleteKafkaTopics(config, names);
    directory[Symbol.dispose]();
  };
  return { log, variables: { ...variables, CUSTODY_DATA_DIR: directory.path }, [Symbol.asyncDispose]: dispose };
}

/** The consumer as `custody consume` runs it, from ready to stopped. */
export async function startBenchConsumer(
  store: TemporaryStore,
  { variables: own }: ConsumerLog,
  { keepEntries }: { readonly keepEntries: boolean },
) {
  const variables = {
    ...own,
    CUSTODY_SOURCE_KIND: source,
    CUSTODY_KEEP_ENTRIES: String(keepEntries),
    CLICKHOUSE_URL: store.url,
    CLICKHOUSE_USER: store.user,
    CLICKHOUSE_PASSWORD: store.password,
    LOG_LEVEL: 'error',
  };
  const spec = { command: 'consume', label: 'consumer', variables, runtime: consumerRuntime };
  const said: string[] = [];
  const consumer = new ServiceProcess(spec, (line) => said.push(line));
  let hasEnded = false;
  void consumer.exited.then(() => {
    hasEnded = true;
  });
  const startMs = await timed(() => Promise.race([consumer.ready, consumer.exited]));
  verify(!hasEnded, `The consumer did not start: ${said.join(' ').slice(0, 500)}`);
  return {
    startMs,
    pid: consumer.pid ?? 0,
    hasEnded: () => hasEnded,
    [Symbol.asyncDispose]: () => consumer.stop(),
  };
}

/**
 * Resolves when the consumer has committed everything, which it does after it stored it. Watched through the log,
 * since asking the store many times a second would slow down what is measured (by a third of a core).
 */
export async function untilCommitted(log: Log, hasEnded: () => boolean): Promise<void> {
  const deadline = performance.now() + giveUpMs;
  for (;;) {
    const lags = await log.lag(consumerGroup, topics.decisions.name);
    const waiting = lags.reduce((sum, { committedOffset, endOffset }) => sum + endOffset - committedOffset, 0);
    if (waiting === 0) return;
    verify(!hasEnded() && performance.now() < deadline, `The consumer left ${waiting} decisions in the log.`);
    await systemClock.sleep(lookAgainMs);
  }
}

/** An environment that no other run has. */
export function newEnvironment(name: string): string {
  return `${name}-${randomUUID().slice(0, 8)}`;
}
