import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { topics } from '@custody/decision';
import { connectLog, deleteKafkaTopics, type Log, type LogConfig, openLmdbLog, type TopicSpec } from '@custody/log';
import { createLogger, systemClock } from '@custody/runtime';
import { temporaryDirectory } from './temporary-directory.ts';

/** An embedded log in a directory of its own, gone when it is disposed of. */
export interface TemporaryLog extends AsyncDisposable {
  readonly log: Log;
}

export async function openTemporaryLog(specs: readonly TopicSpec[]): Promise<TemporaryLog> {
  const directory = temporaryDirectory();
  const log = await openLmdbLog({ directory: join(directory.path, 'log') });
  await log.ensureTopics(specs);
  const dispose = async () => {
    await log.close();
    directory[Symbol.dispose]();
  };
  return { log, [Symbol.asyncDispose]: dispose };
}

/** A log with one empty topic in the shape of the decisions', gone when it is disposed of. */
export interface BenchLog extends TemporaryLog {
  readonly topic: string;
}

export interface LogEngine {
  readonly open: () => Promise<BenchLog>;
}

export const embeddedEngine: LogEngine = {
  open: async () => ({ ...(await openTemporaryLog([topics.decisions])), topic: topics.decisions.name }),
};

/** Kafka as configured; `null` where it is not. */
export function kafkaEngine(config: LogConfig): LogEngine | null {
  if (config.KAFKA_BROKERS === undefined) return null;
  return {
    async open() {
      const logger = createLogger({ service: 'bench', level: 'warn' });
      const directory = () => '';
      const log = await connectLog({ config, directory, logger, clock: systemClock });
      const topic = `custody.bench.${randomUUID()}`;
      await log.ensureTopics([{ ...topics.decisions, name: topic }]);
      const dispose = async () => {
        await log.close();
        await deleteKafkaTopics(config, [topic]);
      };
      return { log, topic, [Symbol.asyncDispose]: dispose };
    },
  };
}
