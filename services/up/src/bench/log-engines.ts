import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { topics } from '@custody/decision';
import { connectLog, deleteKafkaTopics, type Log, type LogConfig, openLmdbLog } from '@custody/log';
import { createLogger, systemClock } from '@custody/runtime';
import { temporaryDirectory } from './temporary-directory.ts';

/** A log with one empty topic in the shape of the decisions', gone when it is disposed of. */
export interface BenchLog extends AsyncDisposable {
  readonly log: Log;
  readonly topic: string;
}

export interface LogEngine {
  readonly open: () => Promise<BenchLog>;
}

export const embeddedEngine: LogEngine = {
  async open() {
    const directory = temporaryDirectory();
    const log = await openLmdbLog({ directory: join(directory.path, 'log') });
    await log.ensureTopics([topics.decisions]);
    const dispose = async () => {
      await log.close();
      directory[Symbol.dispose]();
    };
    return { log, topic: topics.decisions.name, [Symbol.asyncDispose]: dispose };
  },
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
