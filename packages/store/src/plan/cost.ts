import type { Cube } from '../rollups/cubes.ts';
import type { SourceLevel } from './cover.ts';

/**
 * How many rows of a rollup there are to a decision, roughly, in an installation of ten thousand decisions an hour. They
 * only choose between plans of the same answer, so that being off costs time and nothing else.
 */
const rollupRows: Readonly<Record<Cube['name'], Partial<Record<SourceLevel, number>>>> = {
  verdicts: { quarter: 0.004, day: 0.00005, month: 0.000002 },
  tools: { quarter: 0.15, day: 0.003, month: 0.0001 },
  principals: { quarter: 0.3, day: 0.02, month: 0.001 },
  denials: { five_minutes: 0.08 },
  calls: { hour: 0.6, day: 0.2, month: 0.06 },
};

/** Rows have to be compared with those that may replace them, and their columns are wider. */
const rawRows = 1.5;

export function rowsPerDecision(cube: Cube | null, level: SourceLevel): number {
  if (level === 'raw' || cube === null) return rawRows;
  return rollupRows[cube.name][level] ?? rawRows;
}

/** What one more table in a statement costs, in hours of decisions. */
export const partOverhead = 2;
