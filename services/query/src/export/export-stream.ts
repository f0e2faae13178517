import { Readable } from 'node:stream';
import { setImmediate as breath } from 'node:timers/promises';
import type { ExportedRow, RowEncoder } from './column.ts';

/** Small enough that a piece is written in one go. */
const chunkBytes = 65_536;

function* pieces(bytes: Uint8Array): Generator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += chunkBytes) yield bytes.subarray(at, at + chunkBytes);
}

async function* encoded(
  first: readonly ExportedRow[],
  rest: AsyncIterable<readonly ExportedRow[]>,
  encoder: RowEncoder,
): AsyncGenerator<Uint8Array> {
  yield* pieces(encoder.begin());
  yield* pieces(encoder.page(first));
  for await (const page of rest) {
    yield* pieces(encoder.page(page));
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
