import { dayMs, type TimeRange } from '@custody/decision';
import type { Comparison } from '@custody/store';
import { z } from 'zod';
import { aheadOfUtcMs } from './time-zone.ts';

const comparisons = ['previous', 'last_week'] as const;

/** The parameter that asks for a comparison. */
export const compareParameter = z
  .enum(comparisons)
  .optional()
  .describe(
    'previous: also the range of the same length just before; last_week: the same local time a week earlier. Each row gets compare, with the same measures of that range; meta.compare says which it is and what is proven of it.',
  );

/** A week earlier on the zone's clocks: where they were changed in between, an hour more or less. */
function weekShiftMs(fromMs: number, timeZone: string): number {
  return 7 * dayMs - aheadOfUtcMs(fromMs, timeZone) + aheadOfUtcMs(fromMs - 7 * dayMs, timeZone);
}

/** The range to compare with. It may reach back before 1970, where there is nothing. */
export function comparisonOf(
  name: (typeof comparisons)[number] | undefined,
  { fromMs, toMs }: TimeRange,
  timeZone: string,
): Comparison | undefined {
  if (name === undefined) return undefined;
  const shiftMs = name === 'previous' ? toMs - fromMs : weekShiftMs(fromMs, timeZone);
  return { range: { fromMs: Math.max(0, fromMs - shiftMs), toMs: Math.max(0, toMs - shiftMs) }, shiftMs };
}
