import createFetchClient, { type Client } from 'openapi-fetch';
import type { paths } from './generated/api.ts';

export interface CustodyClientOptions {
  /** Where Custody answers, such as `http://127.0.0.1:4800`. */
  readonly url: string;
  readonly token?: string;
  /** Default: the global `fetch`. */
  readonly fetch?: typeof globalThis.fetch;
}

/** What answers and problems are; files are for `fetch`, with `format=`. */
type JsonMedia = 'application/json' | 'application/problem+json';

/** `client.GET('/v1/trends', { params: { query: { bucket: 'day' } } })` resolves with `data` or `error`, both typed. */
export type CustodyClient = Client<paths, JsonMedia>;

export function headersOf({ token }: Pick<CustodyClientOptions, 'token'>): Record<string, string> {
  return token === undefined ? {} : { authorization: `Bearer ${token}` };
}

/** A client of one Custody. Nothing is asked before the first call; a call rejects only where nothing answers. */
export function createCustodyClient(options: CustodyClientOptions): CustodyClient {
  const { url, fetch } = options;
  return createFetchClient<paths, JsonMedia>({
    baseUrl: url.replace(/\/+$/, ''),
    headers: headersOf(options),
    ...(fetch && { fetch: (request) => fetch(request) }),
  });
}
