import { minuteMs } from '@custody/decision';
import type { Calendar } from '../count/calendar.ts';
import { bucketsIn, type Span, spans } from '../count/span.ts';

/** How many were added to which of some numbered series in a minute. */
export interface MinuteOfCounts {
  readonly series: readonly number[];
  readonly counts: readonly number[];
}

const nothing: MinuteOfCounts = { series: [], counts: [] };

/** Denials of the windows that are watched, by the numbers of series, kept up to date minute by minute. */
export class SlidingCounts {
  readonly bySpan: Readonly<Record<Span, number[]>> = { bucket: [], quarter: [], half: [], block: [] };
  readonly #windows: readonly { readonly minutes: number; readonly sums: number[] }[];
  readonly #minutes: MinuteOfCounts[];
  #next = 0;

  constructor(calendar: Calendar) {
    this.#windows = spans.map((span) => {
      return { minutes: (bucketsIn(span, calendar) * calendar.bucketMs) / minuteMs, sums: this.bySpan[span] };
    });
    const longest = Math.max(...this.#windows.map(({ minutes }) => minutes));
    this.#minutes = new Array<MinuteOfCounts>(longest).fill(nothing);
  }

  /** Takes the next minute, and lets go of those that have left the windows. */
  push(minute: MinuteOfCounts): void {
    const { length } = this.#minutes;
    for (const { minutes, sums } of this.#windows) {
      add(sums, this.#minutes[(this.#next + length - minutes) % length] ?? nothing, -1);
      add(sums, minute, 1);
    }
    this.#minutes[this.#next] = minute;
    this.#next = (this.#next + 1) % length;
  }
}

function add(sums: number[], { series, counts }: MinuteOfCounts, sign: 1 | -1): void {
  for (let at = 0; at < series.length; at += 1) {
    const index = series[at] ?? 0;
    for (let missing = sums.length; missing <= index; missing += 1) sums.push(0);
    sums[index] = (sums[index] ?? 0) + sign * (counts[at] ?? 0);
  }
}
