/** A stretch of hours by their numbers since the epoch, the end exclusive. */
export type HourRange = readonly [from: number, until: number];

/** A set of hours, told by stretches: a year without a gap is one of them instead of 8,760 hours. */
export class HourRanges {
  readonly #ranges: readonly HourRange[];

  /** In order and apart. */
  constructor(ranges: readonly HourRange[]) {
    this.#ranges = ranges;
  }

  /** The first of the hours; Infinity where there is none. */
  get first(): number {
    return this.#ranges[0]?.[0] ?? Number.POSITIVE_INFINITY;
  }

  /** The hour after the last one; 0 where there is none. */
  get end(): number {
    return this.#ranges.at(-1)?.[1] ?? 0;
  }

  has(hour: number): boolean {
    let [low, high] = [0, this.#ranges.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.#ranges[middle]?.[1] ?? 0) <= hour) low = middle + 1;
      else high = middle;
    }
    return (this.#ranges[low]?.[0] ?? Number.POSITIVE_INFINITY) <= hour;
  }
}
