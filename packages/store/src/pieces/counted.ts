import type { Measure } from '../questions/measures.ts';
import { Tally } from './tally.ts';

/** What a group is called, by the names that are grouped by. */
export type GroupNames = readonly (string | number)[];

/** A group of decisions, in one bucket of time where there are buckets. */
export interface CountedGroup {
  readonly bucketMs: number | null;
  readonly names: GroupNames;
  readonly tally: Tally;
}

/** Groups that are counted piece by piece. */
export class Counted {
  readonly #measures: readonly Measure[];
  readonly #groups = new Map<string, CountedGroup>();

  constructor(measures: readonly Measure[]) {
    this.#measures = measures;
  }

  /** In no order. */
  get groups(): CountedGroup[] {
    return [...this.#groups.values()];
  }

  add({ bucketMs, names, tally }: CountedGroup): void {
    const key = JSON.stringify([bucketMs, names]);
    const known = this.#groups.get(key) ?? { bucketMs, names, tally: new Tally(this.#measures) };
    this.#groups.set(key, known);
    known.tally.add(tally);
  }
}
