import { CustodyError, type Logger, systemClock } from '@custody/runtime';
import Cluster, { type ClusterLogger, type FetchResponse } from 'kafkajs/src/cluster/index.js';
import createSocketFactory from 'kafkajs/src/network/socketFactory.js';
import { logErrors } from '../errors.ts';
import type { LogRecord } from '../log.ts';
import { type KafkaConnection, kafkaConfig } from './connection.ts';
import { fromMessage } from './from-message.ts';
import { quietRequestQueues } from './quiet-request-queue.ts';
import { kafkaErrorType, translateKafkaError } from './translate-error.ts';
import { registerZstd } from './zstd-codec.ts';

/** What a fetch found in one partition. */
export interface FetchedPartition {
  readonly partition: number;
  readonly records: readonly LogRecord[];
  /** Where to read on. */
  readonly next: number;
}

const metadataMaxAgeMs = 60_000;
const readUncommitted = 0;
const partitionBytes = 2 ** 20;
const responseBytes = 8 * 2 ** 20;
/** Kafka's names for "ask another broker". */
const staleTypes = new Set([
  'NOT_LEADER_FOR_PARTITION',
  'LEADER_NOT_AVAILABLE',
  'FENCED_LEADER_EPOCH',
  'UNKNOWN_LEADER_EPOCH',
  'REPLICA_NOT_AVAILABLE',
  'OFFSET_NOT_AVAILABLE',
]);
const firstPauseMs = 100;
const longestPauseMs = 2_000;

function quietLogger(logger: Logger | undefined): ClusterLogger {
  const debug = (message: string) => logger?.debug({ kafkajs: 'Cluster' }, message);
  const quiet: ClusterLogger = {
    namespace: () => quiet,
    error: debug,
    warn: debug,
    info: () => undefined,
    debug: () => undefined,
  };
  return quiet;
}

/**
 * Reads a topic's partitions without a group. kafkajs offers readers only as members of a group, which costs every
 * reader a rebalance and leaves a group behind; its own cluster, underneath, reads as the Java client does.
 */
export class TopicReader {
  readonly #cluster: Cluster;
  readonly #topic: string;
  readonly #logger: Logger | undefined;
  readonly #numbers: readonly number[];
  #connecting: Promise<void> | undefined;

  constructor(connection: KafkaConnection, topic: string, partitions: number, logger: Logger | undefined) {
    quietRequestQueues();
    registerZstd();
    const { logCreator, logLevel, ...config } = kafkaConfig(connection, logger);
    this.#cluster = new Cluster({
      ...config,
      logger: quietLogger(logger),
      socketFactory: createSocketFactory(),
      metadataMaxAge: metadataMaxAgeMs,
      allowAutoTopicCreation: false,
      maxInFlightRequests: null,
      isolationLevel: readUncommitted,
    });
    this.#topic = topic;
    this.#logger = logger;
    this.#numbers = Array.from({ length: partitions }, (_, partition) => partition);
  }

  /** Offset of each partition's first record. */
  starts(signal: AbortSignal): Promise<number[]> {
    return this.#bounds(true, signal);
  }

  /** Offset that each partition's next record will get. */
  ends(signal: AbortSignal): Promise<number[]> {
    return this.#bounds(false, signal);
  }

  /**
   * What there is from these positions on, waiting up to `maxWaitMs` for it; not of every partition each time. A position below a partition's start moves
   * to the start, with a warning: records were deleted before they were read. `goals` are the ends that a reader is
   * after: a partition whose last records compaction took away counts as read up to there.
   */
  async fetch(
    positions: readonly number[],
    goals: readonly number[],
    maxWaitMs: number,
    signal: AbortSignal,
  ): Promise<FetchedPartition[]> {
    try {
      return await this.#fetch(positions, goals, maxWaitMs, signal);
    } catch (error) {
      if (kafkaErrorType(error) !== 'OFFSET_OUT_OF_RANGE') throw error;
      return this.#skipDeleted(positions, signal);
    }
  }

  async close(): Promise<void> {
    if (this.#connecting) await this.#cluster.disconnect().catch(() => undefined);
  }

  #fetch(positions: readonly number[], goals: readonly number[], maxWaitMs: number, signal: AbortSignal) {
    return this.#patiently('read', signal, async () => {
      // Those that are there already wait: new records of theirs would leave no room for the others'.
      const behind = this.#numbers.filter((partition) => (positions[partition] ?? 0) < (goals[partition] ?? 0));
      const asked = behind.length > 0 ? behind : this.#numbers;
      const leaders = Object.entries(this.#cluster.findLeaderForPartitions(this.#topic, asked));
      // Metadata read while brokers go may name none: answering with nothing at once would have the reader spin.
      if (leaders.length === 0) {
        throw new CustodyError(logErrors.LOG_UNAVAILABLE, `Kafka names no leader of topic ${this.#topic}`);
      }
      const perLeader = leaders.map(async ([nodeId, partitions]) => {
        const response = await this.#ask(nodeId, partitions, positions, leaders.length > 1 ? maxWaitMs / 4 : maxWaitMs);
        return found(response, positions, goals);
      });
      return (await Promise.all(perLeader)).flat();
    });
  }

  async #skipDeleted(positions: readonly number[], signal: AbortSignal): Promise<FetchedPartition[]> {
    const starts = await this.starts(signal);
    const behind = starts.flatMap((start, partition) => {
      const from = positions[partition] ?? 0;
      if (from >= start) return [];
      const gap = { topic: this.#topic, partition, from, firstOffset: start };
      this.#logger?.warn(gap, 'records were deleted before they were followed');
      return [{ partition, records: [], next: start }];
    });
    if (behind.length > 0) return behind;
    throw new CustodyError(logErrors.LOG_REFUSED, `Kafka: topic ${this.#topic} ends before what was read of it`);
  }

  async #ask(nodeId: string, partitions: readonly number[], positions: readonly number[], maxWaitMs: number) {
    const broker = await this.#cluster.findBroker({ nodeId });
    return broker.fetch({
      maxWaitTime: Math.ceil(maxWaitMs),
      minBytes: 1,
      maxBytes: responseBytes,
      isolationLevel: readUncommitted,
      topics: [
        {
          topic: this.#topic,
          partitions: partitions.map((partition) => ({
            partition,
            fetchOffset: String(positions[partition] ?? 0),
            maxBytes: partitionBytes,
          })),
        },
      ],
    });
  }

  #bounds(fromBeginning: boolean, signal: AbortSignal): Promise<number[]> {
    return this.#patiently('look up the bounds', signal, async () => {
      const partitions = this.#numbers.map((partition) => ({ partition }));
      const [answer] = await this.#cluster.fetchTopicsOffset([{ topic: this.#topic, fromBeginning, partitions }]);
      const offsets = new Map(answer?.partitions.map(({ partition, offset }) => [partition, Number(offset)]));
      return this.#numbers.map((partition) => offsets.get(partition) ?? 0);
    });
  }

  /** Asks again, with growing pauses and fresh metadata, for as long as brokers are away or leaders move. */
  async #patiently<T>(what: string, signal: AbortSignal, work: () => Promise<T>): Promise<T> {
    let pauseMs = firstPauseMs;
    for (;;) {
      try {
        await this.#connect();
        await this.#cluster.refreshMetadataIfNecessary();
        return await work();
      } catch (error) {
        const translated = translateKafkaError(error, `${what} of topic ${this.#topic}`);
        const isStale = staleTypes.has(kafkaErrorType(error) ?? '');
        if (signal.aborted || !(translated.retriable || isStale)) throw translated;
        if (pauseMs === firstPauseMs) this.#logger?.debug({ err: translated }, 'asking Kafka again');
        await systemClock.sleep(pauseMs, signal);
        pauseMs = Math.min(pauseMs * 2, longestPauseMs);
        await this.#recover();
      }
    }
  }

  async #recover(): Promise<void> {
    await this.#cluster.refreshMetadata().catch((err: unknown) => {
      this.#logger?.debug({ err }, 'Kafka’s metadata could not be read');
    });
  }

  async #connect(): Promise<void> {
    this.#connecting ??= this.#cluster.connect().then(() => this.#cluster.addTargetTopic(this.#topic));
    try {
      await this.#connecting;
    } catch (error) {
      this.#connecting = undefined;
      throw error;
    }
  }
}

function found(
  { responses, clientSideThrottleTime = 0 }: FetchResponse,
  positions: readonly number[],
  goals: readonly number[],
): FetchedPartition[] {
  const partitions = responses.flatMap((response) => response.partitions);
  const isEmpty = partitions.every(({ messages }) => messages.length === 0);
  return partitions.map(({ partition, highWatermark, messages }) => {
    const from = positions[partition] ?? 0;
    const goal = goals[partition] ?? 0;
    // A compressed batch comes whole, with what was asked for before its end.
    const records = messages
      .filter(({ offset, isControlRecord }) => Number(offset) >= from && !isControlRecord)
      .map((message) => fromMessage(message, partition));
    const last = messages.at(-1);
    if (last !== undefined) return { partition, records, next: Math.max(from, Number(last.offset) + 1) };
    // A broker leaves out what has no room in its answer, but never the first record there is: only an answer without
    // any says that there is nothing up to here.
    const isEnd = isEmpty && clientSideThrottleTime === 0 && Number(highWatermark) >= goal;
    return { partition, records, next: isEnd ? Math.max(from, goal) : from };
  });
}
