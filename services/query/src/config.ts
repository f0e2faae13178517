import { commonVariables, port, wholeNumber } from '@custody/runtime';
import { storeVariables } from '@custody/store';
import { z } from 'zod';
import { isLoopback } from './http/guard.ts';

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
