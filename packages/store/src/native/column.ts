import { ByteWriter } from './byte-writer.ts';

/**
 * A column of rows in ClickHouse's format `Native`: how a block travels inside ClickHouse itself, so that the store
 * neither parses texts nor builds dictionaries. Compared with JSON lines it costs the store a quarter of the time.
 * The types here are those of the block; the store casts them to the table's.
 */
export interface Column<Row> {
  readonly name: string;
  readonly type: string;
  begin(): ColumnValues<Row>;
}

/** The values of a column so far. Written as rows come, so that no row has to be kept. */
export interface ColumnValues<Row> {
  add(row: Row): void;
  /** All values in pieces, made as they are asked for; may be asked for again. */
  pieces(): Iterable<Uint8Array>;
}

function written<Row>(name: string, type: string, write: (out: ByteWriter, row: Row) => void): Column<Row> {
  return {
    ...{ name, type },
    begin() {
      const out = new ByteWriter();
      return { add: (row) => write(out, row), pieces: () => [out.take()] };
    },
  };
}

/** Texts of which most differ. */
export function text<Row>(name: string, value: (row: Row) => string): Column<Row> {
  return written(name, 'String', (out, row) => out.text(value(row)));
}

/** Whole numbers as ClickHouse has them: 64 bits each, the low half first. */
function words(values: readonly number[]): Uint8Array {
  const halves = new Uint32Array(values.length * 2);
  let at = 0;
  for (const value of values) {
    const high = Math.floor(value / 2 ** 32);
    halves[at] = value - high * 2 ** 32;
    halves[at + 1] = high;
    at += 2;
  }
  return new Uint8Array(halves.buffer);
}

function integers<Row>(name: string, type: string, value: (row: Row) => number): Column<Row> {
  return {
    ...{ name, type },
    begin() {
      const values: number[] = [];
      return { add: (row) => values.push(value(row)), pieces: () => [words(values)] };
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

/** UUIDs in their canonical form. */
export function uuids<Row>(name: string, value: (row: Row) => string): Column<Row> {
  return written(name, 'UUID', (out, row) => out.uuid(value(row)));
}

/** One of a few names, each of which has a number from 0 to 127. */
export function named<Row, Name extends string>(
  name: string,
  numbers: Readonly<Record<Name, number>>,
  value: (row: Row) => Name,
): Column<Row> {
  const names = Object.entries<number>(numbers).map(([key, number]) => `'${key}' = ${number}`);
  return written(name, `Enum8(${names.join(', ')})`, (out, row) => out.byte(numbers[value(row)]));
}

/** Lists of texts, mostly empty ones: where each ends, then all of them. */
export function textList<Row>(name: string, value: (row: Row) => readonly string[]): Column<Row> {
  return {
    ...{ name, type: 'Array(String)' },
    begin() {
      const ends: number[] = [];
      const texts = new ByteWriter();
      let end = 0;
      return {
        add(row) {
          const list = value(row);
          for (const one of list) texts.text(one);
          end += list.length;
          ends.push(end);
        },
        pieces: () => [words(ends), texts.take()],
      };
    },
  };
}

/** Bytes on the way to the store are copied together in pieces of about so many. */
const pieceBytes = 256 * 1_024;

/** Bytes, stored as they are. They are kept by reference until they are sent. */
export function bytes<Row>(name: string, value: (row: Row) => Uint8Array): Column<Row> {
  return {
    ...{ name, type: 'String' },
    begin() {
      const values: Uint8Array[] = [];
      return {
        add: (row) => values.push(value(row)),
        *pieces() {
          let out = new ByteWriter(pieceBytes);
          for (const one of values) {
            out.sized(one);
            if (out.length < pieceBytes) continue;
            yield out.take();
            out = new ByteWriter(pieceBytes);
          }
          yield out.take();
        },
      };
    },
  };
}

/** What ClickHouse names the format of dictionaries, and the flags "keys follow" and "the dictionary is new". */
const dictionaryVersion = 1;
const ownKeys = 2 ** 9 + 2 ** 10;

/** The narrowest numbers that count so many keys; the exponent says to ClickHouse how wide they are. */
function narrowed(indexes: readonly number[], keys: number) {
  if (keys <= 2 ** 8) return { exponent: 0, narrow: Uint8Array.from(indexes) };
  if (keys <= 2 ** 16) return { exponent: 1, narrow: Uint16Array.from(indexes) };
  return { exponent: 2, narrow: Uint32Array.from(indexes) };
}

/** Texts that repeat: each is written once, and each row says which. */
export function dictionary<Row>(name: string, value: (row: Row) => string): Column<Row> {
  return {
    ...{ name, type: 'LowCardinality(String)' },
    begin() {
      const keys = new Map<string, number>();
      const indexes: number[] = [];
      return {
        add(row) {
          const key = value(row);
          const known = keys.get(key);
          indexes.push(known ?? keys.size);
          if (known === undefined) keys.set(key, keys.size);
        },
        pieces() {
          const { exponent, narrow } = narrowed(indexes, keys.size);
          const out = new ByteWriter(narrow.byteLength + keys.size * 16 + 64);
          out.int64(dictionaryVersion);
          out.int64(exponent + ownKeys);
          out.int64(keys.size);
          for (const key of keys.keys()) out.text(key);
          out.int64(indexes.length);
          out.bytes(new Uint8Array(narrow.buffer));
          return [out.take()];
        },
      };
    },
  };
}
