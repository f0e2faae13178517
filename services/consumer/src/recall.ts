import type { ConsumerStore } from './consumer-store.ts';
import type { Patience } from './patience.ts';
import { type KnownTimes, mostKnownTimes } from './steps/recognize.ts';

export interface RecallParts {
  readonly store: Pick<ConsumerStore, 'readRecentTimes'>;
  readonly known: KnownTimes;
  readonly patiently: Patience;
}

/**
 * Learns the times of what was stored last, once, before the first batch: after a restart the poller reads again what
 * was read before, and an entry that had been refused for its time must not be the first one seen then.
 */
export function createRecall({ store, known, patiently }: RecallParts) {
  let isRecalled = false;
  return async function recall(signal: AbortSignal): Promise<void> {
    if (isRecalled) return;
    const times = await patiently('recall decisions', signal, () => store.readRecentTimes(mostKnownTimes, signal));
    for (const { id, atMs } of times) known.set(id, atMs);
    isRecalled = true;
  };
}
