import { secondMs, type TimeRange } from '@custody/decision';
import type { ListedEntry } from '@custody/permit';
import type { DecisionSource } from './source.ts';

/** The whole seconds that a request for a range names. */
function boundsOf({ fromMs, toMs }: TimeRange): TimeRange {
  return {
    fromMs: Math.floor(fromMs / secondMs) * secondMs - secondMs,
    toMs: Math.ceil(toMs / secondMs) * secondMs + secondMs,
  };
}

/**
 * Whether the source lists what occurred exactly at the bounds of a request, as far as its answers have shown. It is not
 * documented, and matters where times are whole seconds: then something lies on most bounds.
 */
export class ListedBounds {
  #isLowerListed = false;
  #isUpperListed = false;

  /** Learns from what a request for the range listed. */
  observe(range: TimeRange, entries: readonly ListedEntry[]): void {
    const { fromMs, toMs } = boundsOf(range);
    for (const { occurredAtMs } of entries) {
      if (occurredAtMs === fromMs) this.#isLowerListed = true;
      if (occurredAtMs === toMs) this.#isUpperListed = true;
    }
  }

  /** The times that a request for the range lists for sure, the padding included. */
  surelyListed(range: TimeRange): TimeRange {
    const { fromMs, toMs } = boundsOf(range);
    return { fromMs: fromMs + (this.#isLowerListed ? 0 : 1), toMs: toMs + (this.#isUpperListed ? 1 : 0) };
  }
}

/** A source whose listings show how it treats bounds: the same interface, wrapped. */
export function withListedBounds(source: DecisionSource, bounds: ListedBounds): DecisionSource {
  return {
    async listDecisions(request, signal) {
      const page = await source.listDecisions(request, signal);
      bounds.observe(request.range, page.entries);
      return page;
    },
    countDecisions: (range, facet, options) => source.countDecisions(range, facet, options),
  };
}
