import { dayMs, secondMs, type TimeRange } from '@custody/decision';
import type { IdenticalReadings } from './closing.ts';

const firstPauseMs = 5 * secondMs;
const longestPauseMs = 900 * secondMs;

interface Waiting {
  readonly sinceMs: number;
  readonly pauseMs: number;
  readonly attempts: number;
  readonly identical: IdenticalReadings | null;
}

/** Stretches that wait before they are read again, and what their readings so far showed. Memory only. */
export class Deferrals {
  readonly #nowMs: () => number;
  readonly #waiting = new Map<string, Waiting>();

  constructor(nowMs: () => number) {
    this.#nowMs = nowMs;
  }

  isDeferred(range: TimeRange): boolean {
    const waiting = this.#waiting.get(keyOf(range));
    if (waiting === undefined) return false;
    const nowMs = this.#nowMs();
    // A clock that was set back must not hold a stretch up until it has caught up.
    return waiting.sinceMs <= nowMs && nowMs < waiting.sinceMs + waiting.pauseMs;
  }

  identicalReadings(range: TimeRange): IdenticalReadings | null {
    return this.#waiting.get(keyOf(range))?.identical ?? null;
  }

  /** How often the stretch was made to wait since it was last proven or split. */
  attempts(range: TimeRange): number {
    return this.#waiting.get(keyOf(range))?.attempts ?? 0;
  }

  /** Has a stretch wait, twice as long each time but at most `atMostMs`, so that one that fails holds up no other. */
  defer(range: TimeRange, identical: IdenticalReadings | null, atMostMs: number = longestPauseMs): void {
    const attempts = this.attempts(range) + 1;
    const sinceMs = this.#nowMs();
    const pauseMs = Math.min(firstPauseMs * 2 ** (attempts - 1), atMostMs, longestPauseMs);
    for (const [key, waiting] of this.#waiting) if (waiting.sinceMs < sinceMs - dayMs) this.#waiting.delete(key);
    this.#waiting.set(keyOf(range), { sinceMs, pauseMs, attempts, identical });
  }

  forget(range: TimeRange): void {
    this.#waiting.delete(keyOf(range));
  }
}

function keyOf({ fromMs, toMs }: TimeRange): string {
  return `${fromMs}-${toMs}`;
}
