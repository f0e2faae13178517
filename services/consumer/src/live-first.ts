import { topics } from '@custody/decision';
import type { Batch, Follower, Log, LogRecord } from '@custody/log';
import type { Clock, Logger } from '@custody/runtime';
import { isHistory } from './history-gathering.ts';
import { type Patience, wasGivenUp } from './patience.ts';

export interface LiveFirstParts {
  readonly log: Pick<Log, 'follow' | 'lag'>;
  readonly patiently: Patience;
  readonly clock: Clock;
  readonly logger: Logger;
  /** The group that works the backlog off. */
  readonly group: string;
  /** How old the backlog's next record may be before fresh ones are read beside it, milliseconds; 0: never. */
  readonly afterMs: number;
  /** Stores what can be stored of a batch; nothing rests on it. */
  readonly handle: (batch: Batch, signal: AbortSignal) => Promise<void>;
}

const topic = topics.decisions.name;
const lookEveryMs = 1_000;

/**
 * Fresh decisions first, while the group works off a backlog: what the poller reads live and appends from then on is
 * taken beside it, without a group and without a commit, and is stored at once. The group comes to the same records
 * later and stores them again, which changes nothing: the price of freshness is that they are handled twice, and its
 * guarantee stays the group's.
 */
export class LiveFirst {
  readonly #parts: LiveFirstParts;
  /** When the record was appended that the group handles, by partition; absent where it has handled everything. */
  readonly #waitingSinceMs = new Map<number, number>();
  /** Partitions by the member that holds them: other consumers read the others. */
  readonly #held = new Map<number, ReadonlySet<number>>();
  /** The batch that is taken ahead at this moment. */
  #taking: Promise<void> = Promise.resolve();
  #tail: { readonly follower: Follower; readonly stopping: AbortController } | undefined;

  constructor(parts: LiveFirstParts) {
    this.#parts = parts;
  }

  assigned(member: number, partitions: readonly number[]): void {
    this.#held.set(member, new Set(partitions));
    for (const partition of this.#waitingSinceMs.keys()) {
      if (!this.#isHeld(partition)) this.#waitingSinceMs.delete(partition);
    }
  }

  /** Does the group's work on a batch, and learns from it how far the group is behind. */
  async watch(batch: Batch, work: () => Promise<void>): Promise<void> {
    const [first] = batch.records;
    const last = batch.records.at(-1);
    if (first !== undefined) this.#waitingSinceMs.set(batch.partition, first.appendedAtMs);
    await work();
    if (last === undefined || last.offset + 1 >= batch.endOffset) this.#waitingSinceMs.delete(batch.partition);
  }

  /** Resolves when what is being taken ahead at this moment is stored, or given up. */
  async taken(): Promise<void> {
    await this.#taking.catch(() => undefined);
  }

  /** Looks until the signal aborts. Throws `CONSUMER_INTERRUPTED` when it aborts while the log is away. */
  async run(signal: AbortSignal): Promise<void> {
    const { clock, logger, afterMs } = this.#parts;
    if (afterMs === 0) return;
    try {
      for (;;) {
        await clock.sleep(lookEveryMs, signal);
        if (signal.aborted) return;
        const behindMs = this.#behindMs();
        if (this.#tail === undefined && behindMs > afterMs) await this.#start(behindMs, signal);
        else if (this.#tail !== undefined && behindMs <= afterMs / 2) {
          await this.#stop();
          logger.info('the backlog is worked off');
        }
      }
    } finally {
      await this.#stop();
    }
  }

  #isHeld(partition: number): boolean {
    return [...this.#held.values()].some((partitions) => partitions.has(partition));
  }

  #behindMs(): number {
    const since = Math.min(...this.#waitingSinceMs.values());
    return Number.isFinite(since) ? this.#parts.clock.now() - since : 0;
  }

  async #start(behindMs: number, signal: AbortSignal): Promise<void> {
    const { log, patiently, logger, group } = this.#parts;
    const lags = await patiently('look where fresh decisions begin', signal, () => log.lag(group, topic));
    const from: number[] = [];
    for (const { partition, endOffset } of lags) from[partition] = endOffset;
    const stopping = new AbortController();
    const onRecords = (records: readonly LogRecord[]) => {
      this.#taking = this.#take(records, stopping.signal);
      return this.#taking;
    };
    const follower = log.follow({ topic, from, onRecords });
    this.#tail = { follower, stopping };
    // Fresh decisions come in the group's turn then; the next look begins again.
    follower.done.catch((err: unknown) => {
      logger.warn({ err }, 'fresh decisions are no longer read before the backlog');
      if (this.#tail?.follower === follower) this.#tail = undefined;
    });
    logger.info({ behindSeconds: Math.round(behindMs / 1_000) }, 'a backlog: fresh decisions are stored before it');
  }

  async #stop(): Promise<void> {
    const tail = this.#tail;
    if (tail === undefined) return;
    this.#tail = undefined;
    tail.stopping.abort();
    await tail.follower.stop();
  }

  async #take(records: readonly LogRecord[], signal: AbortSignal): Promise<void> {
    const { handle } = this.#parts;
    const fresh = records.filter((record) => !isHistory(record));
    const last = fresh.at(-1);
    if (last === undefined || signal.aborted || !this.#isHeld(last.partition)) return;
    const { partition } = last;
    try {
      await handle({ topic, partition, records: fresh, endOffset: last.offset + 1 }, signal);
    } catch (error) {
      if (!wasGivenUp(error, signal)) throw error;
    }
  }
}
