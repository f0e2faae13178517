import type { StatementOptions, StoreClient } from '../client.ts';
import { believedMs } from '../plan/answer-memory.ts';
import type { SealBook } from '../plan/seal-book.ts';
import { ask } from '../questions/question.ts';
import { RecentlyUsed } from '../recently-used.ts';
import {
  type EnvironmentHour,
  type HourRows,
  hourKey,
  hourRowsOf,
  hourRowsQuestion,
  textColumns,
} from './hour-rows.ts';

/** Of all hours together: some six megabytes. */
const mostRows = 200_000;
/** Hours that were too large are remembered to be so: more comes to an hour, hardly ever less. */
const mostTooLarge = 10_000;

interface KeptHour {
  /** How often something had been said of the hour before it was read. */
  readonly words: number;
  readonly readAtMs: number;
  /** `null`: too many. */
  readonly rows: Promise<HourRows | null>;
}

const nobody = { values: [], codes: new Uint16Array(0) };
/** Of an hour without any. */
const noRows: HourRows = {
  size: 0,
  atMs: new Float64Array(0),
  texts: Object.fromEntries(textColumns.map((name) => [name, nobody])) as unknown as HourRows['texts'],
  candidates: nobody,
};

/**
 * The decisions of hours that are read from rows, for all questions together: as long as nothing is said of an hour, what was read
 * of it is what would be read again. Those that nobody asked for longest make room.
 */
export class KeptHours {
  readonly #client: StoreClient;
  readonly #book: SealBook;
  readonly #hours = new RecentlyUsed<KeptHour>({ mostSize: mostRows });
  readonly #tooLarge = new Set<string>();
  #generation = 0;

  constructor(client: StoreClient, book: SealBook) {
    this.#client = client;
    this.#book = book;
  }

  /**
   * The hours as of the book's last look or later, in their order; `null` where one is too large to be held. Throws `STORE_*`.
   */
  async read(wanted: readonly EnvironmentHour[], statement: StatementOptions): Promise<readonly HourRows[] | null> {
    for (;;) {
      if (wanted.some((hour) => this.#tooLarge.has(hourKey(hour)))) return null;
      const missing = wanted.filter((hour) => this.#get(hour) === null);
      if (missing.length > 0) this.#lead(missing, statement);
      try {
        const found = await Promise.all(wanted.map((hour) => this.#hours.peek(hourKey(hour))?.rows ?? null));
        const held = found.filter((rows) => rows !== null);
        return held.length === wanted.length ? held : null;
      } catch (error) {
        // What befell a reading that somebody else had begun befalls it alone.
        if (missing.length > 0) throw error;
      }
    }
  }

  #get(hour: EnvironmentHour): KeptHour | null {
    this.#followStore();
    const key = hourKey(hour);
    const kept = this.#hours.peek(key);
    if (kept === undefined) return null;
    const isRight = kept.words === this.#book.wordsOfHour(hour.envId, hour.startMs);
    if (!isRight || performance.now() - kept.readAtMs > believedMs) return null;
    return this.#hours.get(key) ?? null;
  }

  /** Of another store behind the same address nothing is known. */
  #followStore(): void {
    if (this.#generation === this.#book.generation) return;
    this.#generation = this.#book.generation;
    for (const [key] of [...this.#hours]) this.#hours.delete(key);
    this.#tooLarge.clear();
  }

  #lead(hours: readonly EnvironmentHour[], { signal: _, ...statement }: StatementOptions): void {
    const readAtMs = performance.now();
    const noted = hours.map((hour) => ({ ...hour, words: this.#book.wordsOfHour(hour.envId, hour.startMs) }));
    // Not bound to one client: others may be waiting for the same. All panels of a page are, and it is short.
    const answer = ask(this.#client, hourRowsQuestion(hours), { ...statement, isUrgent: true });
    const byKey = answer.then(
      (found) => new Map(found.map((hour) => [hourKey({ envId: hour.env_id, startMs: hour.hour * 1_000 }), hour])),
    );
    for (const { words, ...hour } of noted) {
      const key = hourKey(hour);
      const rows = byKey.then((found) => {
        const own = found.get(key);
        return own === undefined ? noRows : hourRowsOf(own);
      });
      const kept: KeptHour = { words, readAtMs, rows };
      this.#hours.set(key, kept, 0);
      rows.then(
        (read) => this.#settle(key, kept, read),
        () => this.#hours.peek(key) === kept && this.#hours.delete(key),
      );
    }
  }

  #settle(key: string, kept: KeptHour, read: HourRows | null): void {
    if (this.#hours.peek(key) !== kept) return;
    if (read === null) {
      if (this.#tooLarge.size >= mostTooLarge) this.#tooLarge.clear();
      this.#tooLarge.add(key);
      this.#hours.delete(key);
      return;
    }
    this.#hours.resize(key, read.size);
  }
}
