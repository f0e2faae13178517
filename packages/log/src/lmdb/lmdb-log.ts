import { setImmediate as nextTurn } from 'node:timers/promises';
import { type Clock, CustodyError, type Logger, systemClock } from '@custody/runtime';
import { checkPositive } from '../check-positive.ts';
import { logErrors } from '../errors.ts';
import { leadershipTopic } from '../leadership.ts';
import type {
  ConsumeOptions,
  Consumption,
  EnsureTopicsOptions,
  Follower,
  FollowOptions,
  Log,
  LogRecord,
  NewRecord,
  PartitionLag,
  Snapshot,
  TopicDifference,
  TopicSpec,
} from '../log.ts';
import { Running } from '../running.ts';
import { CleanUp } from './clean-up.ts';
import { LmdbConsumption, maxBatchBytes } from './consumption.ts';
import { Environment } from './environment.ts';
import { LmdbFollower } from './follower.ts';
import { slotOf } from './group.ts';
import { GroupStore } from './group-store.ts';
import { lead } from './leadership.ts';
import { encodeRecord } from './record-codec.ts';
import { TopicStore } from './topic-store.ts';
import { Waker } from './waker.ts';

export interface LmdbLogOptions {
  /** Holds the log's files and nothing else; made with mode 0700 where it is missing. */
  readonly directory: string;
  readonly logger?: Logger;
  readonly clock?: Clock;
  /** A leader whose process lives but is silent for longer loses its leadership. Default 30,000 ms. */
  readonly leaderTimeoutMs?: number;
}

const chunkRecords = 5_000;

class LmdbLog implements Log {
  readonly engine = 'lmdb';
  readonly #environment: Environment;
  readonly #topics: TopicStore;
  readonly #cleanUp: CleanUp;
  readonly #parts;
  readonly #running: Running;

  constructor({ directory, logger, clock = systemClock, leaderTimeoutMs = 30_000 }: LmdbLogOptions) {
    checkPositive('leaderTimeoutMs', leaderTimeoutMs);
    this.#environment = new Environment(directory);
    this.#running = new Running(`The log in ${directory}`);
    this.#topics = new TopicStore(this.#environment);
    this.#cleanUp = new CleanUp(this.#environment, this.#topics, clock, logger);
    const groups = new GroupStore(this.#environment, this.#topics, clock);
    const waker = new Waker(this.#environment);
    this.#parts = { topics: this.#topics, groups, waker, clock, logger, sessionTimeoutMs: leaderTimeoutMs };
  }

  cleanUp(): Promise<void> {
    return this.#cleanUp.run();
  }

  async ensureTopics(
    specs: readonly TopicSpec[],
    { create = true }: EnsureTopicsOptions = {},
  ): Promise<TopicDifference[]> {
    return this.#environment.write(() => this.#topics.ensure(specs, create));
  }

  async append(topic: string, records: readonly NewRecord[]): Promise<void> {
    const target = this.#topics.topic(topic);
    if (records.length === 0) return;
    const encoded = records.map(encodeRecord);
    await this.#environment.write(() => this.#topics.append(target, encoded, this.#parts.clock.now()));
    this.#parts.waker.wakeAll();
    this.#cleanUp.afterAppend();
  }

  consume(options: ConsumeOptions): Consumption {
    checkPositive('maxRecords', options.maxRecords);
    checkPositive('sessionTimeoutMs', options.sessionTimeoutMs);
    this.#running.assertOpen();
    return this.#running.track(new LmdbConsumption(this.#parts, options));
  }

  async latest(topic: string): Promise<Snapshot> {
    const source = this.#topics.topic(topic);
    if (source.cleanup !== 'compact') {
      throw new CustodyError(logErrors.LOG_NOT_COMPACTED, `Topic "${topic}" is not compacted`, { fields: { topic } });
    }
    const records = new Map<string, LogRecord>();
    const position: number[] = [];
    for (let partition = 0; partition < source.partitions; partition += 1) {
      let next = 0;
      // Up to the end as it is then, in chunks: a key that moves on meanwhile is met again at its new offset.
      for (;;) {
        const chunk = this.#topics.read(source, partition, next, chunkRecords, maxBatchBytes);
        for (const record of chunk.records) {
          if (record.value === null) records.delete(record.key);
          else records.set(record.key, record);
        }
        const last = chunk.records.at(-1);
        next = last ? last.offset + 1 : chunk.end;
        if (next >= chunk.end) break;
        await nextTurn();
      }
      position.push(next);
    }
    return { records, position };
  }

  follow(options: FollowOptions): Follower {
    this.#running.assertOpen();
    return this.#running.track(new LmdbFollower(this.#parts, options));
  }

  async lag(group: string, topic: string): Promise<PartitionLag[]> {
    const source = this.#topics.topic(topic);
    return Array.from({ length: source.partitions }, (_, partition) => {
      const { first, end } = this.#topics.bounds(source, partition);
      const committedOffset = this.#parts.groups.committed(group, slotOf(topic, partition)) ?? 0;
      return { topic, partition, committedOffset, firstOffset: first, endOffset: end };
    });
  }

  async lead(name: string, task: (signal: AbortSignal) => Promise<void>, signal: AbortSignal): Promise<void> {
    await this.#running.until(signal, async (ending) => {
      await this.ensureTopics([leadershipTopic]);
      await lead(this.#parts, name, task, ending);
    });
  }

  async close(): Promise<void> {
    await this.#running.stop();
    await this.#cleanUp.stop();
    await this.#environment.close();
  }
}

/**
 * Opens the embedded log: lmdb files that any number of processes on this machine share. One handler runs at a time
 * per member, and its partitions take turns. Throws LOG_DIRECTORY_UNUSABLE, LOG_FORMAT_UNKNOWN, LOG_CORRUPT.
 */
export async function openLmdbLog(options: LmdbLogOptions): Promise<Log> {
  const log = new LmdbLog(options);
  await log.cleanUp();
  return log;
}
