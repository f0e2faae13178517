import { dayMs, hourMs, minuteMs } from '@custody/decision';
import { kafkaLoginRule, logVariables } from '@custody/log';
import { commonVariables, httpUrl, wholeNumber } from '@custody/runtime';
import { z } from 'zod';

const longestPeriodSeconds = 86_400;

const unitsMs: Readonly<Record<string, number>> = { m: minuteMs, h: hourMs, d: dayMs };

/** Durations like `1h,24h,7d`, ascending, in milliseconds; none for `never`. */
const durations = z
  .string()
  .regex(/^(never|\d{1,4}[mhd](,\d{1,4}[mhd])*)$/, 'must be durations like 1h,24h,7d, or never')
  .transform((text) => {
    const parts = text === 'never' ? [] : text.split(',');
    return parts.map((part) => Number(part.slice(0, -1)) * (unitsMs[part.slice(-1)] ?? 0)).sort((a, b) => a - b);
  });

/** The poller's variables. */
export const pollerVariables = commonVariables
  .extend({
    ...logVariables.shape,
    PERMIT_API_URL: httpUrl.default('https://api.permit.io'),
    PERMIT_API_KEY: z.string('is needed: an API key of the Permit environment to read'),
    PERMIT_PROJECT: z.string().optional(),
    PERMIT_ENV: z.string().optional(),
    /** `simulator` is set by `custody up` for the demo and by nobody else. */
    CUSTODY_SOURCE_KIND: z.enum(['permit', 'simulator'], 'must be permit or simulator').default('permit'),
    CUSTODY_POLL_SECONDS: wholeNumber(1, 3_600).default(5),
    /** How late an entry may still appear at the source. */
    CUSTODY_LATENESS_SECONDS: wholeNumber(1, longestPeriodSeconds).default(900),
    CUSTODY_LOOKBACK_DAYS: wholeNumber(0, 3_650).default(14),
    CUSTODY_REQUESTS_PER_MINUTE: wholeNumber(1, 1_000_000).default(600),
    /** How long after its closing a window is asked for its count again, to find rows that came later still. */
    CUSTODY_VERIFY_AFTER: durations.default([hourMs, dayMs, 7 * dayMs]),
    CUSTODY_FACTS_SECONDS: wholeNumber(1, longestPeriodSeconds).default(60),
  })
  .refine(...kafkaLoginRule);

export type PollerConfig = z.infer<typeof pollerVariables>;
