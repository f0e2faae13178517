import { topics } from '@custody/decision';
import type { Consumption, Follower, Log, LogRecord, NewRecord } from '@custody/log';

/**
 * A log that counts decisions and keeps none, and keeps the latest windows: what a poller holds in memory is then its own,
 * and an append takes no time.
 */
export class CountingLog implements Log {
  readonly engine = 'lmdb';
  decisions = 0;
  readonly #windows = new Map<string, LogRecord>();
  readonly #onAppend: (topic: string, records: readonly NewRecord[]) => void;

  constructor(onAppend: (topic: string, records: readonly NewRecord[]) => void = () => undefined) {
    this.#onAppend = onAppend;
  }

  ensureTopics = async () => [];
  lag = async () => [];
  close = async () => undefined;

  async append(topic: string, records: readonly NewRecord[]): Promise<void> {
    if (topic === topics.decisions.name) this.decisions += records.length;
    if (topic === topics.windows.name) for (const record of records) this.#keep(record);
    this.#onAppend(topic, records);
  }

  async latest(topic: string) {
    const records = topic === topics.windows.name ? this.#windows : new Map<string, LogRecord>();
    return { records, position: [] };
  }

  follow(): Follower {
    const { promise: done, resolve } = Promise.withResolvers<void>();
    return { caughtUp: Promise.resolve(), stop: async () => resolve(), done };
  }

  consume(): Consumption {
    throw new Error('a poller consumes in no group');
  }

  async lead(_name: string, task: (signal: AbortSignal) => Promise<void>, signal: AbortSignal): Promise<void> {
    await task(signal);
  }

  #keep({ key, value, headers = {} }: NewRecord): void {
    this.#windows.set(key, { key, value, headers, partition: 0, offset: 0, appendedAtMs: 0 });
  }
}
