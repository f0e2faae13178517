import { dayMs, hourMs, minuteMs } from '@custody/decision';
import { z } from 'zod';

const unitsMs: Readonly<Record<string, number>> = { m: minuteMs, h: hourMs, d: dayMs };
const rule = 'must be durations like 1h,24h,7d, or never';

/** Durations like `1h,24h,7d`, ascending, in milliseconds; none for `never`. */
export const durations = z
  .string(rule)
  .regex(/^(never|\d{1,4}[mhd](,\d{1,4}[mhd])*)$/, rule)
  .transform((text) => {
    const parts = text === 'never' ? [] : text.split(',');
    return parts.map((part) => Number(part.slice(0, -1)) * (unitsMs[part.slice(-1)] ?? 0)).sort((a, b) => a - b);
  });
