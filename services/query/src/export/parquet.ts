import { zstdCompressSync } from 'node:zlib';
import { ByteWriter, ParquetWriter } from 'hyparquet-writer';
import type { Cell, ExportColumn, ExportedRow, RowEncoder } from './column.ts';

type Schema = ConstructorParameters<typeof ParquetWriter>[0]['schema'];

/** Large enough to compress well, small enough that encoding one holds up nobody for long: about a tenth of a second. */
const rowsPerGroup = 20_000;

function schemaOf({ name, kind }: ExportColumn): Schema {
  if (kind === 'time')
    return [{ name, type: 'INT64', converted_type: 'TIMESTAMP_MILLIS', repetition_type: 'REQUIRED' }];
  if (kind === 'flag') return [{ name, type: 'BOOLEAN', repetition_type: 'REQUIRED' }];
  if (kind === 'text') return [{ name, type: 'BYTE_ARRAY', converted_type: 'UTF8', repetition_type: 'REQUIRED' }];
  return [
    { name, converted_type: 'LIST', repetition_type: 'REQUIRED', num_children: 1 },
    { name: 'list', repetition_type: 'REPEATED', num_children: 1 },
    { name: 'element', type: 'BYTE_ARRAY', converted_type: 'UTF8', repetition_type: 'REQUIRED' },
  ];
}

function storedValue(cell: Cell | undefined, kind: ExportColumn['kind']): unknown {
  return kind === 'time' && typeof cell === 'string' ? new Date(cell) : cell;
}

/** Collects what is written, and gives it away. */
class TakenBytes extends ByteWriter {
  take(): Uint8Array {
    const bytes = this.getBytes().slice();
    // Positions in the file go on counting in `offset`.
    this.index = 0;
    return bytes;
  }
}

/**
 * Parquet: times as milliseconds in UTC, lists as lists, everything else as text; compressed with zstd. Of what was written
 * only the places of the groups are kept, some kilobytes for each 20,000 rows.
 */
export function parquetEncoder(columns: readonly ExportColumn[], about: Readonly<Record<string, string>>): RowEncoder {
  const bytes = new TakenBytes();
  const writer = new ParquetWriter({
    writer: bytes,
    schema: [{ name: 'root', num_children: columns.length }, ...columns.flatMap(schemaOf)],
    codec: 'ZSTD',
    compressors: { ZSTD: (input) => zstdCompressSync(input) },
    kvMetadata: Object.entries(about).map(([key, value]) => ({ key, value })),
    createdBy: 'custody',
  });
  let held: ExportedRow[] = [];
  const write = (rows: readonly ExportedRow[]) => {
    const columnData = columns.map(({ name, kind }) => ({
      name,
      data: rows.map((row) => storedValue(row[name], kind)),
      statistics: kind === 'time',
    }));
    writer.write({ columnData, rowGroupSize: rowsPerGroup });
  };
  return {
    begin: () => bytes.take(),
    page: (rows) => {
      held.push(...rows);
      while (held.length >= rowsPerGroup) {
        write(held.slice(0, rowsPerGroup));
        held = held.slice(rowsPerGroup);
      }
      return bytes.take();
    },
    end: () => {
      if (held.length > 0) write(held);
      held = [];
      writer.finish();
      return bytes.take();
    },
  };
}
