import type { ExportColumn, RowEncoder } from './column.ts';
import { csvEncoder } from './csv.ts';
import { ndjsonEncoder } from './ndjson.ts';

export const exportFormats = ['csv', 'ndjson', 'parquet'] as const;
export type ExportFormat = (typeof exportFormats)[number];
/** What `format=` takes: one of the exports, or the pages of JSON that are answered otherwise. */
export const answerFormats = ['json', ...exportFormats] as const;

/** How each is answered. */
export const mediaTypes: Readonly<Record<ExportFormat, string>> = {
  csv: 'text/csv; charset=utf-8; header=present',
  ndjson: 'application/x-ndjson',
  parquet: 'application/vnd.apache.parquet',
};

/** What a client may write in `Accept`. */
const accepted: Readonly<Record<string, ExportFormat>> = {
  'text/csv': 'csv',
  'application/x-ndjson': 'ndjson',
  'application/ndjson': 'ndjson',
  'application/jsonl': 'ndjson',
  'application/vnd.apache.parquet': 'parquet',
};

/** The export that a client likes best, by the weights of its `Accept`; `null` where it likes JSON as much or nothing of ours. */
function preferred(accept: string): ExportFormat | null {
  const ranges = accept.split(',').map((text) => {
    const [type = '', ...parameters] = text.split(';').map((part) => part.trim().toLowerCase());
    const weight = parameters.find((parameter) => parameter.startsWith('q='))?.slice(2);
    return { type, weight: weight === undefined ? 1 : Number(weight) || 0 };
  });
  const best = Math.max(...ranges.map(({ weight }) => weight));
  const types = ranges.filter(({ weight }) => weight === best && weight > 0).map(({ type }) => type);
  if (types.some((type) => ['application/json', 'application/*', '*/*'].includes(type))) return null;
  return types.map((type) => accepted[type]).find((format) => format !== undefined) ?? null;
}

/** The export that a request asks for, by `format=` or else by `Accept`; `null` for JSON, and for what `format=` does not know. */
export function exportFormatOf(format: string | null | undefined, accept: string | undefined): ExportFormat | null {
  if (format === null || format === undefined) return accept === undefined ? null : preferred(accept);
  return exportFormats.find((name) => name === format) ?? null;
}

/** Writes rows in a format. `about` goes into the file where the format has a place for it. */
export async function encoderOf(
  format: ExportFormat,
  columns: readonly ExportColumn[],
  about: Readonly<Record<string, string>>,
): Promise<RowEncoder> {
  if (format === 'csv') return csvEncoder(columns);
  if (format === 'ndjson') return ndjsonEncoder(columns);
  // Whatever writes Parquet is in memory only where somebody wants one.
  const { parquetEncoder } = await import('./parquet.ts');
  return parquetEncoder(columns, about);
}
