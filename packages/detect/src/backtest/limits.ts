import { type DeniedMinuteRow, minuteMs, passesFilter } from '@custody/decision';
import type { Rule } from '../rule-set/rule.ts';
import { keyOf, passesCell } from '../rule-set/scope.ts';

type Counts = ReadonlyMap<string, number>;

/** Counts for the limit of one rule, minute by minute: whether any reaches it. */
class CountedLimit {
  readonly rule: Rule;
  readonly #minutes: Counts[] = [];
  readonly #sums = new Map<string, number>();
  readonly #atLeast: number;
  #reached = 0;

  constructor(rule: Rule) {
    this.rule = rule;
    this.#atLeast = rule.threshold?.atLeast ?? Number.POSITIVE_INFINITY;
  }

  get isReached(): boolean {
    return this.#reached > 0;
  }

  passes(cell: DeniedMinuteRow, envName: string): boolean {
    const { scope } = this.rule;
    return passesFilter(scope.env, [cell.envId, envName]) && passesCell(scope, { ...cell, isNewPair: false });
  }

  take(cells: readonly DeniedMinuteRow[], envName: string): void {
    const { threshold } = this.rule;
    if (threshold === null) return;
    const counts = new Map<string, number>();
    for (const cell of cells) {
      const key = keyOf(threshold.per, cell);
      if ((key === '' && threshold.per !== 'environment') || !this.passes(cell, envName)) continue;
      counts.set(key, (counts.get(key) ?? 0) + cell.denials);
    }
    this.#add(counts, 1);
    this.#minutes.push(counts);
    const leaving =
      this.#minutes.length > Math.floor(threshold.withinMs / minuteMs) ? this.#minutes.shift() : undefined;
    if (leaving !== undefined) this.#add(leaving, -1);
  }

  #add(counts: Counts, sign: 1 | -1): void {
    for (const [key, count] of counts) {
      const before = this.#sums.get(key) ?? 0;
      const after = before + sign * count;
      if (after === 0) this.#sums.delete(key);
      else this.#sums.set(key, after);
      this.#reached += Number(after >= this.#atLeast) - Number(before >= this.#atLeast);
    }
  }
}

/** The limits that rules set, counted in one environment. */
export class Limits {
  readonly #each: readonly CountedLimit[];
  readonly #envName: string;

  constructor(rules: readonly Rule[], envName: string) {
    this.#envName = envName;
    this.#each = rules.filter(({ detectors }) => detectors.includes('threshold')).map((rule) => new CountedLimit(rule));
  }

  take(cells: readonly DeniedMinuteRow[]): void {
    for (const limit of this.#each) limit.take(cells, this.#envName);
  }

  /** Whether any limit is reached at the end of the minute that was taken last. */
  get isReached(): boolean {
    return this.#each.some(({ isReached }) => isReached);
  }
}
