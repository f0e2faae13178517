export const secondMs = 1_000;
export const minuteMs = 60 * secondMs;
export const hourMs = 60 * minuteMs;
export const dayMs = 24 * hourMs;

/** A half-open range of time, `fromMs ≤ t < toMs`, in milliseconds since the epoch. */
export interface TimeRange {
  readonly fromMs: number;
  readonly toMs: number;
}

/** The start of the UTC hour that holds the instant. */
export function hourOf(epochMs: number): number {
  return Math.floor(epochMs / hourMs) * hourMs;
}

export function contains(range: TimeRange, epochMs: number): boolean {
  return range.fromMs <= epochMs && epochMs < range.toMs;
}

export function durationMs(range: TimeRange): number {
  return Math.max(0, range.toMs - range.fromMs);
}

/** The part of the range inside each UTC hour that it touches, in order. */
export function splitByHour(range: TimeRange): TimeRange[] {
  const parts: TimeRange[] = [];
  for (let fromMs = range.fromMs; fromMs < range.toMs; ) {
    const toMs = Math.min(hourOf(fromMs) + hourMs, range.toMs);
    parts.push({ fromMs, toMs });
    fromMs = toMs;
  }
  return parts;
}
