import type { BatchContext } from '@custody/log';
import type { Clock } from '@custody/runtime';

/** Ten of them fit into the log's session time-out of 30 s. */
const usualHeartbeatMs = 3_000;

async function beat(context: BatchContext, clock: Clock, heartbeatMs: number, signal: AbortSignal): Promise<void> {
  for (;;) {
    await clock.sleep(heartbeatMs, signal);
    if (signal.aborted) return;
    await context.heartbeat();
  }
}

/** Keeps the membership alive while the work runs, however long the store lets it wait. */
export async function keepAlive<T>(
  context: BatchContext,
  clock: Clock,
  work: () => Promise<T>,
  heartbeatMs = usualHeartbeatMs,
): Promise<T> {
  const ended = new AbortController();
  // A heartbeat that fails means that the partition is lost, and the log says so itself by aborting the batch's signal.
  const beating = beat(context, clock, heartbeatMs, AbortSignal.any([ended.signal, context.signal])).catch(
    () => undefined,
  );
  try {
    return await work();
  } finally {
    ended.abort();
    await beating;
  }
}
