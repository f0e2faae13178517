import type { Rank } from './level.ts';

/** A time during which a grant held at one rank; `toMs` is exclusive, Infinity where no end is known yet. */
export interface Held {
  readonly rank: Rank;
  readonly fromMs: number;
  toMs: number;
}

/** The held time that covers a moment. */
export function heldAt(held: readonly Held[], atMs: number): Held | undefined {
  for (let index = held.length - 1; index >= 0; index -= 1) {
    const time = held[index];
    if (time && time.fromMs <= atMs) return atMs < time.toMs ? time : undefined;
  }
  return undefined;
}

/** Whether no end is known: changes are drawn at the end of what is known, and a year is caught up with in a second. */
export function isOpen(time: Held): boolean {
  return time.toMs === Number.POSITIVE_INFINITY;
}

/** What is held with no end known; 0 for nothing. */
export function openRank(held: readonly Held[]): Rank {
  const last = held.at(-1);
  return last && isOpen(last) ? last.rank : 0;
}

/** Ends what is held, and holds a rank from a moment on; 0 for nothing. */
export function hold(held: Held[], rank: Rank, atMs: number): void {
  const last = held.at(-1);
  if (last && last.toMs > atMs) last.toMs = atMs;
  if (rank > 0) held.push({ rank, fromMs: atMs, toMs: Number.POSITIVE_INFINITY });
}
