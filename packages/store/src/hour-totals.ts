import { hourMs, type TimeRange } from '@custody/decision';
import type { HourRange } from './hour-ranges.ts';

/** How much of some time is not proven, milliseconds. */
export interface Unproven {
  readonly open: number;
  readonly unreadable: number;
}

/**
 * Sums over whole hours, from the first one that anything is known of to the last: a range of a year is told by two of them
 * instead of 8,760 hours. What lies outside is open.
 */
export class HourTotals {
  readonly #first: number;
  readonly #end: number;
  readonly #open: Float64Array;
  readonly #unreadable: Float64Array;
  readonly #within: (range: TimeRange) => Unproven;

  /** From the first hour to the one after the last. `within` tells of a part of one hour. */
  constructor([first, end]: HourRange, within: (range: TimeRange) => Unproven) {
    this.#first = Math.min(first, end);
    this.#end = end;
    this.#within = within;
    this.#open = new Float64Array(this.#end - this.#first + 1);
    this.#unreadable = new Float64Array(this.#end - this.#first + 1);
    for (let index = 0; index < this.#end - this.#first; index += 1) {
      const startMs = (this.#first + index) * hourMs;
      const { open, unreadable } = within({ fromMs: startMs, toMs: startMs + hourMs });
      this.#open[index + 1] = (this.#open[index] ?? 0) + open;
      this.#unreadable[index + 1] = (this.#unreadable[index] ?? 0) + unreadable;
    }
  }

  /** Of any range; nothing of an empty one. */
  of({ fromMs, toMs }: TimeRange): Unproven {
    if (fromMs >= toMs) return { open: 0, unreadable: 0 };
    const [firstWhole, endWhole] = [Math.ceil(fromMs / hourMs), Math.floor(toMs / hourMs)];
    if (firstWhole > endWhole) return this.#within({ fromMs, toMs });
    const parts = [
      this.#whole(firstWhole, endWhole),
      ...(fromMs < firstWhole * hourMs ? [this.#within({ fromMs, toMs: firstWhole * hourMs })] : []),
      ...(endWhole * hourMs < toMs ? [this.#within({ fromMs: endWhole * hourMs, toMs })] : []),
    ];
    return {
      open: parts.reduce((sum, part) => sum + part.open, 0),
      unreadable: parts.reduce((sum, part) => sum + part.unreadable, 0),
    };
  }

  #whole(from: number, end: number): Unproven {
    const index = (hour: number) => Math.min(Math.max(hour, this.#first), this.#end) - this.#first;
    const [start, stop] = [index(from), index(end)];
    const unknown = end - from - (stop - start);
    return {
      open: (this.#open[stop] ?? 0) - (this.#open[start] ?? 0) + unknown * hourMs,
      unreadable: (this.#unreadable[stop] ?? 0) - (this.#unreadable[start] ?? 0),
    };
  }
}
