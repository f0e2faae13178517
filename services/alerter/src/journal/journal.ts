import { randomUUID } from 'node:crypto';
import { type DeliveryRecord, deliveryKey, type TickRecord, tickKey, topics } from '@custody/decision';
import type { Follower, Log, LogRecord } from '@custody/log';
import { throwIfAborted } from '@custody/runtime';
import { alerterErrors } from '../errors.ts';
import { JournalFold, type JournalNews } from './journal-fold.ts';
import { encodeTick } from './tick-codec.ts';

/** What came of a tick, to be put before the others. */
export type TickOutcome = Pick<TickRecord, 'tickMs' | 'decidedAtMs' | 'transitions' | 'looks' | 'kept' | 'state'>;

export interface JournalParts {
  readonly log: Pick<Log, 'append' | 'follow'>;
  /** Told of what counts and what was delivered, in the topic's order, whoever wrote it. */
  readonly onNews: (news: JournalNews) => void;
}

const topic = topics.alerts.name;

/**
 * The alerts topic as a leader uses it: read to its end before anything is judged, followed from then on. An outcome counts
 * when it comes back through the topic and the fold takes it, and not before.
 */
export class Journal {
  readonly #parts: JournalParts;
  readonly #fold = new JournalFold();
  readonly #awaited = new Map<string, (isAccepted: boolean) => void>();
  #follower: Follower | null = null;
  #isSettled = false;

  private constructor(parts: JournalParts) {
    this.#parts = parts;
  }

  /** Resolves once everything is known that stands in the topic. Throws `LOG_*`, `ALERTER_JOURNAL_UNREADABLE`. */
  static async open(parts: JournalParts, signal: AbortSignal): Promise<Journal> {
    const journal = new Journal(parts);
    const follower = parts.log.follow({ topic, onRecords: (records) => journal.#take(records) });
    journal.#follower = follower;
    const { promise: given, resolve } = Promise.withResolvers<void>();
    signal.addEventListener('abort', () => resolve(), { once: true });
    try {
      await Promise.race([follower.caughtUp, given]);
      throwIfAborted(signal, alerterErrors.ALERTER_INTERRUPTED, 'reading the alerts topic');
      journal.#settle();
    } catch (error) {
      await follower.stop();
      throw error;
    }
    return journal;
  }

  get head(): TickRecord | null {
    return this.#fold.head;
  }

  /** Those that count and are still in the topic, in their order. */
  accepted(): TickRecord[] {
    return this.#fold.accepted();
  }

  /** Rejects where following the topic fails: then nothing that is known here can be relied on. */
  get failed(): Promise<void> {
    return this.#follower?.done ?? Promise.resolve();
  }

  /**
   * Puts an outcome that was reached from `base` into the topic; resolves with whether it counts. Where it throws, it may
   * count all the same: whoever goes on has to go on from `head`. Throws `LOG_*`, `ALERTER_INTERRUPTED`.
   */
  async propose(base: TickRecord | null, outcome: TickOutcome, signal: AbortSignal): Promise<boolean> {
    const { id, generation } = { id: randomUUID(), generation: base === null ? 0 : base.generation + 1 };
    const record: TickRecord = { format: 1, id, base: base?.id ?? '', generation, ...outcome };
    const { promise, resolve } = Promise.withResolvers<boolean | null>();
    const onAbort = () => resolve(null);
    signal.addEventListener('abort', onAbort, { once: true });
    this.#awaited.set(id, resolve);
    try {
      await this.#parts.log.append(topic, [{ key: tickKey(id), value: encodeTick(record) }]);
      const isAccepted = await Promise.race([promise, this.failed.then(() => null)]);
      if (isAccepted === null)
        throwIfAborted(AbortSignal.abort(), alerterErrors.ALERTER_INTERRUPTED, 'waiting for an outcome to count');
      return isAccepted === true;
    } finally {
      this.#awaited.delete(id);
      signal.removeEventListener('abort', onAbort);
    }
  }

  /** Notes what became of a delivery; resolves when it is durable. */
  async note(record: DeliveryRecord): Promise<void> {
    const value = Buffer.from(JSON.stringify(record));
    await this.#parts.log.append(topic, [{ key: deliveryKey(record.transitionId, record.channel), value }]);
  }

  /** Deletes what nobody needs any more. To be called after an outcome of ours was found to count. */
  async clean(): Promise<void> {
    const keys = this.#fold.deletable();
    if (keys.length > 0)
      await this.#parts.log.append(
        topic,
        keys.map((key) => ({ key, value: null })),
      );
  }

  async close(): Promise<void> {
    await this.#follower?.stop();
  }

  #take(records: readonly LogRecord[]): void {
    for (const record of records) {
      const news = this.#fold.take(record);
      if (news === null || !this.#isSettled) continue;
      this.#parts.onNews(news);
      if (news.kind === 'accepted') this.#awaited.get(news.tick.id)?.(true);
      if (news.kind === 'ignored') this.#awaited.get(news.id)?.(false);
    }
  }

  #settle(): void {
    this.#fold.settle();
    this.#isSettled = true;
    for (const tick of this.#fold.accepted()) this.#parts.onNews({ kind: 'accepted', tick });
    for (const record of this.#fold.deliveries()) this.#parts.onNews({ kind: 'delivery', record });
  }
}
