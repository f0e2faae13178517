import type { Clock, Logger } from '@custody/runtime';
import { readTokens, type StoreClient, type StoredToken } from '@custody/store';

/** Older than this, what is known is read anew while requests go on by it. */
const freshMs = 2_000;
/** Older than this, a request waits for the reading: a revoked token is refused everywhere within five seconds. */
const staleMs = 4_500;
/** A reading that takes longer has failed. */
const timeoutMs = 5_000;

interface Known {
  readonly byHash: ReadonlyMap<string, StoredToken>;
  /** When the reading of them began. */
  readonly atMs: number;
}

/**
 * The tokens of the store, in memory: a request finds its own without asking the store. Nothing is ever decided by what
 * was read more than five seconds ago; where the store cannot be read, nobody gets in by what it used to say.
 */
export class KnownTokens {
  readonly #store: StoreClient;
  readonly #clock: Clock;
  readonly #logger: Logger;
  #known: Known | null = null;
  #reading: Promise<Known> | null = null;

  constructor({ store, clock, logger }: { store: StoreClient; clock: Clock; logger: Logger }) {
    this.#store = store;
    this.#clock = clock;
    this.#logger = logger;
  }

  /** Reads them anew, or waits for the reading that is under way. Throws `STORE_*`. */
  refresh(): Promise<unknown> {
    this.#reading ??= this.#read().finally(() => {
      this.#reading = null;
    });
    return this.#reading;
  }

  /** Reads them anew every two seconds, so that no request has to wait for it, until the signal aborts. */
  async keepFresh(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      // Where it fails, requests say so.
      await this.refresh().catch((error: unknown) => this.#logger.debug({ err: error }, 'could not read tokens'));
      await this.#clock.sleep(freshMs, signal);
    }
  }

  /** Reads them anew after what has just been written. Throws `STORE_*`. */
  async refreshAfterWrite(): Promise<void> {
    await this.#reading?.catch(() => undefined);
    await this.refresh();
  }

  /** All of them, by the hash of their secret. Throws `STORE_*` where they are not known well enough. */
  async current(): Promise<ReadonlyMap<string, StoredToken>> {
    const age = this.#age();
    if (age > staleMs) await this.refresh();
    // Whoever waits next finds out why it failed.
    else if (age > freshMs)
      this.refresh().catch((error: unknown) => this.#logger.debug({ err: error }, 'could not read tokens'));
    return this.#known?.byHash ?? new Map();
  }

  /** Milliseconds; a clock that was set back makes everything old. */
  #age(): number {
    const age = this.#known === null ? Number.POSITIVE_INFINITY : this.#clock.now() - this.#known.atMs;
    return age < 0 ? Number.POSITIVE_INFINITY : age;
  }

  async #read(): Promise<Known> {
    const atMs = this.#clock.now();
    const tokens = await readTokens(this.#store, { timeoutMs });
    this.#known = { byHash: new Map(tokens.map((token) => [token.secret_sha256, token])), atMs };
    return this.#known;
  }
}
