import { CustodyError, type Logger } from '@custody/runtime';
import kafkajs, { type Message, type Producer } from 'kafkajs';
import { logErrors } from '../errors.ts';
import type { NewRecord } from '../log.ts';
import { partitionOf } from '../partitioner.ts';
import { createKafka, type KafkaConnection } from './connection.ts';
import type { TopicAdmin } from './topic-admin.ts';
import { translating } from './translate-error.ts';

/** One request's records: well below what a broker takes, large enough that their number hardly matters. */
const requestBytes = 2 ** 20;
const recordOverheadBytes = 64;
/** How long a broker waits for its followers. Shorter than the request's own time-out. */
const acknowledgeMs = 8_000;
const allInSync = -1;
/** kafkajs asks a broker that hangs again and again, and asks who leads instead only when what it knows is this old. */
const metadataMaxAgeMs = 15_000;

function sizeOf({ key, value, headers }: NewRecord): number {
  const headerBytes = Object.entries(headers ?? {}).reduce((sum, [name, text]) => sum + name.length + text.length, 0);
  return key.length + (value?.length ?? 0) + headerBytes + recordOverheadBytes;
}

function toMessage({ key, value, headers }: NewRecord, partition: number): Message {
  return {
    key,
    value: value === null ? null : Buffer.from(value.buffer, value.byteOffset, value.byteLength),
    partition,
    ...(headers && { headers: { ...headers } }),
  };
}

function byPartition(records: readonly NewRecord[], partitions: number): Map<number, NewRecord[]> {
  return Map.groupBy(records, ({ key }) => partitionOf(Buffer.from(key), partitions));
}

/** Cuts what goes into one partition into requests. */
function requestsOf(records: readonly NewRecord[], partition: number): Message[][] {
  const requests: Message[][] = [];
  let bytes = Number.POSITIVE_INFINITY;
  for (const record of records) {
    const size = sizeOf(record);
    if (bytes + size > requestBytes) {
      requests.push([]);
      bytes = 0;
    }
    requests.at(-1)?.push(toMessage(record, partition));
    bytes += size;
  }
  return requests;
}

/**
 * Writes records, acknowledged by every replica in step. Two habits of kafkajs lose data, and are avoided here:
 * - Its idempotent producer reuses a sequence number after it gave up; the broker then acknowledges without keeping.
 * - A request to several brokers is retried by broker. Where a leader dies and a broker that has answered already
 *   takes its partitions over, the retry passes that broker by, and reports success for records that nobody has.
 * So the producer is a plain one, and every request goes to one partition. Duplicates are harmless here.
 */
export class Appender {
  readonly #producer: Producer;
  readonly #topics: TopicAdmin;
  #connecting: Promise<void> | undefined;

  constructor(connection: KafkaConnection, topics: TopicAdmin, logger: Logger | undefined) {
    this.#topics = topics;
    this.#producer = createKafka(connection, logger).producer({
      metadataMaxAge: metadataMaxAgeMs,
      allowAutoTopicCreation: false,
      idempotent: false,
      createPartitioner:
        () =>
        ({ message }) =>
          message.partition ?? 0,
    });
  }

  /** Resolves once every record is on every replica in step. */
  async append(topic: string, records: readonly NewRecord[]): Promise<void> {
    const partitions = await this.#topics.partitionsOf(topic);
    await translating(`append to topic ${topic}`, async () => {
      await this.#connect();
      const writes = [...byPartition(records, partitions)].map((part) => this.#write(topic, ...part));
      // All have ended when the append fails: one that went on could overtake the caller's next try.
      const failed = (await Promise.allSettled(writes)).find(({ status }) => status === 'rejected');
      if (failed?.status === 'rejected') throw failed.reason;
    }).catch((error: unknown) => {
      // The topic may have been made anew: the next try looks.
      this.#topics.forget(topic);
      throw error;
    });
  }

  /** One request after the other: the order of a key outlives a retry. */
  async #write(topic: string, partition: number, records: readonly NewRecord[]): Promise<void> {
    for (const messages of requestsOf(records, partition)) {
      const acknowledged = await this.#producer.send({
        topic,
        messages,
        acks: allInSync,
        timeout: acknowledgeMs,
        compression: kafkajs.CompressionTypes.ZSTD,
      });
      // kafkajs asks nobody to write into a partition that is not there, and calls that a success.
      if (acknowledged.length > 0) continue;
      throw new CustodyError(logErrors.LOG_UNAVAILABLE, `Kafka: topic ${topic} has no partition ${partition} any more`);
    }
  }

  async close(): Promise<void> {
    if (this.#connecting) await this.#producer.disconnect().catch(() => undefined);
  }

  async #connect(): Promise<void> {
    this.#connecting ??= this.#producer.connect();
    try {
      await this.#connecting;
    } catch (error) {
      this.#connecting = undefined;
      throw error;
    }
  }
}
