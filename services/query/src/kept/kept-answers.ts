import {
  areRight,
  type Basis,
  believedMs,
  RecentlyUsed,
  type StatementOptions,
  type StoreClient,
  UnderWay,
} from '@custody/store';

/** An answer as it is sent, but for what is proven of its range, which the clock changes. */
export interface KeptAnswer {
  /** JSON. */
  readonly data: string;
  /** What of `meta` was found with it. */
  readonly meta: object;
  /** All that it rests on; nothing where that is not known, so that it cannot be kept. */
  readonly bases: readonly Basis[];
  /** Of the seal book that it was planned by; `null` where that is not one. */
  readonly bookVersion: number | null;
}

export interface KeptQuestion {
  /** The same for the same question of callers who may see the same, and for no other. */
  readonly key: string;
  readonly store: StoreClient;
  readonly statement: StatementOptions & { readonly sinceMs: number };
  readonly read: () => Promise<KeptAnswer>;
}

/** Characters, most of them a byte each. */
const mostTogether = 8_000_000;
const mostOfOne = 1_000_000;

interface Entry extends KeptAnswer {
  readonly readAtMs: number;
}

/**
 * Answers as they were sent, for whoever asks the same next: as long as nothing was said of what they rest on, which is looked at
 * each time, they are what would be read anew. Those that nobody asked for longest make room.
 */
export class KeptAnswers {
  readonly #entries = new RecentlyUsed<Entry>({ mostSize: mostTogether });
  readonly #underWay = new UnderWay<KeptAnswer>();

  /** An answer that has all that was stored before the statement's `sinceMs`. Throws what reading throws. */
  answer({ key, store, statement, read }: KeptQuestion): Promise<KeptAnswer> {
    return this.#underWay.answer(key, {
      sinceMs: statement.sinceMs,
      recall: async () => {
        const entry = this.#get(key);
        return entry !== null && (await areRight(store, entry.bases, statement)) ? entry : null;
      },
      read: async () => {
        const readAtMs = performance.now();
        const answer = await read();
        this.#set(key, { ...answer, readAtMs });
        return answer;
      },
    });
  }

  #get(key: string): Entry | null {
    const entry = this.#entries.get(key);
    if (entry === undefined) return null;
    if (performance.now() - entry.readAtMs <= believedMs) return entry;
    this.#entries.delete(key);
    return null;
  }

  #set(key: string, entry: Entry): void {
    this.#entries.delete(key);
    const size = key.length + entry.data.length;
    if (entry.bases.length > 0 && size <= mostOfOne) this.#entries.set(key, entry, size);
  }
}
