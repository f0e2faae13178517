import { CustodyError } from '@custody/runtime';
import type { BenchOptions } from './bench.ts';
import { benchErrors } from './errors.ts';

/** The middle value; of an even number of values the mean of the two in the middle. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const upper = sorted[sorted.length >> 1] ?? Number.NaN;
  const lower = sorted[(sorted.length - 1) >> 1] ?? Number.NaN;
  return (lower + upper) / 2;
}

/** The value that a share of the values, 0 to 1, does not exceed. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)] ?? Number.NaN;
}

/** Milliseconds that the work takes. */
export async function timed(work: () => unknown): Promise<number> {
  const startedAt = performance.now();
  await work();
  return performance.now() - startedAt;
}

export interface Rounds {
  /** What is measured, for the progress line. */
  readonly what: string;
  /** Whether a first round is thrown away, in which code gets compiled and caches fill. */
  readonly warmUp: boolean;
}

/**
 * Medians, by name, of what each round measures. A round measures the work and its baselines one after the other, so
 * that whatever else the machine does meets both.
 */
export async function medians<Name extends string>(
  { runs, signal, onProgress }: BenchOptions,
  { what, warmUp }: Rounds,
  round: (number: number) => Promise<Record<Name, number>>,
): Promise<Record<Name, number>> {
  const samples: Record<Name, number>[] = [];
  for (let number = warmUp ? 0 : 1; number <= runs; number += 1) {
    signal.throwIfAborted();
    onProgress(number === 0 ? `${what}: warming up` : `${what}: run ${number} of ${runs}`);
    const measured = await round(number);
    if (number > 0) samples.push(measured);
  }
  const names = Object.keys(samples[0] ?? {}) as Name[];
  const middle = names.map((name) => [name, median(samples.map((sample) => sample[name]))]);
  return Object.fromEntries(middle);
}

/** Throws `BENCH_FAILED` unless the condition holds. */
export function verify(condition: boolean, otherwise: string): asserts condition {
  if (!condition) throw new CustodyError(benchErrors.BENCH_FAILED, otherwise);
}
