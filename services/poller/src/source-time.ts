import { hourMs } from '@custody/decision';
import type { Clock } from '@custody/runtime';
import type { DecisionSource } from './source.ts';

/** A source that tells the time more wrongly than this, or a clock of ours that does: the one that is behind counts. */
const mostTrustedAheadMs = hourMs;

/**
 * What time it is at the source, by the `Date` of its answers; by our own clock only until it has answered with one.
 * Ours may be wrong by minutes or jump, and a window that closes by such a clock would miss rows.
 */
export class SourceTime {
  readonly #clock: Clock;
  #seen: { readonly dateMs: number; readonly atMs: number } | null = null;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** The `Date` of an answer; `null` where it had none. */
  observe(serverDateMs: number | null): void {
    if (serverDateMs !== null) this.#seen = { dateMs: serverDateMs, atMs: this.#clock.now() };
  }

  /**
   * The time by which age is judged, never later than the source's own: the last `Date` as it was, seconds old while the
   * source answers. A source's clock that is hours ahead of ours would close windows before their rows exist.
   */
  earliestMs(): number {
    const nowMs = this.#clock.now();
    return this.#seen === null ? nowMs : Math.min(this.#seen.dateMs, nowMs + mostTrustedAheadMs);
  }

  /** Up to when fresh rows are asked for: whichever clock is ahead. */
  latestMs(): number {
    return Math.max(this.#clock.now(), this.tellMs());
  }

  /** The time that is told, of coverage and in records: the last `Date` and what has passed since. */
  tellMs(): number {
    const nowMs = this.#clock.now();
    return this.#seen === null ? nowMs : this.#seen.dateMs + Math.max(0, nowMs - this.#seen.atMs);
  }

  /** How far our clock is ahead of the source's, milliseconds; `null` until an answer had a `Date`. */
  skewMs(): number | null {
    return this.#seen === null ? null : this.#seen.atMs - this.#seen.dateMs;
  }
}

/** A source whose answers tell the time: the same interface, wrapped. `onSkew` is told how far our clock is ahead. */
export function withSourceTime(
  source: DecisionSource,
  time: SourceTime,
  onSkew: (skewMs: number) => void = () => undefined,
): DecisionSource {
  const observe = (serverDateMs: number | null) => {
    time.observe(serverDateMs);
    const skewMs = time.skewMs();
    if (skewMs !== null) onSkew(skewMs);
  };
  return {
    async listDecisions(request, signal) {
      const page = await source.listDecisions(request, signal);
      observe(page.serverDateMs);
      return page;
    },
    async countDecisions(range, facet, options) {
      const count = await source.countDecisions(range, facet, options);
      observe(count.serverDateMs);
      return count;
    },
  };
}
