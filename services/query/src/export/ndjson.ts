import { type ExportColumn, lineEncoder, type RowEncoder } from './column.ts';

/** One JSON object a line, the columns in their order. */
export function ndjsonEncoder(columns: readonly ExportColumn[]): RowEncoder {
  const names = columns.map(({ name }) => name);
  return lineEncoder('', (row) => `${JSON.stringify(Object.fromEntries(names.map((name) => [name, row[name]])))}\n`);
}
