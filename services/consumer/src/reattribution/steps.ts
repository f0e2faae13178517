import { hourMs, type TimeRange } from '@custody/decision';
import type { HourOfRows } from '@custody/store';

/** A part of a job that is done at once: consecutive hours of one month, or a part of an hour. */
export interface StepRange extends TimeRange {
  /** At least so many as there are. */
  readonly rows: number;
}

function monthOf(atMs: number): number {
  const date = new Date(atMs);
  return date.getUTCFullYear() * 12 + date.getUTCMonth();
}

/** An hour of more rows than a step takes, cut evenly in time: how they are spread is not known. */
function partsOf({ hourStartMs, rows }: HourOfRows, mostRows: number): StepRange[] {
  const parts = Math.ceil(rows / mostRows);
  const edge = (part: number) => hourStartMs + Math.floor((part * hourMs) / parts);
  return Array.from({ length: parts }, (_, part) => ({
    fromMs: edge(part),
    toMs: edge(part + 1),
    rows: Math.ceil(rows / parts),
  })).reverse();
}

/**
 * Cuts the hours that have rows into steps, the newest first as they are given. A step stays inside a month, a partition
 * of the store, and below `mostRows`, one block of an insert: so that a reader sees all of it or nothing.
 */
export function planSteps(hours: readonly HourOfRows[], mostRows: number): StepRange[] {
  const steps: StepRange[] = [];
  for (const hour of hours) {
    const { hourStartMs, rows } = hour;
    const last = steps.at(-1);
    if (rows > mostRows) steps.push(...partsOf(hour, mostRows));
    else if (
      last !== undefined &&
      last.rows + rows <= mostRows &&
      last.fromMs >= hourStartMs + hourMs &&
      monthOf(last.toMs - 1) === monthOf(hourStartMs)
    ) {
      steps[steps.length - 1] = { fromMs: hourStartMs, toMs: last.toMs, rows: last.rows + rows };
    } else steps.push({ fromMs: hourStartMs, toMs: hourStartMs + hourMs, rows });
  }
  return steps;
}
