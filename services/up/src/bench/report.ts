import type { Clock } from '@custody/runtime';
import type { Bench, BenchOptions, Figures } from './bench.ts';
import { hardware } from './hardware.ts';

/** What `custody bench NAME --json` prints. */
export interface BenchReport {
  readonly bench: string;
  readonly hardware: string;
  /** When it began, RFC 3339. */
  readonly at: string;
  readonly figures: Figures;
}

export async function createReport(bench: Bench, options: BenchOptions, clock: Clock): Promise<BenchReport> {
  const at = new Date(clock.now()).toISOString();
  return { bench: bench.name, hardware: hardware(), at, figures: await bench.run(options) };
}
