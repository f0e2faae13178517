import type { StoreSettings } from '../client.ts';
import { behindLiveRows } from '../reattribution/rows-in-scope.ts';

/**
 * Summing up behind live rows, whatever the rows are: groups that take more memory go to disk, and sums are written in blocks,
 * since nobody reads them before a seal names them. A statement that nobody waits for any longer ends by itself.
 */
export const summingUp: StoreSettings = {
  ...behindLiveRows,
  max_bytes_before_external_group_by: '500000000',
  max_bytes_ratio_before_external_group_by: 0,
  min_insert_block_size_rows: '1000000',
  min_insert_block_size_bytes: '0',
  // Spans of any age may be summed up together.
  max_partitions_per_insert_block: '0',
  max_execution_time: 600,
};
