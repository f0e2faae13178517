/** A record to append. A `null` value deletes the key of a compacted topic. */
export interface NewRecord {
  readonly key: string;
  readonly value: Uint8Array | null;
  readonly headers?: Readonly<Record<string, string>>;
}

/** A record as read. */
export interface LogRecord {
  readonly key: string;
  readonly value: Uint8Array | null;
  readonly headers: Readonly<Record<string, string>>;
  readonly partition: number;
  /** Position within the partition, from 0, without duplicates; gaps where compaction removed records. */
  readonly offset: number;
  /** When the log took it, milliseconds since the epoch. */
  readonly appendedAtMs: number;
}

export interface TopicSpec {
  readonly name: string;
  readonly partitions: number;
  readonly cleanup: 'delete' | 'compact';
  /** How long a `delete` topic keeps a record, milliseconds; absent: for ever. */
  readonly retentionMs?: number;
  /** Why the topic is shaped so. */
  readonly why: string;
}

/** Where a topic as it exists differs from its spec. Reported, never silently altered. */
export interface TopicDifference {
  readonly topic: string;
  readonly property: 'existence' | 'partitions' | 'replicas' | 'cleanup' | 'retentionMs' | 'maxRecordBytes';
  readonly expected: string;
  readonly actual: string;
}

export interface EnsureTopicsOptions {
  /** `false`: look only, and report what is missing too. Default true. */
  readonly create?: boolean;
}

/** Consecutive records of one partition; never empty. */
export interface Batch {
  readonly topic: string;
  readonly partition: number;
  readonly records: readonly LogRecord[];
  /** The partition's end when the batch was read: lag = endOffset − last offset − 1. */
  readonly endOffset: number;
}

export interface BatchContext {
  /**
   * Aborts when the partition is lost, or when the consumption stops and the handler has not ended within `stopGraceMs`:
   * a handler then returns without writing more. Its batch is not committed, whether it resolves or rejects.
   */
  readonly signal: AbortSignal;
  /** Keeps the membership alive. A handler that works longer than the session time-out calls it every few seconds. */
  heartbeat(): Promise<void>;
}

/** Committed position that the log no longer holds: records were deleted before this group read them. */
export interface DataGap {
  readonly topic: string;
  readonly partition: number;
  readonly committedOffset: number;
  readonly firstOffset: number;
}

export interface ConsumeOptions {
  readonly group: string;
  readonly topics: readonly string[];
  /**
   * Called with one batch per partition at a time, in offset order within a partition; the batch is committed when the
   * promise resolves and not before. A rejection ends the consumption without a commit.
   */
  readonly handler: (batch: Batch, context: BatchContext) => Promise<void>;
  /** Most records a batch may hold. Default 5,000. */
  readonly maxRecords?: number;
  /** A member silent for longer loses its partitions. Default 30,000 ms. */
  readonly sessionTimeoutMs?: number;
  /** How long `stop` lets a running handler work before its signal aborts. Default 3,000 ms. */
  readonly stopGraceMs?: number;
  /** Told of a committed offset below the log's start; reading goes on at the start. */
  readonly onDataGap?: (gap: DataGap) => void;
  /** Told of each new assignment: partition numbers by topic. */
  readonly onAssigned?: (assignment: Readonly<Record<string, readonly number[]>>) => void;
}

export interface Consumption {
  /** Stops fetching; the membership stays alive. */
  pause(): void;
  resume(): void;
  /** Lets the running handlers end, leaves the group. Never rejects. */
  stop(): Promise<void>;
  /**
   * Settles when the consumption ends: resolved after `stop`, rejected with what the handler or the log threw. Whoever
   * consumes has to watch it: a failure is reported nowhere else.
   */
  readonly done: Promise<void>;
}

export interface PartitionLag {
  readonly topic: string;
  readonly partition: number;
  /** Next offset to be read by the group; 0 where it has never committed. */
  readonly committedOffset: number;
  /** Oldest record that may still be there; above `committedOffset` where records expired before the group read them. */
  readonly firstOffset: number;
  readonly endOffset: number;
}

/** The newest record of each key of a compacted topic; deleted keys are absent. */
export interface Snapshot {
  readonly records: ReadonlyMap<string, LogRecord>;
  /** The end offset of each partition up to which the snapshot holds everything. */
  readonly position: readonly number[];
}

export interface FollowOptions {
  readonly topic: string;
  /** Where to begin in each partition, e.g. a snapshot's `position`; absent: the beginning. */
  readonly from?: readonly number[];
  /** Records of one partition in offset order, tombstones included. Awaited before the next call. */
  readonly onRecords: (records: readonly LogRecord[]) => void | Promise<void>;
}

export interface Follower {
  /** Resolves once everything that was in the topic when `follow` was called has been handed to `onRecords`. */
  readonly caughtUp: Promise<void>;
  stop(): Promise<void>;
  readonly done: Promise<void>;
}

/**
 * The log between the services: topics of partitions of records. Two engines implement it, Kafka and embedded lmdb
 * files, and one contract test holds both to the same promises.
 *
 * Delivery is at least once: after a crash between handler and commit, a batch comes again.
 */
export interface Log {
  readonly engine: 'lmdb' | 'kafka';
  /** Creates what is missing; returns where existing topics differ from their spec. */
  ensureTopics(specs: readonly TopicSpec[], options?: EnsureTopicsOptions): Promise<TopicDifference[]>;
  /** Resolves once every record is durable. Records of one key keep their order. Throws `LOG_*` errors. */
  append(topic: string, records: readonly NewRecord[]): Promise<void>;
  /** Reads as a member of a group that shares the partitions between its members. */
  consume(options: ConsumeOptions): Consumption;
  /** The latest values of a compacted topic, as of its end at the time of the call. */
  latest(topic: string): Promise<Snapshot>;
  /** Reads all partitions without a group and without commits, and goes on as records arrive. */
  follow(options: FollowOptions): Follower;
  /** How far a group is behind, per partition of the topic. */
  lag(group: string, topic: string): Promise<PartitionLag[]>;
  /**
   * Runs the task whenever, and for as long as, this process is the leader of that name: at most one at a time in a
   * healthy group. The task's signal aborts when leadership is lost; it is then run again when leadership returns.
   * Resolves when `signal` aborts, rejects with what the task threw.
   */
  lead(name: string, task: (signal: AbortSignal) => Promise<void>, signal: AbortSignal): Promise<void>;
  /** Ends everything this instance started. */
  close(): Promise<void>;
}
