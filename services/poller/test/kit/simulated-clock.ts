import type { Clock } from '@custody/runtime';

interface Sleeper {
  readonly atMs: number;
  readonly order: number;
  readonly wake: () => void;
}

/**
 * Time for loops that run side by side: it jumps to whoever is to wake next once all of them wait, so that a day takes as
 * long as the work in it. What waits for something else than this clock is not waited for.
 */
export class SimulatedClock implements Clock {
  #nowMs: number;
  #order = 0;
  readonly #heap: Sleeper[] = [];

  constructor(nowMs: number) {
    this.#nowMs = nowMs;
  }

  now(): number {
    return this.#nowMs;
  }

  sleep(durationMs: number, signal?: AbortSignal): Promise<void> {
    if (signal?.aborted) return Promise.resolve();
    return new Promise((resolve) => {
      const wake = () => {
        signal?.removeEventListener('abort', wake);
        resolve();
      };
      signal?.addEventListener('abort', wake, { once: true });
      this.#order += 1;
      this.#push({ atMs: this.#nowMs + Math.max(0, durationMs), order: this.#order, wake });
    });
  }

  /** Lets time pass until the work is done. Throws what it throws. */
  async runUntilDone<T>(work: Promise<T>): Promise<T> {
    let isDone = false;
    const done = work.finally(() => {
      isDone = true;
    });
    done.catch(() => undefined);
    while (!isDone) {
      // Everything that can go on without time passing does so before the next macrotask.
      await new Promise<void>((resolve) => setImmediate(resolve));
      if (isDone) break;
      const next = this.#pop();
      if (next === undefined) throw new Error('everybody waits for something that no clock brings');
      this.#nowMs = Math.max(this.#nowMs, next.atMs);
      next.wake();
    }
    return done;
  }

  #push(sleeper: Sleeper): void {
    const heap = this.#heap;
    let index = heap.push(sleeper) - 1;
    for (let parent = (index - 1) >> 1; index > 0 && isBefore(sleeper, heap[parent]); parent = (index - 1) >> 1) {
      heap[index] = heap[parent] as Sleeper;
      index = parent;
    }
    heap[index] = sleeper;
  }

  #pop(): Sleeper | undefined {
    const heap = this.#heap;
    const first = heap[0];
    const last = heap.pop();
    if (first === undefined || last === undefined || heap.length === 0) return first;
    let index = 0;
    for (let child = 1; child < heap.length; child = 2 * index + 1) {
      if (isBefore(heap[child + 1], heap[child])) child += 1;
      if (!isBefore(heap[child], last)) break;
      heap[index] = heap[child] as Sleeper;
      index = child;
    }
    heap[index] = last;
    return first;
  }
}

function isBefore(a: Sleeper | undefined, b: Sleeper | undefined): boolean {
  if (a === undefined || b === undefined) return a !== undefined;
  return a.atMs < b.atMs || (a.atMs === b.atMs && a.order < b.order);
}
