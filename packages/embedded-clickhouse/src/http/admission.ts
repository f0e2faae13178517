import { EngineException } from '../engine/exception.ts';

interface Waiting {
  readonly admit: () => void;
  readonly refuse: (error: Error) => void;
}

/** Bounds how many queries run and how many wait, first come, first served. */
export class Admission {
  readonly #max: number;
  readonly #maxWaiting: number;
  readonly #waiting = new Set<Waiting>();
  #running = 0;

  constructor(max: number, maxWaiting: number) {
    this.#max = max;
    this.#maxWaiting = maxWaiting;
  }

  /**
   * Resolves with the function that gives the place back. Throws code 202 when too many wait already, and the
   * signal's reason when the client went away while it waited.
   */
  async enter(signal: AbortSignal): Promise<() => void> {
    signal.throwIfAborted();
    if (this.#running < this.#max) this.#running++;
    else await this.#wait(signal);
    let left = false;
    return () => {
      if (left) return;
      left = true;
      const [next] = this.#waiting;
      if (next) next.admit();
      else this.#running--;
    };
  }

  #wait(signal: AbortSignal): Promise<void> {
    if (this.#waiting.size >= this.#maxWaiting) {
      const message = `Too many simultaneous queries. Maximum: ${this.#max} running, ${this.#maxWaiting} waiting`;
      throw new EngineException(202, 'TOO_MANY_SIMULTANEOUS_QUERIES', message);
    }
    return new Promise((resolve, reject) => {
      const settle = (then: () => void) => {
        this.#waiting.delete(entry);
        signal.removeEventListener('abort', abort);
        then();
      };
      const entry: Waiting = { admit: () => settle(resolve), refuse: (error) => settle(() => reject(error)) };
      const abort = () => entry.refuse(signal.reason as Error);
      this.#waiting.add(entry);
      signal.addEventListener('abort', abort, { once: true });
    });
  }
}
