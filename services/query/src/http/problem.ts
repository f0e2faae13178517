import { CustodyError, type ErrorKind } from '@custody/runtime';
import { storeErrors } from '@custody/store';
import { z } from 'zod';
import { queryErrors } from '../errors.ts';

/** RFC 9457. `code` is stable, `detail` is for people. */
export const problemDocument = z
  .looseObject({
    type: z.string(),
    title: z.string(),
    status: z.number().int(),
    detail: z.string(),
    code: z.string().describe('Stable; docs/errors.md lists all of them'),
    remedy: z.string(),
    instance: z.string(),
    request_id: z.string(),
  })
  .meta({ id: 'Problem' });
export type ProblemDocument = z.infer<typeof problemDocument>;

const statusOf = new Map<string, number>(
  (
    [
      [queryErrors.QUERY_UNKNOWN_PARAMETER, 400],
      [queryErrors.QUERY_BAD_PARAMETER, 400],
      [queryErrors.QUERY_BAD_RANGE, 400],
      [queryErrors.QUERY_TOO_MANY_BUCKETS, 400],
      [queryErrors.QUERY_BAD_CURSOR, 400],
      [queryErrors.QUERY_TOKEN_REQUIRED, 401],
      [queryErrors.QUERY_FOREIGN_HOST, 403],
      [queryErrors.QUERY_NOT_ALLOWED, 403],
      [queryErrors.QUERY_BEYOND_RESTRICTION, 403],
      [queryErrors.QUERY_NOT_FOUND, 404],
      [queryErrors.QUERY_UNKNOWN_ROUTE, 404],
      [queryErrors.QUERY_WRONG_METHOD, 405],
      [queryErrors.QUERY_AMBIGUOUS_NAME, 409],
      [queryErrors.QUERY_TOO_MANY_EXPORTS, 429],
      [queryErrors.QUERY_FIRST_TOKEN, 409],
      [queryErrors.QUERY_NAME_TAKEN, 409],
      [queryErrors.QUERY_ALERT_OVER, 409],
      [queryErrors.QUERY_BAD_RULES, 400],
      [queryErrors.QUERY_BACKTEST_BUSY, 429],
      [queryErrors.QUERY_BACKTEST_TOO_LARGE, 422],
      [queryErrors.QUERY_RULE_OF_FILE, 409],
      [queryErrors.QUERY_RULE_OF_CUSTODY, 409],
      [queryErrors.QUERY_RULE_CHANGED, 412],
      [queryErrors.QUERY_TOO_MANY_STREAMS, 503],
      [storeErrors.STORE_TOO_MUCH, 422],
      [storeErrors.STORE_MEMORY, 422],
      [queryErrors.QUERY_TOO_MANY_REQUESTS, 429],
      [storeErrors.STORE_CANCELLED, 499],
      [storeErrors.STORE_UNREACHABLE, 503],
      [storeErrors.STORE_BUSY, 503],
      [storeErrors.STORE_KILLED, 503],
      [storeErrors.STORE_NOT_MIGRATED, 503],
      [storeErrors.STORE_BAD_CREDENTIALS, 503],
      [storeErrors.STORE_TIMEOUT, 504],
    ] as [ErrorKind, number][]
  ).map(([{ code }, status]) => [code, status]),
);

const kinds: Readonly<Record<string, ErrorKind>> = { ...queryErrors, ...storeErrors };

/** Fields of an error that help the caller; what the store said stays in the log. */
const publicFields = [
  ...['parameter', 'known', 'matches'],
  ...['limit', 'allowed', 'used', 'reset_seconds'],
  ...['needed', 'scope'],
  ...['alert_status', 'merged_into'],
  ...['faults', 'file', 'line', 'version'],
];

/** What a caller is told of an error. Anything that is not ours is a fault of the service and says nothing else. */
export function problemOf(error: unknown, instance: string, requestId: string): ProblemDocument {
  const own = error instanceof CustodyError && statusOf.has(error.code) ? error : null;
  const kind = own === null ? queryErrors.QUERY_INTERNAL : (kinds[own.code] ?? queryErrors.QUERY_INTERNAL);
  const isStores = own?.code.startsWith('STORE_') ?? true;
  const extra = own === null ? [] : Object.entries(own.fields).filter(([name]) => publicFields.includes(name));
  return {
    type: `urn:custody:error:${kind.code}`,
    title: kind.meaning,
    status: own === null ? 500 : (statusOf.get(own.code) ?? 500),
    detail: own === null || isStores ? kind.meaning : own.message,
    code: kind.code,
    remedy: own?.remedy ?? kind.remedy,
    instance,
    request_id: requestId,
    ...Object.fromEntries(extra),
  };
}

/** A parameter that cannot be understood: what is wrong with it. */
export function badParameter(parameter: string, detail: string, fields: Record<string, unknown> = {}): CustodyError {
  return new CustodyError(queryErrors.QUERY_BAD_PARAMETER, `${parameter}: ${detail}`, {
    fields: { parameter, ...fields },
  });
}
