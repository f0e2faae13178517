import { Readable } from 'node:stream';
import { ByteReader } from './byte-reader.ts';
import { type ColumnShape, columnShape } from './column-shape.ts';

/** From this revision on each column says whether it is serialized in a special way. */
const customSerializationRevision = 54_454;
/** No overflow row, no bucket. */
const blockInfo = Buffer.from([1, 0, 2, 255, 255, 255, 255, 0]);
const plainSerialization = Buffer.from([0]);

/** Key widths and flags of a dictionary column. */
const keysFollowFlag = 0x200n;

async function* prefixes(reader: ByteReader, shape: ColumnShape): AsyncGenerator<Buffer> {
  if (shape.kind === 'dictionary') yield* reader.pass(8);
  else if (shape.kind === 'tuple') for (const part of shape.of) yield* prefixes(reader, part);
  else if (shape.kind === 'array' || shape.kind === 'nullable') yield* prefixes(reader, shape.of);
}

async function* values(reader: ByteReader, shape: ColumnShape, rows: number): AsyncGenerator<Buffer> {
  if (rows === 0) return;
  if (shape.kind === 'fixed') yield* reader.pass(rows * shape.bytes);
  else if (shape.kind === 'string') yield* reader.strings(rows);
  else if (shape.kind === 'tuple') for (const part of shape.of) yield* values(reader, part, rows);
  else if (shape.kind === 'nullable') {
    yield* reader.pass(rows);
    yield* values(reader, shape.of, rows);
  } else if (shape.kind === 'array') {
    yield* reader.pass((rows - 1) * 8);
    const last = await reader.take(8);
    yield last;
    yield* values(reader, shape.of, Number(last.readBigUInt64LE()));
  } else yield* dictionary(reader, shape.of);
}

async function* dictionary(reader: ByteReader, keys: ColumnShape): AsyncGenerator<Buffer> {
  const flags = await reader.take(8);
  yield flags;
  const kind = flags.readBigUInt64LE();
  if (kind & keysFollowFlag) {
    const count = await reader.take(8);
    yield count;
    yield* values(reader, keys, Number(count.readBigUInt64LE()));
  }
  const count = await reader.take(8);
  yield count;
  yield* reader.pass(Number(count.readBigUInt64LE()) * 2 ** Number(kind & 0xffn));
}

async function* blocks(reader: ByteReader, revision: number): AsyncGenerator<Buffer> {
  while (!(await reader.atEnd())) {
    const columns = await reader.varint();
    const rows = await reader.varint();
    yield Buffer.concat([blockInfo, columns.bytes, rows.bytes]);
    for (let index = 0; index < columns.value; index++) {
      const name = await reader.varint();
      yield Buffer.concat([name.bytes, await reader.take(name.value)]);
      const length = await reader.varint();
      const type = await reader.take(length.value);
      const shape = columnShape(type.toString());
      yield Buffer.concat([length.bytes, type]);
      if (revision >= customSerializationRevision) yield plainSerialization;
      if (rows.value === 0) continue;
      yield* prefixes(reader, shape);
      yield* values(reader, shape, rows.value);
    }
  }
}

/** Small pieces travel together. */
async function* gathered(pieces: AsyncGenerator<Buffer>, minBytes = 65_536): AsyncGenerator<Buffer> {
  let held: Buffer[] = [];
  let size = 0;
  for await (const piece of pieces) {
    held.push(piece);
    size += piece.length;
    if (size < minBytes) continue;
    yield Buffer.concat(held);
    held = [];
    size = 0;
  }
  if (size > 0) yield Buffer.concat(held);
}

/**
 * Native blocks as a client of `revision` expects them (`client_protocol_version`; drivers such as clickhouse-go, and
 * with it Grafana, ask for it). The engine in a library writes those of revision 0 only: what is added here is the
 * information before a block and one byte per column.
 */
export function nativeOfRevision(source: Readable, revision: number): Readable {
  async function* transcoded(): AsyncGenerator<Buffer> {
    const chunks = source.iterator({ destroyOnReturn: false }) as AsyncIterator<Buffer>;
    try {
      yield* gathered(blocks(new ByteReader(chunks), revision));
    } finally {
      // The engine must never be left writing into a pipe that nobody empties.
      source.resume();
    }
  }
  return Readable.from(transcoded(), { objectMode: false });
}
