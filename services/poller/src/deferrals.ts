import { dayMs, secondMs, type TimeRange } from '@custody/decision';
import type { Clock } from '@custody/runtime';
import type { IdenticalReadings } from './closing.ts';

const firstPauseMs = 5 * secondMs;
const longestPauseMs = 900 * secondMs;

interface Waiting {
  readonly untilMs: number;
  readonly attempts: number;
  readonly identical: IdenticalReadings | null;
}

/** Stretches that wait before they are read again, and what their readings so far showed. Memory only. */
export class Deferrals {
  readonly #clock: Clock;
  readonly #waiting = new Map<string, Waiting>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  isDeferred(range: TimeRange): boolean {
    return this.#clock.now() < (this.#waiting.get(keyOf(range))?.untilMs ?? 0);
  }

  identicalReadings(range: TimeRange): IdenticalReadings | null {
    return this.#waiting.get(keyOf(range))?.identical ?? null;
  }

  /** Has a stretch wait, twice as long each time but at most `atMostMs`, so that one that fails holds up no other. */
  defer(range: TimeRange, identical: IdenticalReadings | null, atMostMs: number = longestPauseMs): void {
    const attempts = (this.#waiting.get(keyOf(range))?.attempts ?? 0) + 1;
    const pauseMs = Math.min(firstPauseMs * 2 ** (attempts - 1), atMostMs, longestPauseMs);
    for (const [key, { untilMs }] of this.#waiting) if (untilMs < this.#clock.now() - dayMs) this.#waiting.delete(key);
    this.#waiting.set(keyOf(range), { untilMs: this.#clock.now() + pauseMs, attempts, identical });
  }

  forget(range: TimeRange): void {
    this.#waiting.delete(keyOf(range));
  }
}

function keyOf({ fromMs, toMs }: TimeRange): string {
  return `${fromMs}-${toMs}`;
}
