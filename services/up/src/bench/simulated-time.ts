import { secondMs } from '@custody/decision';
import type { Clock } from '@custody/runtime';

interface Sleeper {
  readonly wakeAtMs: number;
  readonly wake: () => void;
}

/** So many turns of the event loop without anything asked of the clock mean that all that runs is asleep. */
const quietTurns = 4;

/**
 * A clock for several loops side by side, hours of which pass in seconds: time moves to the next moment that somebody
 * sleeps for, and only once everybody sleeps. Work that takes real time is told to it by `during`.
 */
export class SimulatedTime implements Clock {
  #nowMs: number;
  readonly #sleepers = new Set<Sleeper>();
  #busy = 0;
  #stirs = 0;

  constructor(nowMs: number) {
    this.#nowMs = nowMs;
  }

  now(): number {
    return this.#nowMs;
  }

  async sleep(durationMs: number, signal?: AbortSignal): Promise<void> {
    this.#stirs += 1;
    if (signal?.aborted) return;
    const { promise, resolve } = Promise.withResolvers<void>();
    const wake = () => resolve();
    const sleeper = { wakeAtMs: this.#nowMs + Math.max(0, durationMs), wake };
    this.#sleepers.add(sleeper);
    signal?.addEventListener('abort', wake, { once: true });
    await promise;
    signal?.removeEventListener('abort', wake);
    this.#sleepers.delete(sleeper);
    this.#stirs += 1;
  }

  /** Time stands still until the work has ended. */
  async during<T>(work: Promise<T>): Promise<T> {
    this.#busy += 1;
    try {
      return await work;
    } finally {
      this.#busy -= 1;
      this.#stirs += 1;
    }
  }

  /** Does the work at once and then every period, one run at a time; like the poller's own schedule. */
  readonly every = async (periodSeconds: number, work: () => Promise<void>, signal: AbortSignal): Promise<void> => {
    const periodMs = periodSeconds * secondMs;
    while (!signal.aborted) {
      await work();
      await this.sleep(periodMs - (this.#nowMs % periodMs), signal);
    }
  };

  /** Lets time pass until a moment. Rejects when `interrupted` aborts. */
  async passUntil(endMs: number, interrupted: AbortSignal): Promise<void> {
    while (this.#nowMs < endMs) {
      await this.#quiet();
      interrupted.throwIfAborted();
      const next = Math.min(endMs, ...[...this.#sleepers].map(({ wakeAtMs }) => wakeAtMs));
      this.#nowMs = Math.max(this.#nowMs, next);
      for (const { wakeAtMs, wake } of this.#sleepers) if (wakeAtMs <= this.#nowMs) wake();
    }
  }

  async #quiet(): Promise<void> {
    let stirs = this.#stirs;
    for (let turns = 0; turns < quietTurns; turns += 1) {
      await new Promise<void>((resolve) => setImmediate(resolve));
      if (this.#busy === 0 && stirs === this.#stirs) continue;
      stirs = this.#stirs;
      turns = -1;
    }
  }
}
