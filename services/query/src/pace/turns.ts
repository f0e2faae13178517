import { CustodyError } from '@custody/runtime';
import { storeErrors } from '@custody/store';

export interface TurnsOptions {
  /** So many at once. */
  readonly atOnce: number;
  /** Longest that one may wait, milliseconds. */
  readonly longestWaitMs: number;
}

/** Somebody who wants a turn. */
export interface TurnWanted {
  /** Whose it is: owners that wait take turns, however much each of them wants. */
  readonly owner: string;
  /** What it is, for how long it is likely to take. */
  readonly kind: string;
  /** Whether others may wait for what it is for. */
  readonly isShared?: boolean | undefined;
  /** Whether it lets others go before it for longer. */
  readonly isPatient?: boolean | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** A turn; to be ended. */
export interface Turn {
  /** Whether nobody else had one or waited for one when it began. */
  readonly isAlone: boolean;
  end(): void;
}

interface Waiting extends TurnWanted {
  readonly sinceMs: number;
  readonly begin: (turn: Turn) => void;
  readonly refuse: (error: unknown) => void;
}

/** Whoever wanted it has gone: no fault of ours. */
function givenUp(cause: unknown): CustodyError {
  return new CustodyError(storeErrors.STORE_CANCELLED, 'Given up before its turn came.', { cause });
}

/** Of one of which nothing is known yet. */
const usualMs = 30;
/** How much of what is known of a kind the newest one of it is. */
const newestShare = 0.2;
/** For how many times as long as it takes one that is patient lets all others go first. */
const patience = 4;
/** For so long what others may wait for goes before what only one does: not for ever, however much of it comes. */
const sharedFirstMs = 1_000;

/**
 * Bounds how many run at once, so that each has a core instead of a share of one. Who waits is let in owner by owner, the one
 * first who was served least; of one owner's the shortest, by how long those of its kind took, but for what has waited for as much
 * longer already; what others may wait for counts as waiting for a second, and what is patient as taking several times as long.
 */
export class Turns {
  readonly #options: TurnsOptions;
  readonly #waiting = new Set<Waiting>();
  /** Milliseconds that each owner was served. A newcomer begins with the least that anybody has who waits. */
  readonly #served = new Map<string, number>();
  readonly #lasting = new Map<string, number>();
  #running = 0;

  constructor(options: TurnsOptions) {
    this.#options = options;
  }

  /** Resolves when it may begin. Throws `STORE_CANCELLED` once the signal aborts, and `STORE_BUSY` where it would have to wait for too long. */
  async take(wanted: TurnWanted): Promise<Turn> {
    if (wanted.signal?.aborted) throw givenUp(wanted.signal.reason);
    if (this.#running < this.#options.atOnce) return this.#begin(wanted);
    const { promise, resolve, reject } = Promise.withResolvers<Turn>();
    const entry = { ...wanted, sinceMs: performance.now(), begin: resolve, refuse: reject };
    const give = (error: unknown) => {
      if (this.#waiting.delete(entry)) reject(error);
    };
    const gone = () => give(givenUp(wanted.signal?.reason));
    const { longestWaitMs, atOnce } = this.#options;
    const timer = setTimeout(() => {
      const detail = `${atOnce} statements run and ${this.#waiting.size} wait, this one for ${longestWaitMs / 1000} s.`;
      give(new CustodyError(storeErrors.STORE_BUSY, detail));
    }, longestWaitMs);
    wanted.signal?.addEventListener('abort', gone, { once: true });
    this.#waiting.add(entry);
    try {
      return await promise;
    } finally {
      clearTimeout(timer);
      wanted.signal?.removeEventListener('abort', gone);
    }
  }

  #begin({ owner, kind }: TurnWanted): Turn {
    const isAlone = this.#running === 0 && this.#waiting.size === 0;
    const startedAtMs = performance.now();
    this.#running += 1;
    let hasEnded = false;
    const end = () => {
      if (hasEnded) return;
      hasEnded = true;
      const tookMs = performance.now() - startedAtMs;
      this.#served.set(owner, (this.#served.get(owner) ?? 0) + tookMs);
      const known = this.#lasting.get(kind) ?? tookMs;
      this.#lasting.set(kind, known + newestShare * (tookMs - known));
      this.#running -= 1;
      this.#next();
    };
    return { isAlone, end };
  }

  #next(): void {
    if (this.#running === 0 && this.#waiting.size === 0) {
      // Nobody waits: whoever comes next, all begin alike.
      this.#served.clear();
      return;
    }
    const chosen = this.#chosen();
    if (chosen === null) return;
    this.#waiting.delete(chosen);
    chosen.begin(this.#begin(chosen));
  }

  #chosen(): Waiting | null {
    const nowMs = performance.now();
    const lastingMs = ({ kind, sinceMs, isShared = false, isPatient = false }: Waiting) => {
      const tookMs = (this.#lasting.get(kind) ?? usualMs) * (isPatient ? patience : 1);
      return tookMs - (nowMs - sinceMs) - (isShared ? sharedFirstMs : 0);
    };
    const servedMs = ({ owner }: Waiting) => this.#served.get(owner) ?? 0;
    const compare = (one: Waiting, other: Waiting) =>
      servedMs(one) - servedMs(other) || lastingMs(one) - lastingMs(other);
    let chosen: Waiting | null = null;
    for (const one of this.#waiting) {
      const order = chosen === null ? -1 : compare(one, chosen);
      if (order < 0) chosen = one;
    }
    return chosen;
  }
}
