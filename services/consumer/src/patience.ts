import { CustodyError, createPatience as createEndlessPatience, isError, type Logger } from '@custody/runtime';
import { consumerErrors } from './errors.ts';
import type { ConsumerMetrics } from './metrics.ts';

/** Work that waits for what it needs: tried again until it succeeds, fails for good, or is given up. */
export type Patience = <T>(what: string, signal: AbortSignal, work: () => Promise<T>) => Promise<T>;

export interface PatienceOptions {
  readonly logger: Logger;
  readonly metrics: ConsumerMetrics;
  /** Longest pause between two tries, milliseconds: how late the return of the store may be noticed. Default 5,000. */
  readonly maxDelayMs?: number;
}

/**
 * Tries again for as long as the failure is retriable. Throws `CONSUMER_INTERRUPTED` when the signal aborts before the
 * work is done, and what is not retriable at once.
 */
export function createPatience({ logger, metrics, maxDelayMs = 5_000 }: PatienceOptions): Patience {
  const patiently = createEndlessPatience({ logger, retries: metrics.retries, maxDelayMs });
  return async function untilInterrupted(what, signal, work) {
    const attempt = () => {
      throwIfAborted(signal, what);
      return work();
    };
    return patiently(what, signal, attempt).catch((error: unknown) => {
      throwIfAborted(signal, what, error);
      throw error;
    });
  };
}

/** Throws `CONSUMER_INTERRUPTED` on an aborted signal. */
export function throwIfAborted(signal: AbortSignal, what: string, cause?: unknown): void {
  if (!signal.aborted) return;
  throw new CustodyError(consumerErrors.CONSUMER_INTERRUPTED, `Gave up: ${what}.`, { cause });
}

/** Whether the work ended only because it was given up in order to stop: that is no failure. */
export function wasGivenUp(error: unknown, signal: AbortSignal): boolean {
  return signal.aborted && isError(error, consumerErrors.CONSUMER_INTERRUPTED);
}
