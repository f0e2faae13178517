import {
  createPatience,
  type InterruptiblePatience,
  interruptible,
  type Logger,
  wasInterrupted,
} from '@custody/runtime';
import { alerterErrors } from './errors.ts';
import type { AlerterMetrics } from './metrics.ts';

/** Tries again while the failure may pass. Throws `ALERTER_INTERRUPTED` when the signal aborts before, and what may not pass at once. */
export function alerterPatience(logger: Logger, { retries }: Pick<AlerterMetrics, 'retries'>): InterruptiblePatience {
  return interruptible(createPatience({ logger, retries, maxDelayMs: 5_000 }), alerterErrors.ALERTER_INTERRUPTED);
}

/** Whether the work ended only because it was given up in order to stop: that is no failure. */
export function wasGivenUp(error: unknown, signal: AbortSignal): boolean {
  return wasInterrupted(error, signal, alerterErrors.ALERTER_INTERRUPTED);
}
