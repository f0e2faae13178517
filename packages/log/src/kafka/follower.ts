import { type Logger, withRetry } from '@custody/runtime';
import type { Follower, FollowOptions, LogRecord, Snapshot } from '../log.ts';
import type { KafkaConnection } from './connection.ts';
import type { TopicAdmin } from './topic-admin.ts';
import { TopicReader } from './topic-reader.ts';

export interface FollowerParts {
  readonly connection: KafkaConnection;
  readonly topics: TopicAdmin;
  readonly logger: Logger | undefined;
}

/** How long a broker holds an answer back while there is nothing new; also how late a stop may be noticed. */
const idleWaitMs = 1_000;
const longestPauseMs = 5_000;

/** Reads all partitions of a topic, without a group, and goes on as records arrive. */
export class KafkaFollower implements Follower {
  readonly caughtUp: Promise<void>;
  readonly done: Promise<void>;
  readonly #parts: FollowerParts;
  readonly #options: FollowOptions;
  readonly #stopping = new AbortController();

  constructor(parts: FollowerParts, options: FollowOptions) {
    this.#parts = parts;
    this.#options = options;
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    this.caughtUp = promise;
    this.done = this.#run(resolve).catch((error: unknown) => {
      // What was given up in order to stop is no failure.
      if (!this.#stopping.signal.aborted) throw error;
    });
    // The same error reaches whoever waits for either.
    this.done.catch(reject);
    promise.catch(() => undefined);
  }

  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.done.catch(() => undefined);
  }

  async #run(onCaughtUp: () => void): Promise<void> {
    const { connection, topics, logger } = this.#parts;
    const { topic, from } = this.#options;
    const { signal } = this.#stopping;
    const partitions = await withRetry(() => topics.partitionsOf(topic), { signal, maxDelayMs: longestPauseMs });
    const reader = new TopicReader(connection, topic, partitions, logger);
    try {
      const goals = await reader.ends(signal);
      const starts = await reader.starts(signal);
      const positions = starts.map((start, partition) => this.#begin(start, from?.[partition], partition));
      while (!signal.aborted) {
        if (positions.every((position, partition) => position >= (goals[partition] ?? 0))) onCaughtUp();
        await this.#advance(reader, positions, goals);
      }
    } finally {
      await reader.close();
    }
  }

  #begin(start: number, from: number | undefined, partition: number): number {
    if (from !== undefined && from < start) {
      const gap = { topic: this.#options.topic, partition, from, firstOffset: start };
      this.#parts.logger?.warn(gap, 'records were deleted before they were followed');
    }
    return Math.max(start, from ?? start);
  }

  async #advance(reader: TopicReader, positions: number[], goals: readonly number[]): Promise<void> {
    const { signal } = this.#stopping;
    for (const { partition, records, next } of await reader.fetch(positions, goals, idleWaitMs, signal)) {
      if (signal.aborted) return;
      if (records.length > 0) await this.#options.onRecords(records);
      positions[partition] = next;
    }
  }
}

/** The newest record of each key, as of the topic's end when it was asked for; less where the signal aborts before. */
export async function readLatest(
  { connection, topics, logger }: FollowerParts,
  topic: string,
  signal: AbortSignal,
): Promise<Snapshot> {
  const reader = new TopicReader(connection, topic, await topics.partitionsOf(topic), logger);
  const records = new Map<string, LogRecord>();
  try {
    const goals = await reader.ends(signal);
    const position = await reader.starts(signal);
    while (!signal.aborted && position.some((at, partition) => at < (goals[partition] ?? 0))) {
      for (const fetched of await reader.fetch(position, goals, idleWaitMs, signal)) {
        for (const record of fetched.records) {
          if (record.value === null) records.delete(record.key);
          else records.set(record.key, record);
        }
        position[fetched.partition] = fetched.next;
      }
    }
    return { records, position };
  } finally {
    await reader.close();
  }
}
