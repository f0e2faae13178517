import type { StatementOptions, StoreClient } from '../client.ts';
import type { SealBook } from '../plan/seal-book.ts';
import { ask } from '../questions/question.ts';
import { type EnvironmentHour, type HourRows, hourRowsOf, hourRowsQuestion, textColumns } from './hour-rows.ts';

/** Believed for as long as answers are, for the same reason. */
const believedMs = 60_000;
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
  size: number;
}

const keyOf = ({ envId, startMs }: EnvironmentHour) => `${startMs} ${envId}`;

function without(rows: number): HourRows {
  const nothing = { values: [], codes: new Uint16Array(rows) };
  const texts = Object.fromEntries(textColumns.map((name) => [name, nothing])) as unknown as HourRows['texts'];
  return { size: rows, atMs: new Float64Array(rows), texts, candidates: nothing };
}

/**
 * The decisions of hours that are read from rows, for all questions together: as long as nothing is said of an hour, what was read
 * of it is what would be read again. Those that nobody asked for longest make room.
 */
export class KeptHours {
  readonly #client: StoreClient;
  readonly #book: SealBook;
  readonly #hours = new Map<string, KeptHour>();
  readonly #tooLarge = new Set<string>();
  #rows = 0;
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
      if (wanted.some((hour) => this.#tooLarge.has(keyOf(hour)))) return null;
      const missing = wanted.filter((hour) => this.#get(hour) === null);
      if (missing.length > 0) this.#lead(missing, statement);
      try {
        const found = await Promise.all(wanted.map((hour) => this.#hours.get(keyOf(hour))?.rows ?? null));
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
    const key = keyOf(hour);
    const kept = this.#hours.get(key);
    if (kept === undefined) return null;
    const isRight = kept.words === this.#book.wordsOfHour(hour.envId, hour.startMs);
    if (!isRight || performance.now() - kept.readAtMs > believedMs) return null;
    this.#hours.delete(key);
    this.#hours.set(key, kept);
    return kept;
  }

  /** Of another store behind the same address nothing is known. */
  #followStore(): void {
    if (this.#generation === this.#book.generation) return;
    this.#generation = this.#book.generation;
    for (const key of [...this.#hours.keys()]) this.#forget(key);
    this.#tooLarge.clear();
  }

  #lead(hours: readonly EnvironmentHour[], { signal: _, ...statement }: StatementOptions): void {
    const readAtMs = performance.now();
    const noted = hours.map((hour) => ({ ...hour, words: this.#book.wordsOfHour(hour.envId, hour.startMs) }));
    // Not bound to one client: others may be waiting for the same. All panels of a page are, and it is short.
    const answer = ask(this.#client, hourRowsQuestion(hours), { ...statement, isUrgent: true });
    const byKey = answer.then(
      (found) => new Map(found.map((hour) => [keyOf({ envId: hour.env_id, startMs: hour.hour * 1_000 }), hour])),
    );
    for (const { words, ...hour } of noted) {
      const key = keyOf(hour);
      this.#forget(key);
      const rows = byKey.then((found) => {
        const own = found.get(key);
        return own === undefined ? without(0) : hourRowsOf(own);
      });
      const kept: KeptHour = { words, readAtMs, rows, size: 0 };
      this.#hours.set(key, kept);
      rows.then(
        (read) => this.#settle(key, kept, read),
        () => this.#hours.get(key) === kept && this.#forget(key),
      );
    }
  }

  #settle(key: string, kept: KeptHour, read: HourRows | null): void {
    if (this.#hours.get(key) !== kept) return;
    if (read === null) {
      if (this.#tooLarge.size >= mostTooLarge) this.#tooLarge.clear();
      this.#tooLarge.add(key);
      this.#forget(key);
      return;
    }
    kept.size = read.size;
    this.#rows += read.size;
    for (const oldest of this.#hours.keys()) {
      if (this.#rows <= mostRows) break;
      if (oldest !== key) this.#forget(oldest);
    }
  }

  #forget(key: string): void {
    this.#rows -= this.#hours.get(key)?.size ?? 0;
    this.#hours.delete(key);
  }
}
