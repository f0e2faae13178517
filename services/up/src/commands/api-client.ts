import { CustodyError, errorKinds, httpUrl, parseConfig, type Variables } from '@custody/runtime';
import { z } from 'zod';

export const questionErrors = errorKinds({
  CUSTODY_UNREACHABLE: {
    retriable: true,
    meaning: 'No Custody answers at CUSTODY_URL.',
    remedy: 'Start it with `npx pnpm@12 start`, or set CUSTODY_URL to where it runs.',
  },
  QUESTION_REFUSED: {
    retriable: false,
    meaning: 'Custody refused the question; the message says which part of it.',
    remedy: 'Change what the message names; `custody COMMAND --help` lists the options.',
  },
  QUESTION_FAILED: {
    retriable: true,
    meaning: 'Custody could not answer: its store is down, or it has a fault.',
    remedy: 'Try again; if it stays so, look at the log of the query service.',
  },
});

const clientVariables = z.object({
  CUSTODY_URL: httpUrl.default('http://127.0.0.1:4800'),
  CUSTODY_TOKEN: z.string().optional(),
});

/** Where the API is. */
export function apiUrl(variables: Variables): string {
  return apiLogin(variables).url;
}

/** Where the API is, and with what it is asked. */
export function apiLogin(variables: Variables): { readonly url: string; readonly token?: string } {
  const { CUSTODY_URL, CUSTODY_TOKEN: token } = parseConfig(clientVariables, variables);
  return { url: CUSTODY_URL.replace(/\/+$/, ''), ...(token && { token }) };
}

export function unreachable(url: string, cause: unknown): CustodyError {
  return new CustodyError(questionErrors.CUSTODY_UNREACHABLE, `Nothing answers at ${url}.`, { cause });
}

const problem = z.looseObject({
  title: z.string().optional(),
  detail: z.string().optional(),
  code: z.string().optional(),
  remedy: z.string().optional(),
  matches: z.array(z.looseObject({ key: z.string(), name: z.string(), email: z.string() })).optional(),
});

/** What the API said instead of an answer. */
export function problemError(status: number, given: unknown): CustodyError {
  const { title, detail, code, remedy, matches = [] } = problem.catch({}).parse(given);
  const listed = matches.map(({ key, name, email }) => `\n  ${[key, name, email].filter(Boolean).join('  ')}`);
  // The detail of an ambiguous name lists the keys; here each has its name beside it.
  const text = (listed.length > 0 ? title : detail) ?? title ?? `HTTP ${status}`;
  const kind = status >= 500 ? questionErrors.QUESTION_FAILED : questionErrors.QUESTION_REFUSED;
  return new CustodyError(kind, text + listed.join(''), {
    ...(remedy === undefined ? {} : { remedy }),
    fields: { status, code },
  });
}

/** What a command sends to a running Custody. */
export interface ApiCall {
  readonly method: 'GET' | 'POST' | 'DELETE';
  /** Below `/v1/`. */
  readonly path: string;
  readonly query?: URLSearchParams;
  /** Sent as JSON. */
  readonly body?: object;
}

/**
 * Has a running Custody answer, with what is JSON or not. Throws `CUSTODY_UNREACHABLE`, `QUESTION_REFUSED` or
 * `QUESTION_FAILED`.
 */
async function responseTo(
  { method, path, query, body: sent }: ApiCall,
  variables: Variables,
  signal?: AbortSignal,
): Promise<Response> {
  const { url: base, token } = apiLogin(variables);
  const headers: Record<string, string> = {
    ...(token ? { authorization: `Bearer ${token}` } : {}),
    ...(sent === undefined ? {} : { 'content-type': 'application/json' }),
  };
  const url = `${base}/v1/${path}${query === undefined ? '' : `?${query}`}`;
  const content = sent === undefined ? {} : { body: JSON.stringify(sent) };
  const response = await fetch(url, { method, headers, signal: signal ?? null, ...content }).catch((cause: unknown) => {
    signal?.throwIfAborted();
    throw unreachable(base, cause);
  });
  if (response.ok) return response;
  const body: unknown = await response.json().catch(() => ({}));
  throw problemError(response.status, body);
}

/** Asks a running Custody for an answer that is no JSON, or not only. Throws as `responseTo` does. */
export function openAnswer(
  path: string,
  query: URLSearchParams,
  variables: Variables,
  signal?: AbortSignal,
): Promise<Response> {
  return responseTo({ method: 'GET', path, query }, variables, signal);
}

/** Has a running Custody do something. Throws `CUSTODY_UNREACHABLE`, `QUESTION_REFUSED` or `QUESTION_FAILED`. */
export async function call(asked: ApiCall, variables: Variables): Promise<unknown> {
  const response = await responseTo(asked, variables);
  const body: unknown = await response.json().catch(() => ({}));
  return body;
}

/** Asks a running Custody. Throws as `call` does. */
export function ask(path: string, query: URLSearchParams, variables: Variables): Promise<unknown> {
  return call({ method: 'GET', path, query }, variables);
}
