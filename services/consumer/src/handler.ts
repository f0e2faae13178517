import type { Batch, BatchContext } from '@custody/log';
import type { Clock } from '@custody/runtime';
import { keepAlive } from './keep-alive.ts';
import { wasGivenUp } from './patience.ts';

/**
 * Makes a handler for the log of work on batches: the membership stays alive while it waits, and work given up because
 * the batch is no longer ours simply ends, since the log commits nothing then.
 */
export function batchHandler(
  clock: Clock,
  work: (batch: Batch, signal: AbortSignal) => Promise<void>,
  heartbeatMs?: number,
): (batch: Batch, context: BatchContext) => Promise<void> {
  return async (batch, context) => {
    try {
      await keepAlive(context, clock, () => work(batch, context.signal), heartbeatMs);
    } catch (error) {
      if (!wasGivenUp(error, context.signal)) throw error;
    }
  };
}
