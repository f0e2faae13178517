import type { StoreSettings } from '../client.ts';

/** Has a statement write what it selects, some thousand rows, as one block: one part a partition, seen at once. */
export const oneBlock: StoreSettings = {
  min_insert_block_size_rows: '100000000',
  min_insert_block_size_bytes: '0',
  // Spans of any age may be summed up together.
  max_partitions_per_insert_block: '0',
};
