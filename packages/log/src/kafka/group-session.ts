import { aborted } from '@custody/runtime';
import type { Consumer, ConsumerGroupJoinEvent, EachBatchHandler, Kafka, PartitionAssigner } from 'kafkajs';
import { translateKafkaError } from './translate-error.ts';

export type Assignment = Readonly<Record<string, readonly number[]>>;

/** What a session lets its owner do with kafkajs's consumer. */
export type GroupMember = Pick<Consumer, 'pause' | 'resume' | 'commitOffsets'>;

export interface GroupSessionOptions {
  readonly kafka: Kafka;
  readonly group: string;
  readonly topics: readonly string[];
  readonly sessionTimeoutMs: number;
  /** Default: round robin over the members. */
  readonly assigner?: PartitionAssigner;
  readonly eachBatch: EachBatchHandler;
  /** Told of each assignment: after joining, and after each rebalance. */
  readonly onJoined: (memberId: string, assignment: Assignment, member: GroupMember) => void;
  /** Told of each heartbeat that the broker acknowledged. */
  readonly onAlive: () => void;
}

/** How long a broker holds an answer back while there is nothing new: between two looks, the member gives signs of life. */
const idleWaitMs = 1_000;
/** As compressed: entries shrink about tenfold, and a batch has to fit into memory with what is made of it. */
const partitionBytes = 2 ** 20;
const responseBytes = 8 * 2 ** 20;
/** A member that works through a rebalance for longer is left out of it, and its batch comes again elsewhere. */
const rebalanceTimeoutMs = 60_000;
const longestHeartbeatMs = 3_000;
/** Enough to end a fetch and to leave. */
const leaveMs = 3_000;

/** Ten signs of life fit into a session. */
export function heartbeatMs(sessionTimeoutMs: number): number {
  return Math.min(longestHeartbeatMs, sessionTimeoutMs / 10);
}

/**
 * One life of a group's member: joins, reads until the signal aborts, leaves. Rejects with one of our errors when
 * kafkajs gives up; whatever ran for the member has ended by then.
 */
export async function groupSession(options: GroupSessionOptions, signal: AbortSignal): Promise<void> {
  const { kafka, group, topics, sessionTimeoutMs, assigner, eachBatch, onJoined, onAlive } = options;
  const consumer = kafka.consumer({
    groupId: group,
    sessionTimeout: sessionTimeoutMs,
    rebalanceTimeout: rebalanceTimeoutMs,
    heartbeatInterval: heartbeatMs(sessionTimeoutMs),
    maxWaitTimeInMs: idleWaitMs,
    maxBytesPerPartition: partitionBytes,
    maxBytes: responseBytes,
    allowAutoTopicCreation: false,
    readUncommitted: true,
    // kafkajs counts retries over a member's whole life (tulios/kafkajs#1415), so it may give up early: we begin anew.
    retry: { initialRetryTime: 100, maxRetryTime: 1_000, retries: 20, restartOnFailure: async () => false },
    ...(assigner && { partitionAssigners: [assigner] }),
  });
  const crash = Promise.withResolvers<never>();
  crash.promise.catch(() => undefined);
  consumer.on(consumer.events.CRASH, ({ payload }) => crash.reject(payload.error));
  let isOver = false;
  let working = Promise.resolve();
  consumer.on(consumer.events.HEARTBEAT, () => !isOver && onAlive());
  consumer.on(consumer.events.GROUP_JOIN, ({ payload }: ConsumerGroupJoinEvent) => {
    if (!isOver) onJoined(payload.memberId, payload.memberAssignment, consumer);
  });
  const takeBatch: EachBatchHandler = async (payload) => {
    if (isOver) return;
    working = eachBatch(payload);
    await working;
  };
  const start = async () => {
    await consumer.connect();
    await consumer.subscribe({ topics: [...topics], fromBeginning: true });
    // Commits are ours to make, after the handler.
    await consumer.run({
      autoCommit: false,
      eachBatchAutoResolve: false,
      partitionsConsumedConcurrently: 1,
      eachBatch: takeBatch,
    });
  };
  const end = () => consumer.disconnect().catch(() => undefined);
  const stopped = aborted(signal);
  let isStarted = false;
  const starting = start().then(() => {
    isStarted = true;
  });
  try {
    await Promise.race([starting, crash.promise, stopped]);
    await Promise.race([crash.promise, stopped]);
  } catch (error) {
    throw translateKafkaError(error, `read ${topics.join(', ')} as a member of group ${group}`);
  } finally {
    // Joining, and joining anew, may take as long as the slowest member works, and kafkajs waits for the answer: whoever
    // stops does not, and what has joined after all leaves again.
    const left = starting.then(end, end);
    await working.catch(() => undefined);
    if (isStarted) await within(leaveMs, left);
    isOver = true;
  }
}

/** Resolves when the work has ended, or after this time at the latest. */
async function within(durationMs: number, work: Promise<unknown>): Promise<void> {
  const late = Promise.withResolvers<void>();
  const timer = setTimeout(late.resolve, durationMs);
  await Promise.race([work, late.promise]);
  clearTimeout(timer);
}
