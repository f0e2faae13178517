import type { StatementOptions } from '@custody/store';

/** Limits of each statement that a question runs. */
export interface QueryLimits {
  readonly maxSeconds: number;
  readonly maxMemoryBytes: number;
  readonly maxRowsToRead: number;
}

/** Bounds of a statement that answers a caller. */
export function boundsOf(
  { maxSeconds, maxMemoryBytes, maxRowsToRead }: QueryLimits,
  signal?: AbortSignal,
): StatementOptions {
  return {
    signal,
    // The engine's own limit comes first; ours is for an engine that does not answer at all.
    timeoutMs: (maxSeconds + 5) * 1000,
    settings: {
      max_execution_time: maxSeconds,
      max_memory_usage: String(maxMemoryBytes),
      max_rows_to_read: String(maxRowsToRead),
      max_result_rows: '100001',
      result_overflow_mode: 'throw',
    },
  };
}
