import type { Clock } from '@custody/runtime';
import type { DecisionSource } from './source.ts';

/**
 * What time it is at the source. A window that closes by a clock that runs ahead would miss late rows, so age is judged
 * by whichever of the two clocks is behind; fresh rows are asked for up to whichever is ahead.
 */
export class SourceTime {
  readonly #clock: Clock;
  #sourceMs: number | null = null;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** The `Date` of an answer; `null` where it had none. Kept as it is: it is seconds old at most. */
  observe(serverDateMs: number | null): void {
    if (serverDateMs !== null) this.#sourceMs = serverDateMs;
  }

  earliestMs(): number {
    const nowMs = this.#clock.now();
    return this.#sourceMs === null ? nowMs : Math.min(nowMs, this.#sourceMs);
  }

  latestMs(): number {
    const nowMs = this.#clock.now();
    return this.#sourceMs === null ? nowMs : Math.max(nowMs, this.#sourceMs);
  }
}

/** A source whose answers tell the time: the same interface, wrapped. */
export function withSourceTime(source: DecisionSource, time: SourceTime): DecisionSource {
  return {
    async listDecisions(request, signal) {
      const page = await source.listDecisions(request, signal);
      time.observe(page.serverDateMs);
      return page;
    },
    async countDecisions(range, facet, options) {
      const count = await source.countDecisions(range, facet, options);
      time.observe(count.serverDateMs);
      return count;
    },
  };
}
