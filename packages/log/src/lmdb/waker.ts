import type { Environment } from './environment.ts';

/** How soon a commit of another process is noticed. One look costs microseconds. */
const pollMs = 75;

interface Waiter {
  readonly seen: number;
  readonly deadlineMs: number;
  readonly wake: () => void;
}

/**
 * Wakes those who wait for a commit: at once for commits of this process, within 75 ms for others'. One timer serves
 * all waiters, and runs only while there are any.
 */
export class Waker {
  readonly #environment: Environment;
  readonly #waiters = new Set<Waiter>();
  #timer: NodeJS.Timeout | undefined;

  constructor(environment: Environment) {
    this.#environment = environment;
  }

  /** Taken before a reader looks, and handed to `wait`: a commit between the two then wakes it at once. */
  pulse(): number {
    return this.#environment.pulse;
  }

  /** Resolves when the pulse is no longer `seen`, after `timeoutMs`, or when the signal aborts. */
  wait(seen: number, timeoutMs: number, signal: AbortSignal): Promise<void> {
    if (signal.aborted || this.pulse() !== seen) return Promise.resolve();
    return new Promise((resolve) => {
      const wake = () => {
        this.#waiters.delete(waiter);
        signal.removeEventListener('abort', wake);
        resolve();
      };
      const waiter = { seen, deadlineMs: performance.now() + timeoutMs, wake };
      signal.addEventListener('abort', wake);
      this.#waiters.add(waiter);
      this.#timer ??= setTimeout(() => this.#tick(), pollMs);
    });
  }

  /** Called after a commit of this process. */
  wakeAll(): void {
    for (const { wake } of [...this.#waiters]) wake();
  }

  #tick(): void {
    this.#timer = undefined;
    let pulse: number | undefined;
    try {
      pulse = this.#environment.pulse;
    } catch {
      // The log was closed or its files fail: whoever waits meets the same error itself.
      this.wakeAll();
      return;
    }
    const nowMs = performance.now();
    for (const { seen, deadlineMs, wake } of [...this.#waiters]) if (pulse !== seen || nowMs >= deadlineMs) wake();
    if (this.#waiters.size > 0) this.#timer ??= setTimeout(() => this.#tick(), pollMs);
  }
}
