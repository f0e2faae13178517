import { EngineException } from '../engine/exception.ts';
import type { ReaderLimits } from '../process-messages.ts';

/** Settings that change how an answer looks or how it is computed, never what it may read or use. */
const freeSettings = new RegExp(
  `^(?:${[
    'output_format_(?:json|csv|tsv|pretty|parquet|arrow|native|binary|decimal|enable|markdown|values|xml)_\\w+',
    'date_time_output_format',
    'date_time_input_format',
    'session_timezone',
    'extremes',
    'join_use_nulls',
    'group_by_use_nulls',
    'union_default_mode',
    'log_comment',
    'max_block_size',
    'send_progress_in_http_headers',
    'http_headers_progress_interval_ms',
    'http_write_exception_in_output_format',
    'format_csv_delimiter',
    'bool_(?:true|false)_representation',
    'cancel_http_readonly_queries_on_client_close',
    'prefer_column_name_to_alias',
    'count_distinct_implementation',
    'async_insert',
    'wait_for_async_insert',
  ].join('|')})$`,
);

/** Values of the limited settings, as the engine takes them. */
function limitedSettings(limits: ReaderLimits): Record<string, number> {
  return {
    max_execution_time: limits.maxExecutionSeconds,
    max_memory_usage: limits.maxMemoryBytes,
    max_result_rows: limits.maxResultRows,
    max_result_bytes: limits.maxResultBytes,
    max_rows_to_read: limits.maxRowsToRead,
    max_threads: 8,
    max_bytes_before_external_sort: 0,
    max_bytes_before_external_group_by: 0,
    max_temporary_data_on_disk_size_for_query: 1_073_741_824,
  };
}

function refuse(message: string): never {
  throw new EngineException(452, 'SETTING_CONSTRAINT_VIOLATION', message);
}

/** The settings of a reader's query. Throws code 452 for a setting that is not free, or above its limit. */
export function readerSettings(
  asked: Readonly<Record<string, string>>,
  limits: ReaderLimits,
): Readonly<Record<string, string>> {
  const bounds = limitedSettings(limits);
  const settings: Record<string, string> = {
    result_overflow_mode: 'throw',
    timeout_overflow_mode: 'throw',
    read_overflow_mode: 'throw',
    timeout_before_checking_execution_speed: '0',
    ...Object.fromEntries(Object.entries(bounds).map(([name, value]) => [name, String(value)])),
  };
  for (const [name, value] of Object.entries(asked)) {
    const bound = bounds[name];
    if (name === 'readonly' && (value === '1' || value === '2')) continue;
    if (name === 'max_execution_time') {
      // Drivers send their own deadline here, often above ours: it is cut, not refused.
      const seconds = Number(value);
      if (seconds > 0 && bound !== undefined) settings[name] = String(Math.min(seconds, bound));
    } else if (bound !== undefined) {
      const number = Number(value);
      // 0 means "no limit" to the engine.
      if (!(number > 0 && number <= bound)) refuse(`Setting ${name} should be greater than 0 and at most ${bound}`);
      settings[name] = value;
    } else if (freeSettings.test(name)) settings[name] = value;
    else refuse(`Setting ${name} should not be changed by this user`);
  }
  return settings;
}
