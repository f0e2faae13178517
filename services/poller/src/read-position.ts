import type { TimeRange } from '@custody/decision';

/**
 * The newest stretch of time of which everything is handed on that the source listed when it was read. It proves nothing:
 * rows may still come late.
 */
export class ReadPosition {
  #range: TimeRange | null = null;

  get range(): TimeRange | null {
    return this.#range;
  }

  /** Adds what was read: to the stretch that it touches, else in its place where it is newer. */
  covers({ fromMs, toMs }: TimeRange): void {
    if (fromMs >= toMs) return;
    const known = this.#range;
    if (known === null || fromMs > known.toMs) {
      this.#range = { fromMs, toMs };
    } else if (toMs >= known.fromMs) {
      this.#range = { fromMs: Math.min(known.fromMs, fromMs), toMs: Math.max(known.toMs, toMs) };
    }
  }
}
