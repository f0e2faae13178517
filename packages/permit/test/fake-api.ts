import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createLogger, systemClock } from '@custody/runtime';
import { afterEach } from 'vitest';
import { createPermitClient, createRateBudget, type PermitClient, type PermitClientOptions } from '../src/index.ts';

export type Answer = { readonly status?: number; readonly headers?: Record<string, string>; readonly body?: unknown };
type Handler = (url: URL, request: IncomingMessage, response: ServerResponse) => Answer | null;

export interface FakeApi {
  readonly url: string;
  readonly requests: URL[];
  readonly authorizations: (string | undefined)[];
}

const closers: (() => Promise<void>)[] = [];

afterEach(async () => {
  for (const close of closers.splice(0)) await close();
});

/** An HTTP server for answers that the simulator would never give; `null` leaves the response to the handler. */
export async function fakeApi(handle: Handler): Promise<FakeApi> {
  const requests: URL[] = [];
  const authorizations: (string | undefined)[] = [];
  const server = createServer((request, response) => {
    const url = new URL(request.url ?? '', 'http://fake');
    requests.push(url);
    authorizations.push(request.headers.authorization);
    const answer = handle(url, request, response);
    if (answer === null) return;
    const { status = 200, headers = {}, body = {} } = answer;
    response.writeHead(status, headers).end(typeof body === 'string' ? body : JSON.stringify(body));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  closers.push(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, requests, authorizations };
}

export const apiKey = 'permit_key_secret0123456789';
const ids = { organization_id: '47b37e40e1094a2580fc6589ad24fec5', project_id: 'p1', environment_id: 'e1' };

/** Answers what resolving an environment asks for, so that a test can speak of the rest. */
export function withEnvironment(handle: Handler): Handler {
  return (url, request, response) => {
    if (url.pathname === '/v2/api-key/scope') return { body: ids };
    if (url.pathname.startsWith('/v2/projects')) return { status: 403, body: { error_code: 'FORBIDDEN_ACCESS' } };
    return handle(url, request, response);
  };
}

export function clientOf(url: string, options: Partial<PermitClientOptions> = {}): PermitClient {
  return createPermitClient({
    apiUrl: url,
    apiKey,
    budget: createRateBudget({ requestsPerMinute: Number.POSITIVE_INFINITY, clock: systemClock }),
    clock: systemClock,
    logger: createLogger({ service: 'test', level: 'silent' }),
    ...options,
  });
}

/** The error that the work ends with; the test fails if it ends well. */
export async function failureOf(work: Promise<unknown>): Promise<Error & { code?: string; retriable?: boolean }> {
  return work.then(
    () => {
      throw new Error('it succeeded');
    },
    (error: Error) => error,
  );
}
