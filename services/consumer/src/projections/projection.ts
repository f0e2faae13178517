import type { Batch } from '@custody/log';

/** Copies a compacted topic into the store, as a group of its own: what is committed is stored. */
export interface Projection {
  readonly topic: string;
  readonly group: string;
  /** Resolves when the batch is stored. Handling it again changes nothing. */
  handle(batch: Batch, signal: AbortSignal): Promise<void>;
}
