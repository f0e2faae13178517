import type { Batch, LogRecord } from '@custody/log';
import type { Clock } from '@custody/runtime';

/** Enough records for a write of their own, whoever waits for them. */
const worthAWrite = 1_000;

export interface HistoryGatheringParts {
  readonly clock: Clock;
  /** How long history of a partition gathers from one write to the next, milliseconds; 0: not at all. */
  readonly gatherMs: number;
  /** Ends every wait: the service stops. */
  readonly stopping: AbortSignal;
}

/** History that is read meanwhile is not waited for, and may be much. */
export function isHistory({ headers }: LogRecord): boolean {
  return headers['custody-mode'] === 'backfill';
}

/**
 * Lets history gather before it is written. A page of it is a dozen decisions of each partition, a write costs the store about
 * as much for a dozen rows as for a thousand, and what small writes leave behind has to be merged: a first start kept the store
 * twice as busy without it. Fresh decisions wait for nothing, and neither does what is a write's worth.
 */
export class HistoryGathering {
  readonly #parts: HistoryGatheringParts;
  /** When a partition was written last, milliseconds since the epoch. */
  readonly #writtenMs = new Map<number, number>();

  constructor(parts: HistoryGatheringParts) {
    this.#parts = parts;
  }

  /** Resolves when it is time to write the batch; at once when the signal aborts. */
  async whenGathered({ partition, records }: Batch, signal: AbortSignal): Promise<void> {
    const { clock, gatherMs, stopping } = this.#parts;
    const now = clock.now();
    const dueMs = (this.#writtenMs.get(partition) ?? 0) + gatherMs;
    const gathers = dueMs > now && records.length < worthAWrite && records.every(isHistory);
    this.#writtenMs.set(partition, gathers ? dueMs : now);
    if (gathers) await clock.sleep(dueMs - now, AbortSignal.any([signal, stopping]));
  }
}
