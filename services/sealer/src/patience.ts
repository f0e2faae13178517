import {
  createPatience,
  type InterruptiblePatience,
  interruptible,
  type Logger,
  wasInterrupted,
} from '@custody/runtime';
import { sealerErrors } from './errors.ts';
import type { SealerMetrics } from './metrics.ts';

/** Tries again while the failure may pass. Throws `SEALER_INTERRUPTED` when the signal aborts before, and what may not pass at once. */
export function sealerPatience(logger: Logger, { retries }: Pick<SealerMetrics, 'retries'>): InterruptiblePatience {
  return interruptible(createPatience({ logger, retries, maxDelayMs: 5_000 }), sealerErrors.SEALER_INTERRUPTED);
}

/** Whether the work ended only because it was given up in order to stop: that is no failure. */
export function wasGivenUp(error: unknown, signal: AbortSignal): boolean {
  return wasInterrupted(error, signal, sealerErrors.SEALER_INTERRUPTED);
}
