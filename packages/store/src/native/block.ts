import { ByteWriter } from './byte-writer.ts';
import type { Column } from './column.ts';

/** Rows on their way into a table, column by column. A row is not kept: what is written of it is all that stays. */
export class Block<Row> {
  readonly names: readonly string[];
  readonly #columns;
  #rows = 0;

  constructor(columns: readonly Column<Row>[]) {
    this.names = columns.map(({ name }) => name);
    this.#columns = columns.map(({ name, type, begin }) => ({ name, type, values: begin() }));
  }

  get rows(): number {
    return this.#rows;
  }

  add(row: Row): void {
    for (const { values } of this.#columns) values.add(row);
    this.#rows += 1;
  }

  /** The block in the format `Native`, in pieces; may be asked for again. No rows are no bytes. */
  *pieces(): Generator<Uint8Array> {
    if (this.#rows === 0) return;
    const counts = new ByteWriter();
    counts.varint(this.#columns.length);
    counts.varint(this.#rows);
    yield counts.take();
    for (const { name, type, values } of this.#columns) {
      const title = new ByteWriter();
      title.text(name);
      title.text(type);
      yield title.take();
      yield* values.pieces();
    }
  }
}
