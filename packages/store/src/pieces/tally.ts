import type { Measure } from '../questions/measures.ts';

/** What is counted by telling different ones apart. */
export const distinctMeasures = ['agents', 'humans', 'servers', 'tools'] as const;
export type DistinctMeasure = (typeof distinctMeasures)[number];

export function isDistinct(measure: Measure): measure is DistinctMeasure {
  return (distinctMeasures as readonly Measure[]).includes(measure);
}

/** What measures are made of, of some decisions; the tallies of parts add up to that of the whole, as measures do not. */
export class Tally {
  decisions = 0;
  denials = 0;
  /** Without those that the source did not decide. */
  decided = 0;
  /** Of nobody who is known. */
  possible = 0;
  firstMs = Number.POSITIVE_INFINITY;
  lastMs = Number.NEGATIVE_INFINITY;
  /** By measure, those that were met; of the measures that are asked for. */
  readonly met = new Map<DistinctMeasure, Set<string>>();

  constructor(measures: readonly Measure[]) {
    for (const measure of measures) if (isDistinct(measure)) this.met.set(measure, new Set());
  }

  get undecided(): number {
    return this.decisions - this.decided;
  }

  add(other: Tally): void {
    this.decisions += other.decisions;
    this.denials += other.denials;
    this.decided += other.decided;
    this.possible += other.possible;
    this.firstMs = Math.min(this.firstMs, other.firstMs);
    this.lastMs = Math.max(this.lastMs, other.lastMs);
    for (const [measure, own] of this.met) for (const text of other.met.get(measure) ?? []) own.add(text);
  }

  /** As the store would answer it. */
  measure(name: Measure): number | string | null {
    if (isDistinct(name)) return this.met.get(name)?.size ?? 0;
    if (name === 'deny_rate') return this.decided === 0 ? null : this.denials / this.decided;
    if (name === 'first_seen') return this.decisions === 0 ? null : new Date(this.firstMs).toISOString();
    if (name === 'last_seen') return this.decisions === 0 ? null : new Date(this.lastMs).toISOString();
    return this[name];
  }
}
