import { hash } from 'node:crypto';
import { CustodyError } from '@custody/runtime';
import { absence } from '../absence.ts';
import { logErrors } from '../errors.ts';
import type { LogRecord, TopicDifference, TopicSpec } from '../log.ts';
import { partitionOf } from '../partitioner.ts';
import type { Environment } from './environment.ts';
import { offsetOf, positionKey } from './position-key.ts';
import { appendedAtOf, decodeRecord, type EncodedRecord, HeadersReader, stampRecord } from './record-codec.ts';

export interface Topic {
  readonly id: number;
  readonly name: string;
  readonly partitions: number;
  readonly cleanup: 'delete' | 'compact';
  readonly retentionMs?: number;
}

export interface Bounds {
  /** Offset of the first record that may still be there. */
  readonly first: number;
  /** Offset that the next record will get. */
  readonly end: number;
}

export interface Chunk extends Bounds {
  readonly records: readonly LogRecord[];
}

const legalName = /^[\w.-]{1,249}$/;
/** Records that one clean-up transaction removes at most: it holds the lock that appends wait for. */
const cleanUpRecords = 1_000;
const present = Buffer.from([1]);

/** Names the key of a compacted topic in 16 bytes: lmdb's own keys are limited in length, users' are not. */
function compactionKey(topicId: number, key: Buffer): Buffer {
  const name = Buffer.alloc(20);
  name.writeUInt32BE(topicId, 0);
  hash('sha256', key, 'buffer').copy(name, 4, 0, 16);
  return name;
}

function checkSpec({ name, partitions }: TopicSpec): void {
  if (legalName.test(name) && Number.isInteger(partitions) && partitions > 0) return;
  throw new CustodyError(
    logErrors.LOG_INVALID_TOPIC,
    `Topic "${name}" with ${partitions} partitions cannot be created`,
  );
}

function differences(topic: Topic, spec: TopicSpec): TopicDifference[] {
  return (['partitions', 'cleanup', 'retentionMs'] as const)
    .filter((property) => topic[property] !== spec[property])
    .map((property) => ({
      topic: topic.name,
      property,
      expected: String(spec[property] ?? 'for ever'),
      actual: String(topic[property] ?? 'for ever'),
    }));
}

/** Topics, their partitions and records. Methods named "in write" belong inside `environment.write`. */
export class TopicStore {
  readonly #environment: Environment;
  readonly #topics;
  readonly #bounds;
  readonly #records;
  /** Compacted topics: key → offset of its one record. */
  readonly #latest;
  /** Positions of tombstones, so that old ones are found without reading everything. */
  readonly #tombstones;

  constructor(environment: Environment) {
    this.#environment = environment;
    this.#topics = environment.table<Topic, string>('topics');
    this.#bounds = environment.table<Bounds, [string, number]>('bounds');
    this.#records = environment.bytes('records');
    this.#latest = environment.bytes('latest');
    this.#tombstones = environment.bytes('tombstones');
  }

  /** In write. Creates what is missing, or reports it as absent. */
  ensure(specs: readonly TopicSpec[], create: boolean): TopicDifference[] {
    specs.forEach(checkSpec);
    return specs.flatMap((spec) => {
      const existing = this.#topics.get(spec.name);
      if (existing) return differences(existing, spec);
      if (!create) return [absence(spec.name)];
      const { name, partitions, cleanup, retentionMs } = spec;
      const id = this.#topics.getKeysCount() + 1;
      this.#topics.put(name, { id, name, partitions, cleanup, ...(retentionMs !== undefined && { retentionMs }) });
      return [];
    });
  }

  /** Throws LOG_UNKNOWN_TOPIC. */
  topic(name: string): Topic {
    const topic = this.#environment.read(() => this.#topics.get(name));
    if (topic) return topic;
    throw new CustodyError(
      logErrors.LOG_UNKNOWN_TOPIC,
      `There is no topic "${name}" in ${this.#environment.directory}`,
      {
        fields: { topic: name },
      },
    );
  }

  all(): Topic[] {
    return this.#environment.read(() => [...this.#topics.getRange()].map(({ value }) => value));
  }

  bounds(topic: Topic, partition: number): Bounds {
    return this.#environment.read(() => this.#boundsOf(topic, partition));
  }

  /** In write. Gives each record its offset and replaces the older version of its key where the topic is compacted. */
  append(topic: Topic, records: readonly EncodedRecord[], nowMs: number): void {
    const bounds = new Map<number, Bounds>();
    for (const record of records) {
      const partition = partitionOf(record.key, topic.partitions);
      const { first, end } = bounds.get(partition) ?? this.#boundsOf(topic, partition);
      const at = positionKey(topic.id, partition, end);
      stampRecord(record.bytes, nowMs);
      this.#records.put(at, record.bytes);
      if (topic.cleanup === 'compact') this.#replace(topic, partition, record, at);
      bounds.set(partition, { first, end: end + 1 });
    }
    for (const [partition, moved] of bounds) this.#bounds.put([topic.name, partition], moved);
    this.#environment.beat();
  }

  /** Up to `maxRecords` and about `maxBytes` from an offset on, at least one record where there is any. */
  read(topic: Topic, partition: number, from: number, maxRecords: number, maxBytes: number): Chunk {
    return this.#environment.read(() => {
      const bounds = this.#boundsOf(topic, partition);
      const start = Math.max(from, bounds.first);
      const records: LogRecord[] = [];
      const headers = new HeadersReader();
      if (start >= bounds.end) return { ...bounds, records };
      let bytes = 0;
      for (const { key, value } of this.#entries(topic, partition, start, bounds.end, maxRecords)) {
        bytes += value.length;
        if (records.length > 0 && bytes > maxBytes) break;
        records.push(decodeRecord(value, partition, offsetOf(key), headers));
      }
      return { ...bounds, records };
    });
  }

  /** In write. Removes some records past their retention; true when there may be more. */
  expire(topic: Topic, partition: number, nowMs: number): boolean {
    if (topic.cleanup !== 'delete' || topic.retentionMs === undefined) return false;
    const oldestMs = nowMs - topic.retentionMs;
    const { first, end } = this.#boundsOf(topic, partition);
    let next = first;
    for (const { key, value } of this.#entries(topic, partition, first, end, cleanUpRecords)) {
      if (appendedAtOf(value) >= oldestMs) break;
      next = offsetOf(key) + 1;
    }
    for (let offset = first; offset < next; offset += 1) this.#records.remove(positionKey(topic.id, partition, offset));
    if (next > first) this.#bounds.put([topic.name, partition], { first: next, end });
    return next - first === cleanUpRecords;
  }

  /** In write. Removes some tombstones older than `oldestMs`; true when there may be more. */
  bury(topic: Topic, partition: number, oldestMs: number): boolean {
    if (topic.cleanup !== 'compact') return false;
    const range = { start: positionKey(topic.id, partition, 0), end: positionKey(topic.id, partition + 1, 0) };
    const positions = [...this.#tombstones.getKeys({ ...range, limit: cleanUpRecords })];
    let buried = 0;
    for (const at of positions) {
      const bytes = this.#records.get(at);
      if (bytes && appendedAtOf(bytes) >= oldestMs) break;
      if (bytes) this.#latest.remove(compactionKey(topic.id, Buffer.from(decodeRecord(bytes, partition, 0).key)));
      this.#records.remove(at);
      this.#tombstones.remove(at);
      buried += 1;
    }
    return buried === cleanUpRecords;
  }

  #boundsOf(topic: Topic, partition: number): Bounds {
    return this.#bounds.get([topic.name, partition]) ?? { first: 0, end: 0 };
  }

  #entries(topic: Topic, partition: number, from: number, to: number, limit: number) {
    const start = positionKey(topic.id, partition, from);
    return this.#records.getRange({ start, end: positionKey(topic.id, partition, to), limit });
  }

  #replace(topic: Topic, partition: number, { key, tombstone }: EncodedRecord, at: Buffer): void {
    const name = compactionKey(topic.id, key);
    const older = this.#latest.get(name);
    if (older) {
      const olderAt = positionKey(topic.id, partition, older.readDoubleBE(0));
      this.#records.remove(olderAt);
      this.#tombstones.remove(olderAt);
    }
    const offset = Buffer.alloc(8);
    offset.writeDoubleBE(offsetOf(at), 0);
    this.#latest.put(name, offset);
    if (tombstone) this.#tombstones.put(at, present);
  }
}
