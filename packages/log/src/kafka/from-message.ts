import type { KafkaMessage } from 'kafkajs';
import type { LogRecord } from '../log.ts';

function text(value: Buffer | string | (Buffer | string)[] | undefined): string {
  const one = Array.isArray(value) ? value.at(-1) : value;
  return one === undefined ? '' : one.toString();
}

/** A message of Kafka's as a record; of a header that is there several times, the last. */
export function fromMessage(message: KafkaMessage, partition: number): LogRecord {
  const headers = Object.entries(message.headers ?? {}).map(([name, value]) => [name, text(value)]);
  return {
    key: message.key?.toString() ?? '',
    value: message.value,
    headers: Object.fromEntries(headers),
    partition,
    offset: Number(message.offset),
    appendedAtMs: Number(message.timestamp),
  };
}
