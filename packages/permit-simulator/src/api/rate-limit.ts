/** Lets `perMinute` requests through in any 60 seconds. */
export class RateLimit {
  readonly #perMinute: number;
  readonly #now: () => number;
  /** Ring of the moments of the last `perMinute` requests that were let through. */
  readonly #moments: number[] = [];
  #next = 0;

  constructor(perMinute: number, now: () => number) {
    this.#perMinute = perMinute;
    this.#now = now;
  }

  /** Takes one request's place; else the milliseconds until there is one. */
  take(): number | undefined {
    if (this.#perMinute === Number.POSITIVE_INFINITY) return undefined;
    const nowMs = this.#now();
    const oldestMs = this.#moments[this.#next];
    if (oldestMs !== undefined && nowMs - oldestMs < 60_000) return oldestMs + 60_000 - nowMs;
    this.#moments[this.#next] = nowMs;
    this.#next = (this.#next + 1) % this.#perMinute;
    return undefined;
  }
}
