/** Rows of a CSV as RFC 4180 has it, by column; by plain code, which shares nothing with what wrote it. */
export function csvRows(text: string): Record<string, string>[] {
  const rows: string[][] = [];
  let row: string[] = [];
  let cell = '';
  let isQuoted = false;
  for (let at = 0; at < text.length; at++) {
    const character = text[at] as string;
    if (isQuoted && character === '"' && text[at + 1] === '"') {
      cell += '"';
      at += 1;
    } else if (character === '"') {
      isQuoted = !isQuoted;
    } else if (!isQuoted && (character === ',' || character === '\r')) {
      row.push(cell);
      cell = '';
      if (character === ',') continue;
      if (text[at + 1] !== '\n') throw new Error(`a line ends in CR alone at ${at}`);
      rows.push(row);
      row = [];
      at += 1;
    } else {
      cell += character;
    }
  }
  if (cell !== '' || row.length > 0 || isQuoted) throw new Error('the last line has no end');
  const [names = [], ...values] = rows;
  return values.map((line) => {
    if (line.length !== names.length) throw new Error(`a line has ${line.length} cells of ${names.length}`);
    return Object.fromEntries(names.map((name, index) => [name, line[index] ?? '']));
  });
}

/** What was in a cell before it was made harmless. */
export function cellValue(cell: string): string {
  return cell.startsWith("'") ? cell.slice(1) : cell;
}
