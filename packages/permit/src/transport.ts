import { type Clock, CustodyError, type ErrorKind } from '@custody/runtime';
import { permitErrors } from './errors.ts';
import type { Priority, RateBudget } from './rate-budget.ts';

export type QueryValue = string | number | boolean | readonly string[] | undefined;

interface PermitRequest {
  /** Below the API's address, already percent-encoded, beginning with `/`. */
  readonly path: string;
  /** Undefined values are left out; an array becomes one `key=value` per element, as the API binds them. */
  readonly query?: Readonly<Record<string, QueryValue>>;
  readonly priority: Priority;
  readonly signal?: AbortSignal | undefined;
}

export interface PermitResponse {
  readonly bytes: Uint8Array;
  /** The server's clock when it answered; `null` without a readable `Date` header. */
  readonly serverDateMs: number | null;
}

/** Makes one GET request and returns a successful answer whole, or throws one of `permitErrors`. */
export type Transport = (request: PermitRequest) => Promise<PermitResponse>;

export interface TransportOptions {
  readonly apiUrl: string;
  readonly apiKey: string;
  readonly budget: RateBudget;
  readonly clock: Clock;
  readonly fetch?: typeof globalThis.fetch;
  /** Until the last byte of the answer, waiting for the budget not counted. Default 30 s. */
  readonly timeoutMs?: number;
}

/** Builds the one place from which requests leave: budget, key, time limit and translation of faults. */
export function createTransport(options: TransportOptions): Transport {
  const { apiUrl, apiKey, budget, clock, fetch = globalThis.fetch, timeoutMs = 30_000 } = options;
  const headers = { accept: 'application/json', authorization: `Bearer ${apiKey}`, 'user-agent': 'custody' };
  const base = apiUrl.replace(/\/+$/, '');

  return async ({ path, query = {}, priority, signal }) => {
    await budget.acquire(priority, signal);
    const timeout = AbortSignal.timeout(timeoutMs);
    const both = signal ? AbortSignal.any([signal, timeout]) : timeout;
    let response: Response;
    let bytes: Uint8Array;
    try {
      // A redirect is not followed: it would carry the key to a place that nobody configured.
      response = await fetch(base + path + encodeQuery(query), { headers, redirect: 'manual', signal: both });
      bytes = new Uint8Array(await response.arrayBuffer());
    } catch (cause) {
      if (signal?.aborted) throw failure(permitErrors.PERMIT_CANCELLED, `GET ${path} was given up`, path, cause);
      if (timeout.aborted) {
        throw failure(permitErrors.PERMIT_TIMEOUT, `GET ${path} got no whole answer in ${timeoutMs} ms`, path, cause);
      }
      throw failure(permitErrors.PERMIT_UNREACHABLE, `GET ${path}: no answer from ${hostOf(base)}`, path, cause);
    }
    const serverDateMs = dateMs(response.headers.get('date'));
    if (response.ok) return { bytes, serverDateMs };
    // A date is meant by the clock of whoever sent it.
    const retryAfterMs = readRetryAfter(response.headers.get('retry-after'), serverDateMs ?? clock.now());
    if (response.status === 429) budget.throttled(retryAfterMs);
    throw refusal(path, response.status, bytes, retryAfterMs);
  };
}

function encodeQuery(query: Readonly<Record<string, QueryValue>>): string {
  const params = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    for (const one of Array.isArray(value) ? value : [value]) if (one !== undefined) params.append(name, String(one));
  }
  return params.size === 0 ? '' : `?${params}`;
}

function hostOf(url: string): string {
  return URL.parse(url)?.host ?? 'the configured address';
}

function dateMs(header: string | null): number | null {
  const ms = Date.parse(header ?? '');
  return Number.isNaN(ms) ? null : ms;
}

/** `Retry-After` is a number of seconds or a date; Permit documents neither, so it may be missing or nonsense. */
export function readRetryAfter(header: string | null, nowMs: number): number | null {
  const text = header?.trim() ?? '';
  if (/^\d+(\.\d+)?$/.test(text)) return Math.ceil(Number(text) * 1_000);
  // Without a letter it is no HTTP date, whatever Date.parse makes of it.
  const atMs = /[a-z]/i.test(text) ? dateMs(text) : null;
  return atMs === null ? null : Math.max(0, atMs - nowMs);
}

function failure<C extends string>(kind: ErrorKind<C>, message: string, path: string, cause?: unknown) {
  return new CustodyError(kind, message, { cause, fields: { path } });
}

/** The closed `error_code` of Permit's error bodies, `''` where the body is something else. */
function errorCodeOf(bytes: Uint8Array): string {
  try {
    const body: unknown = JSON.parse(new TextDecoder().decode(bytes));
    const isCoded = typeof body === 'object' && body !== null && 'error_code' in body;
    return isCoded && typeof body.error_code === 'string' ? body.error_code.slice(0, 100) : '';
  } catch {
    return '';
  }
}

function kindOf(status: number, errorCode: string): ErrorKind {
  if (errorCode === 'PAGINATION_SIZE_OVERREACHED') return permitErrors.PERMIT_TOO_MANY_RESULTS;
  if (status === 401 || status === 403) return permitErrors.PERMIT_KEY_REJECTED;
  if (status === 404) return permitErrors.PERMIT_NOT_FOUND;
  if (status === 408) return permitErrors.PERMIT_TIMEOUT;
  if (status === 429) return permitErrors.PERMIT_THROTTLED;
  return status >= 500 ? permitErrors.PERMIT_SERVER_FAULT : permitErrors.PERMIT_REQUEST_REJECTED;
}

/** The body's text stays out of it: a server may repeat what it was sent, the key included. */
function refusal(path: string, status: number, bytes: Uint8Array, retryAfterMs: number | null): CustodyError {
  const errorCode = errorCodeOf(bytes);
  const kind = kindOf(status, errorCode);
  const fields = { path, status, errorCode, ...(status === 429 ? { retryAfterMs } : {}) };
  const shown = errorCode === '' ? '' : ` (${errorCode})`;
  return new CustodyError(kind, `GET ${path}: Permit answered ${status}${shown}`, { fields });
}
