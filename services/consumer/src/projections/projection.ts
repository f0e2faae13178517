import type { Batch } from '@custody/log';

/** Copies a topic into the store, as a group of its own: what is committed is stored. */
export interface Projection {
  readonly topic: string;
  readonly group: string;
  /** How many members of the group this process is: so many batches are under way at once. Default 1. */
  readonly members?: number;
  /** Most records of a batch. Default: the log's. */
  readonly maxRecords?: number;
  /** Told of what each member holds: partition numbers. */
  readonly onAssigned?: (member: number, partitions: readonly number[]) => void;
  /** Resolves when the batch is stored. Handling it again changes nothing. */
  handle(batch: Batch, signal: AbortSignal): Promise<void>;
}
