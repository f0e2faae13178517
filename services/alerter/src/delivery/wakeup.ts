import type { Clock } from '@custody/runtime';

/** A sleep that ends early when something happens; what happened before it began ends it at once. */
export class Wakeup {
  readonly #clock: Clock;
  #isDue = false;
  #sleeping: AbortController | null = null;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  wake(): void {
    this.#isDue = true;
    this.#sleeping?.abort();
  }

  /** Resolves at that time, milliseconds, when woken, or when the signal aborts. */
  async sleepUntil(atMs: number, signal: AbortSignal): Promise<void> {
    const sleeping = new AbortController();
    const onAbort = () => sleeping.abort();
    this.#sleeping = sleeping;
    signal.addEventListener('abort', onAbort, { once: true });
    if (!this.#isDue && !signal.aborted) {
      await this.#clock.sleep(Math.max(0, atMs - this.#clock.now()), sleeping.signal);
    }
    signal.removeEventListener('abort', onAbort);
    this.#sleeping = null;
    this.#isDue = false;
  }
}
