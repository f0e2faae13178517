import { harmless } from '../dead-letters/letter-bytes.ts';

/** A cell's text, harmless on a terminal, since agents choose their names: nothing in it moves a cursor or ends a line. */
function cell(value: unknown): string {
  return harmless(textOf(value));
}

/** Numbers grouped, lists joined, nothing for nothing. */
function textOf(value: unknown): string {
  if (value === null || value === undefined) return '';
  if (typeof value === 'number') return Number.isInteger(value) ? value.toLocaleString('en-US') : String(value);
  if (Array.isArray(value)) return value.join(', ');
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}

/** Counts, rates and lengths of time; they stand to the right. */
const quantity = /^([+-]?[\d,]+(\.\d+)?( %| s)?)?$/;

/** Rows as aligned columns, numbers to the right; the columns are those of the first row. */
export function formatTable(rows: readonly Readonly<Record<string, unknown>>[]): string {
  const [first] = rows;
  if (first === undefined) return 'nothing found';
  const columns = Object.keys(first);
  const cells = rows.map((row) => columns.map((column) => cell(row[column])));
  const widths = columns.map((column, i) => Math.max(column.length, ...cells.map((row) => row[i]?.length ?? 0)));
  const isQuantity = columns.map((_, i) => cells.every((row) => quantity.test(row[i] ?? '')));
  const render = (row: readonly string[]) =>
    row
      .map((text, i) => (isQuantity[i] ? text.padStart(widths[i] ?? 0) : text.padEnd(widths[i] ?? 0)))
      .join('  ')
      .trimEnd();
  return [render(columns), ...cells.map(render)].join('\n');
}

/** Named values below each other, each in a line; those without a value are left out. */
export function formatFields(fields: Readonly<Record<string, string>>): string {
  const shown = Object.entries(fields).filter(([, text]) => text !== '');
  const width = Math.max(...shown.map(([name]) => name.length));
  return shown.map(([name, text]) => `${name.padEnd(width)}  ${harmless(text)}`).join('\n');
}
