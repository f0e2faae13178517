import { type Cell, type ExportColumn, lineEncoder, type RowEncoder } from './column.ts';

/** What makes a spreadsheet take a cell for a formula, and the mark itself, so that taking it off is always right. */
const dangerous = /^[=+\-@\t\r\n']/;
const special = /[",\r\n]/;

function textOf(cell: Cell): string {
  if (typeof cell === 'string') return cell;
  if (typeof cell === 'boolean') return cell ? 'true' : '';
  return cell.length === 0 ? '' : JSON.stringify(cell);
}

/**
 * A cell as RFC 4180 has it. One that a spreadsheet would run as a formula (it begins with = + - @, a tab or a line break)
 * gets a ' in front, and so does one that begins with a ' itself: without a leading ' every cell is what it was.
 */
export function csvCell(cell: Cell): string {
  const text = textOf(cell);
  const safe = dangerous.test(text) ? `'${text}` : text;
  return special.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

/** CSV with a header, lines ending in CR LF, UTF-8. Lists are JSON, empty ones nothing. */
export function csvEncoder(columns: readonly ExportColumn[], { mark = false } = {}): RowEncoder {
  const names = columns.map(({ name }) => name);
  // The mark tells spreadsheets that it is UTF-8; programs trip over it.
  const header = `${mark ? '\ufeff' : ''}${names.join(',')}\r\n`;
  return lineEncoder(header, (row) => `${names.map((name) => csvCell(row[name] ?? '')).join(',')}\r\n`);
}
