import type { Clock } from '@custody/runtime';

/** Time that stands still until a test, or something that sleeps, moves it. */
export class TestClock implements Clock {
  #nowMs: number;

  constructor(nowMs: number) {
    this.#nowMs = nowMs;
  }

  now(): number {
    return this.#nowMs;
  }

  advance(ms: number): void {
    this.#nowMs += ms;
  }

  async sleep(durationMs: number): Promise<void> {
    this.#nowMs += durationMs;
    await new Promise<void>((resolve) => setImmediate(resolve));
  }
}
