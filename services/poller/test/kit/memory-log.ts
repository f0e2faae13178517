import type { Consumption, Follower, FollowOptions, Log, LogRecord, NewRecord } from '@custody/log';

/** The log in memory, one partition a topic: as fast as a property over thousands of runs needs. */
export class MemoryLog implements Log {
  readonly engine = 'lmdb';
  readonly #topics = new Map<string, LogRecord[]>();
  readonly #onAppend: (topic: string, record: LogRecord) => void;
  readonly #followers = new Set<{ readonly topic: string; readonly wake: () => void }>();

  /** Told of each record as it is appended. */
  constructor(onAppend: (topic: string, record: LogRecord) => void = () => undefined) {
    this.#onAppend = onAppend;
  }

  ensureTopics = async () => [];
  lag = async () => [];
  close = async () => undefined;

  recordsOf(topic: string): readonly LogRecord[] {
    return this.#topics.get(topic) ?? [];
  }

  async append(topic: string, records: readonly NewRecord[]): Promise<void> {
    const all = this.#topics.get(topic) ?? [];
    this.#topics.set(topic, all);
    for (const { key, value, headers = {} } of records) {
      const record = { key, value, headers, partition: 0, offset: all.length, appendedAtMs: 0 };
      all.push(record);
      this.#onAppend(topic, record);
    }
    for (const follower of this.#followers) if (follower.topic === topic) follower.wake();
  }

  async latest(topic: string) {
    const records = new Map<string, LogRecord>();
    for (const record of this.recordsOf(topic)) {
      if (record.value === null) records.delete(record.key);
      else records.set(record.key, record);
    }
    return { records, position: [this.recordsOf(topic).length] };
  }

  follow({ topic, from = [0], onRecords }: FollowOptions): Follower {
    let next = from[0] ?? 0;
    let isStopped = false;
    let reading = Promise.resolve();
    const { promise: done, resolve } = Promise.withResolvers<void>();
    const read = async () => {
      const records = this.recordsOf(topic).slice(next);
      next += records.length;
      if (records.length > 0 && !isStopped) await onRecords(records);
    };
    const follower = {
      topic,
      wake: () => {
        reading = reading.then(read);
      },
    };
    this.#followers.add(follower);
    follower.wake();
    const stop = async () => {
      isStopped = true;
      this.#followers.delete(follower);
      await reading;
      resolve();
    };
    return { caughtUp: reading, stop, done };
  }

  consume(): Consumption {
    throw new Error('the poller consumes in no group');
  }

  async lead(_name: string, task: (signal: AbortSignal) => Promise<void>, signal: AbortSignal): Promise<void> {
    await task(signal);
  }
}
