/** What a cell of an export holds. Times are RFC 3339 in UTC. */
export type Cell = string | readonly string[] | boolean;

export type ExportedRow = Readonly<Record<string, Cell>>;

/** A column of an export; its kind says how each format writes it. */
export interface ExportColumn {
  readonly name: string;
  readonly kind: 'text' | 'time' | 'list' | 'flag';
}

/** Turns pages of rows into the bytes of a file, piece by piece. Nothing but the piece under way is kept. */
export interface RowEncoder {
  /** What comes before the first row. */
  begin(): Uint8Array;
  /** May be empty: some formats write several pages at once. */
  page(rows: readonly ExportedRow[]): Uint8Array;
  /** What is left, and what comes after the last row. Without it the file is broken. */
  end(): Uint8Array;
}

const nothing = new Uint8Array();

/** A format whose rows are lines of text. */
export function lineEncoder(header: string, line: (row: ExportedRow) => string): RowEncoder {
  return {
    begin: () => Buffer.from(header),
    page: (rows) => Buffer.from(rows.map(line).join('')),
    end: () => nothing,
  };
}
