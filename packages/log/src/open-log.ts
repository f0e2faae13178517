import { type Clock, type Logger, withRetry } from '@custody/runtime';
import { openKafkaLog } from './kafka/kafka-log.ts';
import { openLmdbLog } from './lmdb/lmdb-log.ts';
import type { Log, TopicSpec } from './log.ts';
import { kafkaConnection, type LogConfig } from './variables.ts';

/** Where a log is, whatever its engine. */
export interface LogPlace {
  readonly config: LogConfig;
  /** Directory of the embedded log. Asked for only where the log is embedded: with Kafka, nothing is kept on this machine. */
  readonly directory: () => string;
  readonly logger: Logger;
  readonly clock: Clock;
  /** A leader that is silent for longer loses its leadership, milliseconds. Default: the engine's. */
  readonly leaderTimeoutMs?: number;
}

export interface OpenLogOptions extends LogPlace {
  readonly topics: readonly TopicSpec[];
  /** Ends the waiting for a Kafka that is away. */
  readonly signal: AbortSignal;
}

const longestPauseMs = 5_000;

/** The log that the settings choose, as it is. Throws LOG_* and CONFIG_INVALID errors. */
export async function connectLog({ config, directory, ...parts }: LogPlace): Promise<Log> {
  const connection = kafkaConnection(config);
  if (connection) return openKafkaLog({ ...connection, ...parts });
  return openLmdbLog({ directory: directory(), ...parts });
}

/**
 * Opens the log that the settings choose, waits for it where it is away, and makes sure that its topics are there; a
 * topic of another shape is warned of and left as it is. Throws LOG_* and CONFIG_INVALID errors.
 */
export async function openLog({ topics, signal, ...place }: OpenLogOptions): Promise<Log> {
  const { logger } = place;
  const log = await connectLog(place);
  const onRetry = (err: unknown, attempt: number) => {
    if (attempt === 1) logger.warn({ err }, 'waiting for the log');
  };
  try {
    const ensure = () => log.ensureTopics(topics);
    const differences = await withRetry(ensure, { signal, maxDelayMs: longestPauseMs, onRetry });
    for (const difference of differences) logger.warn(difference, 'a topic differs from what the pipeline expects');
    return log;
  } catch (error) {
    await log.close();
    throw error;
  }
}
