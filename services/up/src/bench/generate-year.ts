import type { StoreClient } from '@custody/store';
import { yearEndMs, yearStartMs } from './world.ts';
import { yearStatements } from './year-sql.ts';

export interface YearOptions {
  /** Decisions of the whole year, 4 billion at most. */
  readonly rows: number;
  readonly seed: number;
  /** Default `bench`. */
  readonly envId?: string;
  /** Most rows of one statement. What is stored does not depend on it. */
  readonly rowsPerInsert?: number;
  /** Looked at between two statements. */
  readonly signal?: AbortSignal;
  /** Called after each statement with the rows that are stored by then. */
  readonly onProgress?: (stored: number) => void;
}

/** Below so many rows a statement's own time, a fifth of a second, is what counts. */
const fewRows = 400_000;

const statement = {
  timeoutMs: 600_000,
  settings: {
    // A dictionary of numbers, which the engine takes for a mistake, has texts made once a number.
    allow_suspicious_low_cardinality_types: 1,
    // No row comes twice: looking for that takes twice as long as everything else.
    optimize_on_insert: 0,
    max_insert_threads: '2',
  },
} as const;

/** Where each month begins, as the number of its first row: rows come in the order of time. */
function monthStarts(rows: number): number[] {
  const starts = Array.from({ length: 12 }, (_, month) => Date.UTC(new Date(yearStartMs).getUTCFullYear(), month));
  return starts.map((startMs) => Math.floor(((startMs - yearStartMs) / (yearEndMs - yearStartMs)) * rows));
}

/** The rows of the year, cut where months begin; a small month goes with the next one, a large one in pieces. */
function* chunks(rows: number, most: number): Generator<{ readonly from: number; readonly count: number }> {
  let from = 0;
  for (const end of [...monthStarts(rows).slice(1), rows]) {
    if (end < rows && end - from < Math.min(most, fewRows)) continue;
    for (; from < end; from += most) yield { from, count: Math.min(most, end - from) };
    from = end;
  }
}

/**
 * Has the engine make a year of decisions and store them, those of `benchDecision` with their attribution; without
 * entries. Ten times as fast as sending rows. The same rows for the same seed, and once only if it is done again.
 */
export async function generateYear(
  { client }: { readonly client: StoreClient },
  { rows, seed, envId = 'bench', rowsPerInsert = 2_000_000, signal, onProgress }: YearOptions,
): Promise<void> {
  const { hours, decisions } = yearStatements(seed);
  let stored = 0;
  for (const { from, count } of chunks(rows, rowsPerInsert)) {
    signal?.throwIfAborted();
    const params = { from, count, rows, env: envId };
    const options = { ...statement, ...(signal && { signal }) };
    // Named before they are stored in, as the consumer does: see the migration `seals`.
    await client.command('bench.hours', hours, params, options);
    await client.command('bench.generate', decisions, params, options);
    stored += count;
    onProgress?.(stored);
  }
}
