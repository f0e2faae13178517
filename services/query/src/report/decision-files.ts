import type { StoredDecision } from '@custody/store';
import { csvEncoder } from '../export/csv.ts';
import { parquetEncoder } from '../export/parquet.ts';
import type { Archive } from './archive.ts';
import { LocalClock } from './local-clock.ts';
import type { RowsFile } from './report.ts';
import { type ReportedDecision, reportColumns, reportRow } from './report-row.ts';

/** Of one pair of files: a spreadsheet opens 1,048,576 rows, and the Parquet of one part waits in memory until its CSV is out. */
const rowsOfPart = 1_000_000;

export interface DecisionFilesParts {
  readonly archive: Archive;
  /** In front of the names of files. */
  readonly prefix: string;
  readonly timeZone: string;
  readonly isDemo: boolean;
  readonly rowsPerPart?: number;
}

/** A part that is being written: its rows go into the CSV at once, and into the Parquet beside it. */
interface Part {
  readonly parquet: Uint8Array[];
  rows: number;
}

/** Pages cut where a part ends, and given back one by one. */
class Feed {
  readonly #pages: AsyncIterator<readonly StoredDecision[]>;
  #left: readonly StoredDecision[] = [];
  isOver = false;

  constructor(pages: AsyncIterable<readonly StoredDecision[]>) {
    this.#pages = pages[Symbol.asyncIterator]();
  }

  /** The next rows, `most` at most; none at the end. */
  async take(most: number): Promise<readonly StoredDecision[]> {
    if (this.#left.length === 0) {
      const next = await this.#pages.next();
      this.isOver = next.done === true;
      this.#left = next.done === true ? [] : next.value;
    }
    const rows = this.#left.slice(0, most);
    this.#left = this.#left.slice(most);
    return rows;
  }
}

/**
 * Writes the decisions of a report as pairs of a CSV and a Parquet file with the same rows, each of a million at most. A row
 * is read once and goes into both, so that they cannot differ.
 */
export class DecisionFiles {
  readonly #parts: DecisionFilesParts;
  readonly #clock: LocalClock;

  constructor(parts: DecisionFilesParts) {
    this.#parts = parts;
    this.#clock = new LocalClock(parts.timeZone);
  }

  /** Resolves with the files, in their order. There is one pair at least. */
  async write(
    pages: AsyncIterable<readonly StoredDecision[]>,
    onRow: (row: StoredDecision) => ReportedDecision,
  ): Promise<RowsFile[]> {
    const { archive, prefix, rowsPerPart = rowsOfPart } = this.#parts;
    const feed = new Feed(pages);
    const files: RowsFile[] = [];
    let rows = await feed.take(rowsPerPart);
    for (let number = 1; number === 1 || rows.length > 0; number += 1) {
      const part: Part = { parquet: [], rows: 0 };
      const name = `${prefix}decisions-${String(number).padStart(3, '0')}`;
      const csv = await archive.add(`${name}.csv`, this.#writePart(part, rows, feed, onRow));
      const parquet = await archive.add(`${name}.parquet`, part.parquet, { isCompressed: false });
      files.push({ ...csv, rows: part.rows }, { ...parquet, rows: part.rows });
      rows = await feed.take(rowsPerPart);
    }
    return files;
  }

  /** Yields the CSV of one part, and leaves its Parquet behind. */
  async *#writePart(
    part: Part,
    first: readonly StoredDecision[],
    feed: Feed,
    onRow: (row: StoredDecision) => ReportedDecision,
  ): AsyncGenerator<Uint8Array> {
    const { isDemo, rowsPerPart = rowsOfPart } = this.#parts;
    const csv = csvEncoder(reportColumns, { mark: true });
    const parquet = parquetEncoder(reportColumns, isDemo ? { 'custody.demo': 'true' } : {});
    part.parquet.push(parquet.begin());
    yield csv.begin();
    for (let found = first; found.length > 0; found = await feed.take(rowsPerPart - part.rows)) {
      const rows = found.map((row) => reportRow(onRow(row), this.#clock));
      part.rows += rows.length;
      part.parquet.push(parquet.page(rows));
      yield csv.page(rows);
      if (part.rows >= rowsPerPart) break;
    }
    yield csv.end();
    part.parquet.push(parquet.end());
  }
}
