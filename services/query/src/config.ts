import { commonVariables, port, wholeNumber } from '@custody/runtime';
import { storeVariables } from '@custody/store';
import { z } from 'zod';
import { usualUseLimits } from './access/allowance.ts';
import { isLoopback } from './http/loopback.ts';
import { permitAppAddress } from './permit-app.ts';
import { usualRulesFile } from './rules/rules-file.ts';
import { usualStreamLimits } from './stream/streams.ts';

/** A page's origin exactly as a browser sends it. */
const origin = z.string().refine((text) => URL.canParse(text) && new URL(text).origin === text, {
  error: 'must be origins such as https://dashboards.example.org, with commas between',
});

export const shortestToken = 8;
const token = z.string().min(shortestToken, `must have ${shortestToken} characters at least`);

/** The settings of the service. */
export const queryVariables = commonVariables
  .extend({
    ...storeVariables.shape,
    CUSTODY_HTTP_HOST: z.string().default('127.0.0.1'),
    CUSTODY_HTTP_PORT: port.default(4800),
    CUSTODY_ADMIN_TOKEN: token.optional(),
    CUSTODY_ADMIN_TOKEN_FILE: z.string().optional(),
    /** Bounds of each statement: seconds, bytes, rows. */
    CUSTODY_QUERY_SECONDS: wholeNumber(1, 600).default(15),
    CUSTODY_QUERY_MEMORY_BYTES: wholeNumber(16_000_000, 1_000_000_000_000).default(1_500_000_000),
    CUSTODY_QUERY_ROWS: wholeNumber(1_000, 1_000_000_000_000).default(2_000_000_000),
    /** Statements of callers at once; more of them wait. Default: the cores of this machine, or 16 where the store is elsewhere. */
    CUSTODY_QUERY_STATEMENTS: wholeNumber(1, 1_000).optional(),
    /** What each token may use, of one process. */
    CUSTODY_LIMIT_REQUESTS_PER_MINUTE: wholeNumber(1, 1_000_000).default(usualUseLimits.requestsPerMinute),
    CUSTODY_LIMIT_ROWS_PER_MINUTE: wholeNumber(1_000, 1_000_000_000_000).default(usualUseLimits.rowsPerMinute),
    CUSTODY_LIMIT_BYTES_PER_MINUTE: wholeNumber(1_000_000, 1_000_000_000_000_000).default(
      usualUseLimits.bytesPerMinute,
    ),
    CUSTODY_LIMIT_SECONDS_PER_MINUTE: wholeNumber(1, 6_000).default(usualUseLimits.secondsPerMinute),
    CUSTODY_LIMIT_CONCURRENT_REQUESTS: wholeNumber(1, 1_000).default(usualUseLimits.concurrentRequests),
    /** Origins whose pages may read answers; none by default. */
    CUSTODY_CORS_ORIGINS: z
      .string()
      .default('')
      .transform((text) =>
        text
          .split(',')
          .map((one) => one.trim())
          .filter((one) => one !== ''),
      )
      .pipe(z.array(origin)),
    /** Rules and channels: shown, and never written; the alerter goes by the same file. */
    CUSTODY_RULES_FILE: z.string().min(1).default(usualRulesFile),
    /** Links to the same agent, human or server in Permit's own app. */
    CUSTODY_PERMIT_APP_URL: permitAppAddress,
    /** Clients that follow decisions at once. */
    CUSTODY_STREAM_CLIENTS: wholeNumber(1, 10_000).default(usualStreamLimits.mostClients),
  })
  .superRefine((variables, context) => {
    const { CUSTODY_HTTP_HOST: host, CUSTODY_ADMIN_TOKEN: own, CUSTODY_ADMIN_TOKEN_FILE: file } = variables;
    if (own !== undefined && file !== undefined) {
      context.addIssue({
        code: 'custom',
        path: ['CUSTODY_ADMIN_TOKEN_FILE'],
        message: 'is set beside CUSTODY_ADMIN_TOKEN: unset one',
      });
    }
    if (!isLoopback(host) && own === undefined && file === undefined) {
      const message = 'reaches beyond this machine: set CUSTODY_ADMIN_TOKEN, or bind to 127.0.0.1';
      context.addIssue({ code: 'custom', path: ['CUSTODY_HTTP_HOST'], message });
    }
  });

export type QueryConfig = z.infer<typeof queryVariables>;
