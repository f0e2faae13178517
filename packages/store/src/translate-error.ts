import { ClickHouseError } from '@clickhouse/client';
import { CustodyError, type ErrorKind } from '@custody/runtime';
import { storeErrors } from './errors.ts';

/** ClickHouse's own codes (`system.errors`), by what they mean for a caller. Any other code is a refusal. */
const kindByCode = new Map<number, ErrorKind>(
  (
    [
      [storeErrors.STORE_BAD_CREDENTIALS, [192, 193, 194, 497, 516]],
      [storeErrors.STORE_TIMEOUT, [159, 160]],
      [storeErrors.STORE_MEMORY, [173, 241]],
      [storeErrors.STORE_TOO_MUCH, [158, 191, 307, 396]],
      [storeErrors.STORE_BUSY, [202, 203, 209, 210, 225, 236, 242, 243, 252, 279, 319, 425, 745, 999]],
      // Of a statement that we gave up ourselves the signals tell first. Every write of ours may be made twice.
      [storeErrors.STORE_KILLED, [394]],
      [storeErrors.STORE_NOT_MIGRATED, [16, 47, 60, 81]],
    ] as const
  ).flatMap(([kind, codes]) => codes.map((code): [number, ErrorKind] => [code, kind])),
);

/** What a statement was, for the error's message and fields. */
export interface StatementContext {
  readonly name: string;
  /** Aborts when the caller went away. */
  readonly signal?: AbortSignal | undefined;
  /** Aborts when the statement has taken longer than it may. */
  readonly deadline?: AbortSignal | undefined;
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : '';
}

/** Makes one of ours of whatever the client threw, by codes and by who aborted, never by wording. */
export function translateError(error: unknown, { name, signal, deadline }: StatementContext): CustodyError {
  if (error instanceof CustodyError) return error;
  const fail = (kind: ErrorKind, what: string, fields: Record<string, unknown> = {}) =>
    new CustodyError(kind, `${name}: ${what}`, { cause: error, fields: { statement: name, ...fields } });
  if (signal?.aborted) return fail(storeErrors.STORE_CANCELLED, 'given up');
  if (deadline?.aborted) return fail(storeErrors.STORE_TIMEOUT, 'the store did not answer in time');
  if (error instanceof ClickHouseError) {
    const kind = kindByCode.get(Number(error.code)) ?? storeErrors.STORE_REJECTED;
    return fail(kind, `${error.type ?? 'error'} (code ${error.code}): ${error.message.slice(0, 500)}`, {
      store_code: Number(error.code),
      store_error: error.type ?? '',
    });
  }
  // Node's own codes of sockets and names start with E (ECONNREFUSED, ENOTFOUND, EPIPE, ERR_STREAM_PREMATURE_CLOSE).
  const code = codeOf(error);
  if (code.startsWith('E'))
    return fail(storeErrors.STORE_UNREACHABLE, `the store is out of reach (${code})`, { errno: code });
  return fail(
    storeErrors.STORE_UNEXPECTED_ANSWER,
    error instanceof Error ? error.message.slice(0, 500) : String(error),
  );
}
