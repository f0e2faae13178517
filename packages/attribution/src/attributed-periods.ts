import { type Attribution, type Decision, factKinds, type TimeRange } from '@custody/decision';
import { attribute, possibleOwners } from './attribute.ts';
import type { GrantHistory } from './grant-history.ts';
import { turningPointsOf } from './turning-points.ts';

/** A stretch of time throughout which the same call is attributed alike. */
export interface AttributedPeriod extends TimeRange {
  readonly attribution: Attribution;
}

/** Whether two attributions are the same in every field. */
function isSame(a: Attribution, b: Attribution): boolean {
  return a.candidates.length === b.candidates.length && JSON.stringify(a) === JSON.stringify(b);
}

/**
 * Attribution of the same call at any moment of a range, for many calls of one environment. Attribution looks at facts
 * and listings only, so between two moments that one of those tells it is constant: asking once in each such period is
 * asking at every moment. The history must not change meanwhile.
 */
export class AttributedPeriods {
  readonly #envId: string;
  readonly #history: GrantHistory;
  readonly #range: TimeRange;
  /** Moments that may matter to any call. */
  readonly #common: ReadonlySet<number>;

  constructor(envId: string, history: GrantHistory, range: TimeRange) {
    this.#envId = envId;
    this.#history = history;
    this.#range = range;
    const ofListings = factKinds.flatMap((kind) => turningPointsOf(null, history.listing(envId, kind)));
    const ofTools = [...history.everyToolLevel(envId)].flatMap((level) => turningPointsOf(level, undefined));
    this.#common = new Set([...ofListings, ...ofTools].filter((atMs) => this.#isInside(atMs)));
  }

  #isInside(atMs: number): boolean {
    return atMs > this.#range.fromMs && atMs < this.#range.toMs;
  }

  #pointsOf({ agentKey, server, evidenceHumans }: Decision): number[] {
    const humans = [agentKey, ...evidenceHumans, ...possibleOwners(server)];
    const points = new Set(this.#common);
    for (const fact of this.#history.factsAbout(this.#envId, agentKey, server, humans)) {
      for (const atMs of turningPointsOf(fact, undefined)) if (this.#isInside(atMs)) points.add(atMs);
    }
    return [...points].sort((a, b) => a - b);
  }

  /** Periods that cover the range without a gap, each as long as it can be. The call's own time is not looked at. */
  of(call: Decision): AttributedPeriod[] {
    const { fromMs, toMs } = this.#range;
    const points = this.#pointsOf(call);
    const periods: AttributedPeriod[] = [];
    for (const [index, startMs] of [fromMs, ...points].entries()) {
      const attribution = attribute({ ...call, occurredAtMs: startMs }, this.#envId, this.#history);
      const endMs = points[index] ?? toMs;
      const last = periods.at(-1);
      if (last === undefined || !isSame(last.attribution, attribution)) {
        periods.push({ fromMs: startMs, toMs: endMs, attribution });
      } else periods[periods.length - 1] = { ...last, toMs: endMs };
    }
    return periods;
  }
}
