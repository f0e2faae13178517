import type { EntryRecord } from './entry-source.ts';

/** The ids of every entry that left in a whole answer. It grows with them: for tests. */
export class ServedLog {
  readonly #ids = new Set<string>();

  /** 32 hex digits each. */
  get ids(): ReadonlySet<string> {
    return this.#ids;
  }

  add(entries: readonly EntryRecord[]): void {
    for (const { id } of entries) this.#ids.add(id);
  }
}
