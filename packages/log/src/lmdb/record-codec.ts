import type { LogRecord, NewRecord } from '../log.ts';

/**
 * A stored record: flags (1 byte, bit 0: null value), time of append (8 bytes, double), length of the key and of the
 * headers (4 bytes each), key, headers as JSON, value. Partition and offset are in the key of the entry.
 */
const timeAt = 1;
const keyLengthAt = 9;
const headersLengthAt = 13;
const bodyAt = 17;
const nullValue = 1;

export interface EncodedRecord {
  readonly key: Buffer;
  readonly bytes: Buffer;
  readonly tombstone: boolean;
}

/** Everything but the time of append, which is stamped when the record gets its offset. */
export function encodeRecord({ key, value, headers }: NewRecord): EncodedRecord {
  const keyBytes = Buffer.from(key);
  const headerBytes = headers && Object.keys(headers).length > 0 ? Buffer.from(JSON.stringify(headers)) : undefined;
  const valueAt = bodyAt + keyBytes.length + (headerBytes?.length ?? 0);
  // A buffer of its own, not a slice of Node's pool: lmdb is handed its address.
  const bytes = Buffer.allocUnsafeSlow(valueAt + (value?.length ?? 0));
  bytes.writeUInt8(value === null ? nullValue : 0, 0);
  bytes.writeUInt32BE(keyBytes.length, keyLengthAt);
  bytes.writeUInt32BE(headerBytes?.length ?? 0, headersLengthAt);
  bytes.set(keyBytes, bodyAt);
  if (headerBytes) bytes.set(headerBytes, bodyAt + keyBytes.length);
  if (value) bytes.set(value, valueAt);
  return { key: keyBytes, bytes, tombstone: value === null };
}

export function stampRecord(bytes: Buffer, appendedAtMs: number): void {
  bytes.writeDoubleBE(appendedAtMs, timeAt);
}

export function appendedAtOf(bytes: Buffer): number {
  return bytes.readDoubleBE(timeAt);
}

/** Reads headers out of their JSON. Records that follow each other mostly have the same, and then share the object. */
export class HeadersReader {
  #text = '';
  #headers: LogRecord['headers'] = Object.freeze({});

  read(text: string): LogRecord['headers'] {
    if (text === this.#text) return this.#headers;
    this.#headers = Object.freeze(text === '' ? {} : JSON.parse(text));
    this.#text = text;
    return this.#headers;
  }
}

export function decodeRecord(
  bytes: Buffer,
  partition: number,
  offset: number,
  headers = new HeadersReader(),
): LogRecord {
  const headersAt = bodyAt + bytes.readUInt32BE(keyLengthAt);
  const valueAt = headersAt + bytes.readUInt32BE(headersLengthAt);
  return {
    key: bytes.toString('utf8', bodyAt, headersAt),
    value: (bytes.readUInt8(0) & nullValue) !== 0 ? null : bytes.subarray(valueAt),
    headers: headers.read(bytes.toString('utf8', headersAt, valueAt)),
    partition,
    offset,
    appendedAtMs: appendedAtOf(bytes),
  };
}
