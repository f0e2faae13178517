import { Readable } from 'node:stream';
import { setImmediate as breath } from 'node:timers/promises';
import type { ExportedRow, RowEncoder } from './column.ts';

/** Small enough that a piece is written in one go. */
const chunkBytes = 65_536;

/** Rows that are written at once: the bytes of a whole page would be there a second time beside its rows. */
const rowsAtOnce = 250;

function* pieces(bytes: Uint8Array): Generator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += chunkBytes) yield bytes.subarray(at, at + chunkBytes);
}

function* pageBytes(page: readonly ExportedRow[], encoder: RowEncoder): Generator<Uint8Array> {
  for (let at = 0; at < page.length; at += rowsAtOnce) yield* pieces(encoder.page(page.slice(at, at + rowsAtOnce)));
}

async function* encoded(
  first: readonly ExportedRow[],
  rest: AsyncIterable<readonly ExportedRow[]>,
  encoder: RowEncoder,
): AsyncGenerator<Uint8Array> {
  yield* pieces(encoder.begin());
  yield* pageBytes(first, encoder);
  for await (const page of rest) {
    yield* pageBytes(page, encoder);
    // Others' answers are made by the same process.
    await breath();
  }
  yield* pieces(encoder.end());
}

/**
 * The bytes of an export whose first page is there already. Reads on only as fast as it is read itself; a failure destroys
 * it, so that what was sent lacks its end.
 */
export function exportStream(
  first: readonly ExportedRow[],
  rest: AsyncIterable<readonly ExportedRow[]>,
  encoder: RowEncoder,
): Readable {
  return Readable.from(encoded(first, rest, encoder), { objectMode: false, highWaterMark: 4 * chunkBytes });
}
