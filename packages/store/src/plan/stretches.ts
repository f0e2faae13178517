import { dayMs, hourMs, minuteMs, type TimeRange } from '@custody/decision';
import type { Level } from '../rollups/cubes.ts';

/** Length of the levels that belong to an hour, milliseconds. */
export const withinHourMs = { five_minutes: 5 * minuteMs, quarter: 15 * minuteMs, hour: hourMs } as const;
export type FineLevel = keyof typeof withinHourMs;

export function isFine(level: Level): level is FineLevel {
  return level in withinHourMs;
}

/** The UTC day that begins at or before the instant. */
export function dayAt(epochMs: number): TimeRange {
  const fromMs = Math.floor(epochMs / dayMs) * dayMs;
  return { fromMs, toMs: fromMs + dayMs };
}

/** The UTC month that the instant lies in. */
export function monthAt(epochMs: number): TimeRange {
  const at = new Date(epochMs);
  const fromMs = Date.UTC(at.getUTCFullYear(), at.getUTCMonth());
  return { fromMs, toMs: Date.UTC(at.getUTCFullYear(), at.getUTCMonth() + 1) };
}

/** Adds a stretch at the end, as part of the last one where it follows it. */
export function append(ranges: { fromMs: number; toMs: number }[], fromMs: number, toMs: number): void {
  const last = ranges[ranges.length - 1];
  if (last?.toMs === fromMs) last.toMs = toMs;
  else ranges.push({ fromMs, toMs });
}

/** The starts of the hours that ranges (in order, disjoint) touch. */
export function hoursOf(ranges: readonly TimeRange[]): number[] {
  const hours: number[] = [];
  for (const { fromMs, toMs } of ranges) {
    for (let hour = Math.floor(fromMs / hourMs) * hourMs; hour < toMs; hour += hourMs) {
      if (hours.at(-1) !== hour) hours.push(hour);
    }
  }
  return hours;
}

/** The starts of the hours, days or months that ranges (in order, disjoint) touch. */
export function startsOf(span: 'hour' | 'day' | 'month', ranges: readonly TimeRange[]): number[] {
  if (span === 'hour') return hoursOf(ranges);
  const spanAt = span === 'day' ? dayAt : monthAt;
  const starts: number[] = [];
  for (const { fromMs, toMs } of ranges) {
    for (let atMs = spanAt(fromMs).fromMs; atMs < toMs; atMs = spanAt(atMs).toMs) starts.push(atMs);
  }
  return starts;
}
