import { hourMs, hourOf, secondMs, type TimeRange } from '@custody/decision';
import type { Window } from './window.ts';

/** What a plan is made from. Times in milliseconds since the epoch. */
export interface PlanInput {
  readonly windowsOf: (hour: number) => readonly Window[];
  /** Start of the oldest hour that is to be read. */
  readonly horizonMs: number;
  /** Everything before is older than the lateness, and may be proven. */
  readonly frontierMs: number;
  /** A stretch that still grows is proven in slices of at least this length. */
  readonly sliceMs: number;
  /** True for a stretch that is to wait. */
  readonly isDeferred: (range: TimeRange) => boolean;
  /** True for a stretch that was read to its end and not proven: all that was listed of it is in the log. */
  readonly wasRead: (range: TimeRange) => boolean;
}

/** The end of the last whole second that is older than the lateness. */
export function frontierOf(nowMs: number, latenessMs: number): number {
  return Math.floor((nowMs - latenessMs) / secondMs) * secondMs;
}

/**
 * Where live reading begins: the hour before the one that the frontier is in. Older hours are history, read with what
 * live reading leaves of the budget.
 */
export function liveFromOf(frontierMs: number): number {
  return hourOf(frontierMs) - hourMs;
}

/**
 * The stretches of an hour that are neither proven nor unreadable, up to `untilMs`, in order. Neighbours are one stretch,
 * except windows that stand on record with a reason: those were split off, or have to be read again as they are.
 */
export function unproven(hour: number, windows: readonly Window[], untilMs: number): TimeRange[] {
  const endMs = Math.min(hour + hourMs, untilMs);
  const stretches: { fromMs: number; toMs: number; isFixed: boolean }[] = [];
  const add = (fromMs: number, toMs: number, isFixed: boolean) => {
    if (fromMs >= toMs) return;
    const last = stretches.at(-1);
    if (last && !last.isFixed && !isFixed && last.toMs === fromMs) last.toMs = toMs;
    else stretches.push({ fromMs, toMs, isFixed });
  };
  let cursorMs = hour;
  for (const { fromMs, toMs, state, reason } of windows) {
    add(cursorMs, Math.min(fromMs, endMs), false);
    if (state === 'open') add(fromMs, Math.min(toMs, endMs), reason !== '');
    cursorMs = toMs;
  }
  add(cursorMs, endMs, false);
  return stretches.map(({ fromMs, toMs }) => ({ fromMs, toMs }));
}

/** Without what a repair wants read again: that is read before history, and once. */
function* stretchesBetween(input: PlanInput, fromMs: number, untilMs: number): Iterable<TimeRange> {
  for (let hour = Math.max(fromMs, input.horizonMs); hour < untilMs; hour += hourMs) {
    const windows = input.windowsOf(hour);
    const repairs = new Set(windows.flatMap((window) => (window.repair ? [window.fromMs] : [])));
    for (const range of unproven(hour, windows, untilMs)) if (!repairs.has(range.fromMs)) yield range;
  }
}

/**
 * The oldest stretch before live time that may be read now: the source deletes it next. One that was read already waits
 * for those that were not: where the source deletes while it is read, reading on saves more than reading again.
 */
export function nextOfHistory(input: PlanInput): TimeRange | null {
  let again: TimeRange | null = null;
  for (const range of stretchesBetween(input, input.horizonMs, liveFromOf(input.frontierMs))) {
    if (input.isDeferred(range)) continue;
    if (!input.wasRead(range)) return range;
    again ??= range;
  }
  return again;
}

/** Hours of history with something left to prove. */
export function hoursOfHistoryLeft(input: PlanInput): number {
  const hours = new Set<number>();
  for (const { fromMs } of stretchesBetween(input, input.horizonMs, liveFromOf(input.frontierMs))) {
    hours.add(hourOf(fromMs));
  }
  return hours.size;
}

/** The oldest stretch of live time that may be proven now; one that still grows waits until it is a slice long. */
export function nextOfLive(input: PlanInput): TimeRange | null {
  const { frontierMs, sliceMs } = input;
  for (const range of stretchesBetween(input, liveFromOf(frontierMs), frontierMs)) {
    const isGrowing = range.toMs === frontierMs && range.toMs % hourMs !== 0;
    if (isGrowing && range.toMs - range.fromMs < sliceMs) continue;
    if (!input.isDeferred(range)) return range;
  }
  return null;
}

/** What of live time is not proven yet, its young part included, cut at the hours. */
export function openStretches(input: Pick<PlanInput, 'windowsOf' | 'horizonMs' | 'frontierMs'>, nowMs: number) {
  const fromMs = Math.max(liveFromOf(input.frontierMs), input.horizonMs);
  const stretches: TimeRange[] = [];
  for (let hour = fromMs; hour < nowMs; hour += hourMs) stretches.push(...unproven(hour, input.windowsOf(hour), nowMs));
  return stretches;
}
