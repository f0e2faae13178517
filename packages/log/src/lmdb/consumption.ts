import { type Clock, CustodyError, type Logger } from '@custody/runtime';
import { logErrors } from '../errors.ts';
import type { Batch, BatchContext, ConsumeOptions, Consumption } from '../log.ts';
import { parseSlot, type Slot } from './group.ts';
import type { GroupStore } from './group-store.ts';
import { Membership } from './membership.ts';
import type { TopicStore } from './topic-store.ts';
import type { Waker } from './waker.ts';

/** A batch ends before the record that would take it over this, and holds one record at least. */
export const maxBatchBytes = 16 * 2 ** 20;
const idleMs = 1_000;

export interface ConsumptionParts {
  readonly topics: TopicStore;
  readonly groups: GroupStore;
  readonly waker: Waker;
  readonly clock: Clock;
  readonly logger: Logger | undefined;
}

function byTopic(topics: readonly string[], slots: readonly Slot[]): Record<string, number[]> {
  const assignment: Record<string, number[]> = Object.fromEntries(topics.map((topic) => [topic, []]));
  for (const slot of slots) assignment[parseSlot(slot).topic]?.push(parseSlot(slot).partition);
  return assignment;
}

/**
 * Reads as a member of a group. One handler runs at a time, and the held partitions take turns: the handler's pace is
 * the backpressure, and more throughput comes from more members.
 */
export class LmdbConsumption implements Consumption {
  readonly done: Promise<void>;
  readonly #parts: ConsumptionParts;
  readonly #options: ConsumeOptions;
  readonly #membership: Membership;
  /** Next offset to read, for held slots only: after a loss the committed offset counts again. */
  readonly #positions = new Map<Slot, number>();
  readonly #stopping = new AbortController();
  readonly #giveUp = new AbortController();
  #paused = false;
  #lastServed: Slot | undefined;
  #callbackFailure: { readonly error: unknown } | undefined;

  constructor(parts: ConsumptionParts, options: ConsumeOptions) {
    this.#parts = parts;
    this.#options = options;
    const { group, topics, sessionTimeoutMs = 30_000 } = options;
    const onHeld = (slots: readonly Slot[]) => this.#onHeld(slots);
    this.#membership = new Membership({ ...parts, group, topics, sessionTimeoutMs, onHeld });
    this.done = this.#run();
  }

  pause(): void {
    this.#paused = true;
  }

  resume(): void {
    this.#paused = false;
    this.#parts.waker.wakeAll();
  }

  async stop(): Promise<void> {
    this.#stopping.abort();
    const grace = setTimeout(() => this.#giveUp.abort(), this.#options.stopGraceMs ?? 3_000);
    await this.done.catch(() => undefined);
    clearTimeout(grace);
  }

  async #run(): Promise<void> {
    try {
      for (const topic of this.#options.topics) this.#parts.topics.topic(topic);
      while (!this.#stopping.signal.aborted) await this.#step();
    } catch (error) {
      await this.#membership.leave().catch((err) => this.#parts.logger?.warn({ err }, 'could not leave the group'));
      throw error;
    }
    await this.#membership.leave();
  }

  async #step(): Promise<void> {
    const { waker } = this.#parts;
    const seen = waker.pulse();
    await this.#membership.sync();
    if (this.#callbackFailure) throw this.#callbackFailure.error;
    const next = this.#paused ? undefined : await this.#next();
    if (next) await this.#handle(next.slot, next.batch);
    else await waker.wait(seen, idleMs, this.#stopping.signal);
  }

  /** The next batch, beginning with the slot after the one served last. */
  async #next(): Promise<{ slot: Slot; batch: Batch } | undefined> {
    const held = [...this.#membership.held].sort();
    const after = this.#lastServed === undefined ? 0 : held.indexOf(this.#lastServed) + 1;
    for (const slot of [...held.slice(after), ...held.slice(0, after)]) {
      const batch = this.#fetch(slot);
      if (batch.records.length > 0) return { slot, batch };
      if ((this.#positions.get(slot) ?? 0) < batch.endOffset) await this.#skip(slot, batch.endOffset);
    }
    return undefined;
  }

  #fetch(slot: Slot): Batch {
    const { topic: name, partition } = parseSlot(slot);
    const { topics } = this.#parts;
    const topic = topics.topic(name);
    const from = this.#position(slot);
    const { records, first, end } = topics.read(
      topic,
      partition,
      from,
      this.#options.maxRecords ?? 5_000,
      maxBatchBytes,
    );
    if (from < first) {
      this.#positions.set(slot, first);
      this.#options.onDataGap?.({ topic: name, partition, committedOffset: from, firstOffset: first });
    }
    return { topic: name, partition, records, endOffset: end };
  }

  /** Commits past the end of a partition whose last records compaction took away: they would count as lag for ever. */
  async #skip(slot: Slot, endOffset: number): Promise<void> {
    if (await this.#membership.commit(slot, endOffset)) this.#positions.set(slot, endOffset);
  }

  #position(slot: Slot): number {
    const known = this.#positions.get(slot);
    if (known !== undefined) return known;
    const { topic, partition } = parseSlot(slot);
    const { topics, groups } = this.#parts;
    const position = groups.committed(this.#options.group, slot) ?? topics.bounds(topics.topic(topic), partition).first;
    this.#positions.set(slot, position);
    return position;
  }

  async #handle(slot: Slot, batch: Batch): Promise<void> {
    this.#lastServed = slot;
    if (!(await this.#membership.begin(slot))) return;
    // Without a position, the slot was lost and won again since the fetch: the batch may be someone else's by now.
    if (!this.#positions.has(slot)) return this.#membership.end();
    const work = new AbortController();
    const abort = () => work.abort();
    const sources = [this.#membership.term, this.#giveUp.signal];
    for (const source of sources) source.addEventListener('abort', abort);
    try {
      if (sources.some(({ aborted }) => aborted)) return;
      await this.#options.handler(batch, this.#context(slot, work.signal));
      // Write, then commit: a crash in between repeats the batch.
      if (!work.signal.aborted) await this.#commit(slot, batch);
    } catch (error) {
      if (!work.signal.aborted) throw error;
      this.#parts.logger?.debug({ err: error, slot }, 'a handler ended after its partition was lost or it was stopped');
    } finally {
      for (const source of sources) source.removeEventListener('abort', abort);
      this.#membership.end();
    }
  }

  #context(slot: Slot, signal: AbortSignal): BatchContext {
    return {
      signal,
      heartbeat: async () => {
        if (!signal.aborted && (await this.#membership.heartbeat())) return;
        throw new CustodyError(logErrors.LOG_PARTITION_LOST, `${slot} is no longer held by this member`);
      },
    };
  }

  async #commit(slot: Slot, { records }: Batch): Promise<void> {
    const next = (records.at(-1)?.offset ?? 0) + 1;
    if (await this.#membership.commit(slot, next)) this.#positions.set(slot, next);
  }

  #onHeld(slots: readonly Slot[]): void {
    for (const slot of [...this.#positions.keys()]) if (!slots.includes(slot)) this.#positions.delete(slot);
    try {
      this.#options.onAssigned?.(byTopic(this.#options.topics, slots));
    } catch (error) {
      this.#callbackFailure ??= { error };
    }
  }
}
