import type { LogConfig } from '@custody/log';

/** One measured number. `ratio_to` divides it by baselines that were timed in the same run on the same bytes. */
export interface Figure {
  readonly value: number;
  readonly unit: string;
  readonly better: 'higher' | 'lower';
  readonly ratio_to?: Readonly<Record<string, number>>;
}

export type Figures = Readonly<Record<string, Figure>>;

export interface BenchOptions {
  /** Rows at full size; growth compares it with a quarter of them. */
  readonly rows: number;
  /** Rounds of which a figure is the median. */
  readonly runs: number;
  readonly seed: number;
  /** A directory for stores that take long to make: what is in it is taken, what is made is kept. `null` for none. */
  readonly keptIn: string | null;
  /** The Chromium to drive, where a benchmark needs one; `null`: whichever is found. */
  readonly browser: string | null;
  /** A Kafka to measure beside the embedded log, where there is one. */
  readonly log: LogConfig;
  /** Looked at between two measurements. */
  readonly signal: AbortSignal;
  readonly onProgress: (text: string) => void;
}

/** A benchmark as a value. */
export interface Bench {
  readonly name: string;
  readonly description: string;
  readonly defaults: Pick<BenchOptions, 'rows' | 'runs'>;
  /** Throws `BENCH_FAILED` when what it measures did not do its work: a wrong answer has no speed. */
  run(options: BenchOptions): Promise<Figures>;
}

/** The smaller of the two sizes that growth is measured between. */
export function quarterOf(rows: number): number {
  return Math.max(1, Math.floor(rows / 4));
}
