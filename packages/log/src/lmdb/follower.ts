import type { Logger } from '@custody/runtime';
import type { Follower, FollowOptions } from '../log.ts';
import { maxBatchBytes } from './consumption.ts';
import type { Topic, TopicStore } from './topic-store.ts';
import type { Waker } from './waker.ts';

const chunkRecords = 5_000;
const idleMs = 1_000;

export interface FollowerParts {
  readonly topics: TopicStore;
  readonly waker: Waker;
  readonly logger: Logger | undefined;
}

/** Reads all partitions of a topic in turn, without a group, and goes on as records arrive. */
export class LmdbFollower implements Follower {
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
    this.done = this.#run(resolve);
    // The same error reaches whoever waits for either.
    this.done.catch(reject);
    promise.catch(() => undefined);
  }

  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.done.catch(() => undefined);
  }

  async #run(onCaughtUp: () => void): Promise<void> {
    const { topics, waker } = this.#parts;
    const topic = topics.topic(this.#options.topic);
    const numbers = Array.from({ length: topic.partitions }, (_, partition) => partition);
    const goals = numbers.map((partition) => topics.bounds(topic, partition).end);
    const positions = numbers.map((partition) => this.#options.from?.[partition] ?? 0);
    while (!this.#stopping.signal.aborted) {
      const seen = waker.pulse();
      let busy = false;
      for (const partition of numbers) busy = (await this.#advance(topic, partition, positions)) || busy;
      if (numbers.every((partition) => (positions[partition] ?? 0) >= (goals[partition] ?? 0))) onCaughtUp();
      if (!busy) await waker.wait(seen, idleMs, this.#stopping.signal);
    }
  }

  /** Hands on one chunk; false when there was none. */
  async #advance(topic: Topic, partition: number, positions: number[]): Promise<boolean> {
    if (this.#stopping.signal.aborted) return false;
    const from = positions[partition] ?? 0;
    const { records, first, end } = this.#parts.topics.read(topic, partition, from, chunkRecords, maxBatchBytes);
    if (from > 0 && from < first) {
      const gap = { topic: topic.name, partition, from, firstOffset: first };
      this.#parts.logger?.warn(gap, 'records were deleted before they were followed');
    }
    if (records.length > 0) await this.#options.onRecords(records);
    positions[partition] = (records.at(-1)?.offset ?? Math.max(from, end) - 1) + 1;
    return records.length > 0;
  }
}
