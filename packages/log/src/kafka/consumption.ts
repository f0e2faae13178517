import { type Clock, isRetriable, type Logger, withRetry } from '@custody/runtime';
import type { EachBatchPayload, KafkaMessage } from 'kafkajs';
import type { Batch, BatchContext, ConsumeOptions, Consumption } from '../log.ts';
import { withAny } from '../with-any.ts';
import { createKafka, type KafkaConnection } from './connection.ts';
import { DataGaps } from './data-gaps.ts';
import { fromMessage } from './from-message.ts';
import { type Assignment, type GroupMember, groupSession, heartbeatMs } from './group-session.ts';
import { KafkaMembership } from './membership.ts';
import type { TopicAdmin } from './topic-admin.ts';
import { translating } from './translate-error.ts';

export interface ConsumptionParts {
  readonly connection: KafkaConnection;
  readonly topics: TopicAdmin;
  readonly clock: Clock;
  readonly logger: Logger | undefined;
}

const longestPauseMs = 5_000;
const commitAttempts = 4;

/** Cuts what was fetched into batches of the size asked for. */
function* batchesOf({ batch }: EachBatchPayload, maxRecords: number): Iterable<Batch> {
  const { topic, partition } = batch;
  const endOffset = Number(batch.highWatermark);
  for (let at = 0; at < batch.messages.length; at += maxRecords) {
    const messages: KafkaMessage[] = batch.messages.slice(at, at + maxRecords);
    yield { topic, partition, records: messages.map((message) => fromMessage(message, partition)), endOffset };
  }
}

/**
 * Reads as a member of a Kafka group. One handler runs at a time, as on the embedded log: its pace is the backpressure,
 * and more throughput comes from more members. An error of the handler's never reaches kafkajs, which would count it
 * against the member's life and read on.
 */
export class KafkaConsumption implements Consumption {
  readonly done: Promise<void>;
  readonly #parts: ConsumptionParts;
  readonly #options: ConsumeOptions;
  readonly #sessionTimeoutMs: number;
  readonly #membership: KafkaMembership;
  readonly #gaps: DataGaps;
  readonly #ending = new AbortController();
  readonly #giveUp = new AbortController();
  #member: GroupMember | undefined;
  #isPaused = false;
  #failure: { readonly error: unknown } | undefined;

  constructor(parts: ConsumptionParts, options: ConsumeOptions) {
    this.#parts = parts;
    this.#options = options;
    this.#sessionTimeoutMs = options.sessionTimeoutMs ?? 30_000;
    this.#membership = new KafkaMembership(parts.clock, this.#sessionTimeoutMs);
    this.#gaps = new DataGaps(parts, options);
    this.done = this.#run();
  }

  pause(): void {
    this.#isPaused = true;
    this.#tell((member, topics) => member.pause(topics));
  }

  resume(): void {
    this.#isPaused = false;
    if (!this.#gaps.isLooking) this.#tell((member, topics) => member.resume(topics));
  }

  async stop(): Promise<void> {
    this.#ending.abort();
    const grace = setTimeout(() => this.#giveUp.abort(), this.#options.stopGraceMs ?? 3_000);
    await this.done.catch(() => undefined);
    clearTimeout(grace);
  }

  async #run(): Promise<void> {
    const { topics } = this.#parts;
    const { signal } = this.#ending;
    const onRetry = (err: unknown, attempt: number) => {
      if (attempt === 1) this.#parts.logger?.warn({ err, group: this.#options.group }, 'waiting for Kafka');
    };
    try {
      await withRetry(
        async () => {
          for (const topic of this.#options.topics) await topics.partitionsOf(topic);
          await this.#session();
        },
        { signal, maxDelayMs: longestPauseMs, onRetry },
      );
    } catch (error) {
      // What was given up in order to stop is no failure.
      if (!(signal.aborted && isRetriable(error))) this.#failure ??= { error };
    }
    if (this.#failure) throw this.#failure.error;
  }

  async #session(): Promise<void> {
    const { connection, logger } = this.#parts;
    try {
      await groupSession(
        {
          kafka: createKafka(connection, logger),
          group: this.#options.group,
          topics: this.#options.topics,
          sessionTimeoutMs: this.#sessionTimeoutMs,
          eachBatch: (payload) => this.#take(payload),
          onJoined: (...joined) => this.#onJoined(...joined),
          onAlive: () => this.#membership.alive(),
        },
        this.#ending.signal,
      );
    } finally {
      this.#member = undefined;
      this.#membership.lost();
    }
  }

  #onJoined(memberId: string, assignment: Assignment, member: GroupMember): void {
    this.#membership.joined(memberId, assignment);
    this.#member = member;
    this.#tell((one, topics) => one.pause(topics));
    void this.#gaps.look(assignment, member, this.#ending.signal).then((isLatest) => {
      if (isLatest && !this.#isPaused) this.#tell((one, topics) => one.resume(topics));
    });
    try {
      const none = Object.fromEntries(this.#options.topics.map((topic) => [topic, []]));
      this.#options.onAssigned?.({ ...none, ...assignment });
    } catch (error) {
      this.#fail(error);
    }
  }

  /** kafkajs throws where a member has ended and we have not heard of it yet; its successor is told when it joins. */
  #tell(what: (member: GroupMember, topics: { readonly topic: string }[]) => void): void {
    if (this.#member === undefined) return;
    try {
      what(
        this.#member,
        this.#options.topics.map((topic) => ({ topic })),
      );
    } catch (err) {
      this.#parts.logger?.debug({ err, group: this.#options.group }, 'a member ended before it could be told');
    }
  }

  #fail(error: unknown): void {
    this.#failure ??= { error };
    this.#ending.abort();
  }

  #isHalted({ batch, isRunning, isStale }: EachBatchPayload): boolean {
    if (this.#ending.signal.aborted || this.#isPaused || this.#gaps.isLooking || !isRunning() || isStale()) return true;
    return !this.#membership.isSettled || !this.#membership.holds(batch.topic, batch.partition);
  }

  async #take(payload: EachBatchPayload): Promise<void> {
    for (const batch of batchesOf(payload, this.#options.maxRecords ?? 5_000)) {
      // What is left is not resolved, so it is fetched again from where it was committed.
      if (this.#isHalted(payload)) return;
      await this.#beat(payload);
      if (this.#isHalted(payload)) return;
      await this.#gaps.check(batch);
      if (!(await this.#handle(batch, payload))) return;
    }
  }

  /** A fresh sign of life where the last one is old, so that a handler has its whole session time-out. */
  async #beat({ heartbeat }: EachBatchPayload): Promise<void> {
    await this.#membership.heartbeat(this.#membership.term, heartbeat).catch(() => undefined);
  }

  /** False when the batch was not committed. */
  #handle(batch: Batch, payload: EachBatchPayload): Promise<boolean> {
    const endings = [this.#membership.term, this.#giveUp.signal];
    return withAny(endings, (signal) => this.#handleUntil(signal, batch, payload));
  }

  async #handleUntil(signal: AbortSignal, batch: Batch, payload: EachBatchPayload): Promise<boolean> {
    this.#membership.begin(batch.topic, batch.partition);
    try {
      await this.#options.handler(batch, this.#context(signal, payload));
    } catch (error) {
      if (!signal.aborted) this.#fail(error);
      else this.#parts.logger?.debug({ err: error }, 'a handler ended after its partition was lost or it was stopped');
      return false;
    } finally {
      this.#membership.end();
    }
    // Write, then commit: a crash in between repeats the batch.
    if (signal.aborted || !this.#membership.holds(batch.topic, batch.partition)) return false;
    await this.#commit(batch, payload);
    return true;
  }

  #context(signal: AbortSignal, { heartbeat }: EachBatchPayload): BatchContext {
    return { signal, heartbeat: () => this.#membership.heartbeat(signal, heartbeat) };
  }

  async #commit(batch: Batch, { commitOffsetsIfNecessary, resolveOffset }: EachBatchPayload): Promise<void> {
    const { topic, partition, records } = batch;
    const last = records.at(-1)?.offset ?? 0;
    const offsets = { topics: [{ topic, partitions: [{ partition, offset: String(last + 1) }] }] };
    const commit = () => translating(`commit ${topic}/${partition}`, () => commitOffsetsIfNecessary(offsets));
    try {
      // Without a limit on pauses, the member would fall silent meanwhile.
      await withRetry(commit, { maxAttempts: commitAttempts, maxDelayMs: heartbeatMs(this.#sessionTimeoutMs) });
    } catch (error) {
      this.#membership.heard(error);
      // kafkajs knows what to do about its own errors: join again, and read from the last commit.
      throw error instanceof Error && error.cause !== undefined ? error.cause : error;
    }
    resolveOffset(String(last));
    this.#gaps.advanced(batch);
  }
}
