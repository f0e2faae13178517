import { randomUUID } from 'node:crypto';
import type { Json } from '../facts.ts';
import type { Variants } from '../variants.ts';

/** An answer that ends a request: thrown by routes and hooks, sent by the one error handler. */
export class ApiFault extends Error {
  readonly status: number;
  readonly body: Json;
  readonly headers: Readonly<Record<string, string>>;

  constructor(status: number, body: Json, headers: Readonly<Record<string, string>> = {}) {
    super(`answered ${status}`);
    this.name = 'ApiFault';
    this.status = status;
    this.body = body;
    this.headers = headers;
  }
}

/** One thing that FastAPI's validation found. */
export interface ValidationDetail {
  readonly loc: readonly (string | number)[];
  readonly msg: string;
  readonly type: string;
}

const ending =
  'Please check the request and try again.\nIf the issue keeps happening, contact our support on Slack for further guidance.';

export function invalid(detail: readonly ValidationDetail[]): ApiFault {
  return new ApiFault(422, { detail });
}

export function unauthorized(status: 401 | 403): ApiFault {
  const code = status === 401 ? 'UNAUTHORIZED' : 'FORBIDDEN_ACCESS';
  return permitFault(status, 'Authentication failed', code, 'The API key is missing or not valid.');
}

export function forbidden(what: string): ApiFault {
  return permitFault(
    403,
    'Access to this resource is forbidden',
    'FORBIDDEN_ACCESS',
    `The API key has no access to ${what}.`,
  );
}

export function notFound(what: string): ApiFault {
  return permitFault(404, 'The requested data could not be found', 'NOT_FOUND', `We could not find ${what}.`);
}

/** The documented answer to a page past the last result that can be had: the 10,000th. */
export function overreached(mostResults: number): ApiFault {
  return permitFault(
    400,
    'The request was invalid',
    'PAGINATION_SIZE_OVERREACHED',
    `We are sorry for the inconvenience, Max number of results for this API is ${mostResults}. To obtain additional results readjust the query's time window, or apply additional filters.. ${ending}`,
  );
}

/** The documented 429, with `Retry-After` in one of its forms or without. */
export function rateLimited(retryAfter: Variants['retryAfter'], waitMs: number, nowMs: number): ApiFault {
  const said = {
    seconds: { 'retry-after': String(Math.ceil(waitMs / 1000)) },
    date: { 'retry-after': new Date(nowMs + waitMs).toUTCString() },
    absent: {},
  };
  const message = 'You have exceeded the rate limit. Please try again later.';
  return new ApiFault(429, { error: 'rate_limited', message }, said[retryAfter]);
}

export function faulted(): ApiFault {
  return permitFault(500, 'Internal server error', 'UNEXPECTED_ERROR', `An unexpected error has occurred. ${ending}`);
}

function permitFault(status: number, title: string, errorCode: string, message: string): ApiFault {
  return new ApiFault(status, { id: randomUUID().replaceAll('-', ''), title, error_code: errorCode, message });
}
