import {
  createPatience as createEndlessPatience,
  type InterruptiblePatience,
  interruptible,
  type Logger,
  wasInterrupted,
} from '@custody/runtime';
import { consumerErrors } from './errors.ts';
import type { ConsumerMetrics } from './metrics.ts';

export type Patience = InterruptiblePatience;

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
  return interruptible(patiently, consumerErrors.CONSUMER_INTERRUPTED);
}

/** Whether the work ended only because it was given up in order to stop: that is no failure. */
export function wasGivenUp(error: unknown, signal: AbortSignal): boolean {
  return wasInterrupted(error, signal, consumerErrors.CONSUMER_INTERRUPTED);
}
