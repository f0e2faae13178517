import { type Clock, CustodyError, type Logger, systemClock } from '@custody/runtime';
import { checkPositive } from '../check-positive.ts';
import { logErrors } from '../errors.ts';
import type {
  ConsumeOptions,
  Consumption,
  EnsureTopicsOptions,
  Follower,
  FollowOptions,
  Log,
  NewRecord,
  PartitionLag,
  Snapshot,
  TopicDifference,
  TopicSpec,
} from '../log.ts';
import { Running } from '../running.ts';
import { Appender } from './appender.ts';
import type { KafkaConnection } from './connection.ts';
import { KafkaConsumption } from './consumption.ts';
import { KafkaFollower, readLatest } from './follower.ts';
import { lead } from './leadership.ts';
import { TopicAdmin } from './topic-admin.ts';

export interface KafkaLogOptions extends KafkaConnection {
  readonly logger?: Logger;
  readonly clock?: Clock;
  /** A leader that is silent for longer loses its leadership. Default 30,000 ms. */
  readonly leaderTimeoutMs?: number;
}

class KafkaLog implements Log {
  readonly engine = 'kafka';
  readonly #topics: TopicAdmin;
  readonly #appender: Appender;
  readonly #parts;
  readonly #running: Running;

  constructor({ logger, clock = systemClock, leaderTimeoutMs = 30_000, ...connection }: KafkaLogOptions) {
    checkPositive('leaderTimeoutMs', leaderTimeoutMs);
    this.#running = new Running(`The log on ${connection.brokers.join(', ')}`);
    this.#topics = new TopicAdmin(connection, logger);
    this.#appender = new Appender(connection, this.#topics, logger);
    this.#parts = { connection, topics: this.#topics, clock, logger, sessionTimeoutMs: leaderTimeoutMs };
  }

  async ensureTopics(specs: readonly TopicSpec[], options: EnsureTopicsOptions = {}): Promise<TopicDifference[]> {
    this.#running.assertOpen();
    return this.#topics.ensure(specs, options);
  }

  async append(topic: string, records: readonly NewRecord[]): Promise<void> {
    this.#running.assertOpen();
    await this.#appender.append(topic, records);
  }

  consume(options: ConsumeOptions): Consumption {
    checkPositive('maxRecords', options.maxRecords);
    checkPositive('sessionTimeoutMs', options.sessionTimeoutMs);
    this.#running.assertOpen();
    return this.#running.track(new KafkaConsumption(this.#parts, options));
  }

  async latest(topic: string): Promise<Snapshot> {
    this.#running.assertOpen();
    if (!(await this.#topics.isCompacted(topic))) {
      throw new CustodyError(logErrors.LOG_NOT_COMPACTED, `Topic "${topic}" is not compacted`, { fields: { topic } });
    }
    const snapshot = await this.#running.run((closing) => readLatest(this.#parts, topic, closing));
    // What was read is not all there is where the log was closed meanwhile.
    this.#running.assertOpen();
    return snapshot;
  }

  follow(options: FollowOptions): Follower {
    this.#running.assertOpen();
    return this.#running.track(new KafkaFollower(this.#parts, options));
  }

  async lag(group: string, topic: string): Promise<PartitionLag[]> {
    this.#running.assertOpen();
    return this.#topics.lag(group, topic);
  }

  async lead(name: string, task: (signal: AbortSignal) => Promise<void>, signal: AbortSignal): Promise<void> {
    await this.#running.until(signal, (ending) => lead(this.#parts, name, task, ending));
  }

  async close(): Promise<void> {
    await this.#running.stop();
    await Promise.all([this.#appender.close(), this.#topics.close()]);
  }
}

/**
 * Opens a log on a Kafka cluster. Connects with the first use. Consumptions, followers and leaders wait for a cluster that
 * is away; appends and look-ups then throw LOG_UNAVAILABLE, which is retriable.
 */
export function openKafkaLog(options: KafkaLogOptions): Log {
  return new KafkaLog(options);
}
