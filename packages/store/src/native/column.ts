import { ByteWriter } from './byte-writer.ts';

/**
 * A column of rows in ClickHouse's format `Native`: how a block travels inside ClickHouse itself, so that the store
 * neither parses texts nor builds dictionaries. Compared with JSON lines it costs the store a quarter of the time.
 * The types here are those of the block; the store casts them to the table's.
 */
export interface Column<Row> {
  readonly name: string;
  readonly type: string;
  /** The values of all rows, in pieces that are made as they are asked for. */
  encode(rows: readonly Row[]): Iterable<Uint8Array>;
}

/** Texts are written in pieces of about so many bytes. */
const pieceBytes = 256 * 1_024;

function* inPieces<T>(values: Iterable<T>, write: (out: ByteWriter, value: T) => void): Generator<Uint8Array> {
  let out = new ByteWriter(pieceBytes);
  for (const value of values) {
    write(out, value);
    if (out.length < pieceBytes) continue;
    yield out.take();
    out = new ByteWriter(pieceBytes);
  }
  if (out.length > 0) yield out.take();
}

function* each<Row, T>(rows: readonly Row[], value: (row: Row) => T): Generator<T> {
  for (const row of rows) yield value(row);
}

/** Texts of which most differ. */
export function text<Row>(name: string, value: (row: Row) => string): Column<Row> {
  return {
    ...{ name, type: 'String' },
    encode: (rows) => inPieces(each(rows, value), (out, one) => out.text(one)),
  };
}

/** Bytes, stored as they are. */
export function bytes<Row>(name: string, value: (row: Row) => Uint8Array): Column<Row> {
  return {
    ...{ name, type: 'String' },
    encode: (rows) => inPieces(each(rows, value), (out, one) => out.sized(one)),
  };
}

/** Lists of texts, mostly empty ones. */
export function textList<Row>(name: string, value: (row: Row) => readonly string[]): Column<Row> {
  return {
    ...{ name, type: 'Array(String)' },
    *encode(rows) {
      const ends = new ByteWriter(rows.length * 8);
      let end = 0;
      for (const row of rows) {
        end += value(row).length;
        ends.int64(end);
      }
      yield ends.take();
      yield* inPieces(
        rows.flatMap((row) => value(row)),
        (out, one) => out.text(one),
      );
    },
  };
}

function integers<Row>(name: string, type: string, value: (row: Row) => number): Column<Row> {
  return {
    ...{ name, type },
    *encode(rows) {
      const out = new ByteWriter(rows.length * 8);
      for (const row of rows) out.int64(value(row));
      yield out.take();
    },
  };
}

/** Times, as milliseconds since the epoch. */
export function times<Row>(name: string, value: (row: Row) => number): Column<Row> {
  return integers(name, "DateTime64(3, 'UTC')", value);
}

/** Whole numbers from 0 to 2^53. */
export function unsigned<Row>(name: string, value: (row: Row) => number): Column<Row> {
  return integers(name, 'UInt64', value);
}

/** One of a few names, each of which has a number from 0 to 127. */
export function named<Row, Name extends string>(
  name: string,
  numbers: Readonly<Record<Name, number>>,
  value: (row: Row) => Name,
): Column<Row> {
  const names = Object.entries<number>(numbers).map(([key, number]) => `'${key}' = ${number}`);
  return {
    ...{ name, type: `Enum8(${names.join(', ')})` },
    *encode(rows) {
      yield Uint8Array.from(rows, (row) => numbers[value(row)]);
    },
  };
}

const hyphens = /-/g;

/** UUIDs in their canonical form. ClickHouse keeps each half of one as a little-endian number. */
export function uuids<Row>(name: string, value: (row: Row) => string): Column<Row> {
  return {
    ...{ name, type: 'UUID' },
    *encode(rows) {
      const hex = rows.map((row) => value(row).replace(hyphens, '')).join('');
      const out = Buffer.from(hex, 'hex');
      yield out.swap64();
    },
  };
}

/** What ClickHouse names the format of dictionaries, and the flags "keys follow" and "the dictionary is new". */
const dictionaryVersion = 1;
const ownKeys = 2 ** 9 + 2 ** 10;

/** The narrowest numbers that count so many keys; the exponent says to ClickHouse how wide they are. */
function indexesFor(keys: number, rows: number) {
  if (keys <= 2 ** 8) return { exponent: 0, indexes: new Uint8Array(rows) };
  if (keys <= 2 ** 16) return { exponent: 1, indexes: new Uint16Array(rows) };
  return { exponent: 2, indexes: new Uint32Array(rows) };
}

/** Texts that repeat: each is written once, and each row says which. */
export function dictionary<Row>(name: string, value: (row: Row) => string): Column<Row> {
  return {
    ...{ name, type: 'LowCardinality(String)' },
    *encode(rows) {
      const keys = new Map<string, number>();
      const found = new Uint32Array(rows.length);
      for (const [row, one] of rows.entries()) {
        const key = value(one);
        const known = keys.get(key);
        found[row] = known ?? keys.size;
        if (known === undefined) keys.set(key, keys.size);
      }
      const { exponent, indexes } = indexesFor(keys.size, rows.length);
      indexes.set(found);
      const out = new ByteWriter();
      out.int64(dictionaryVersion);
      out.int64(exponent + ownKeys);
      out.int64(keys.size);
      for (const key of keys.keys()) out.text(key);
      out.int64(rows.length);
      out.bytes(new Uint8Array(indexes.buffer));
      yield out.take();
    },
  };
}

/** Rows as one block of the format `Native`, in pieces. No rows are no block. */
export function* encodeBlock<Row>(columns: readonly Column<Row>[], rows: readonly Row[]): Generator<Uint8Array> {
  if (rows.length === 0) return;
  const counts = new ByteWriter();
  counts.varint(columns.length);
  counts.varint(rows.length);
  yield counts.take();
  for (const { name, type, encode } of columns) {
    const title = new ByteWriter();
    title.text(name);
    title.text(type);
    yield title.take();
    yield* encode(rows);
  }
}
