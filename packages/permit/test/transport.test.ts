import { CustodyError, createLogger, systemClock } from '@custody/runtime';
import { describe, expect, test } from 'vitest';
import { createRateBudget } from '../src/index.ts';
import { readRetryAfter } from '../src/transport.ts';
import { type Answer, apiKey, clientOf, failureOf, fakeApi, withEnvironment } from './fake-api.ts';

const range = { fromMs: 1_000_000, toMs: 2_000_000 };

async function failureWith(answer: Answer) {
  const api = await fakeApi(withEnvironment(() => answer));
  return failureOf(clientOf(api.url).listDecisions({ range }));
}

describe('each refusal has a kind of its own', () => {
  test.each([
    [400, { error_code: 'PAGINATION_SIZE_OVERREACHED' }, 'PERMIT_TOO_MANY_RESULTS', false],
    [400, { error_code: 'SOMETHING_ELSE' }, 'PERMIT_REQUEST_REJECTED', false],
    [401, { error_code: 'UNAUTHORIZED' }, 'PERMIT_KEY_REJECTED', false],
    [403, { error_code: 'FORBIDDEN_ACCESS' }, 'PERMIT_KEY_REJECTED', false],
    [404, { error_code: 'NOT_FOUND' }, 'PERMIT_NOT_FOUND', false],
    [408, '', 'PERMIT_TIMEOUT', true],
    [422, { detail: [{ loc: ['query', 'page'], msg: 'x', type: 'y' }] }, 'PERMIT_REQUEST_REJECTED', false],
    [429, { error: 'rate_limited' }, 'PERMIT_THROTTLED', true],
    [500, '<html>', 'PERMIT_SERVER_FAULT', true],
    [502, 'null', 'PERMIT_SERVER_FAULT', true],
    [503, '', 'PERMIT_SERVER_FAULT', true],
  ])('%d %j is %s', async (status, body, code, retriable) => {
    expect(await failureWith({ status, body })).toMatchObject({ code, retriable, fields: { status } });
  });

  test('a redirect is not followed, since it would carry the key elsewhere', async () => {
    const elsewhere = await fakeApi(() => ({ body: { data: [] } }));
    const error = await failureWith({ status: 302, headers: { location: elsewhere.url } });
    expect(error).toMatchObject({ code: 'PERMIT_REQUEST_REJECTED' });
    expect(elsewhere.requests).toEqual([]);
  });

  test.each([
    ['text', '<html>a proxy says hello</html>'],
    ['another object', { items: [] }],
    ['a cut-off answer', '{"data":[{"id":"a"},{"i'],
  ])('a good status with %s is a bad response', async (_, body) => {
    expect(await failureWith({ body })).toMatchObject({ code: 'PERMIT_BAD_RESPONSE', retriable: true });
  });

  test('an answer that breaks off under way is unreachable, whatever had arrived', async () => {
    const api = await fakeApi(
      withEnvironment((_, __, response) => {
        response.writeHead(200, { 'content-length': '1000' }).write('{"data":[', () => response.destroy());
        return null;
      }),
    );
    expect(await failureOf(clientOf(api.url).listDecisions({ range }))).toMatchObject({
      ...{ code: 'PERMIT_UNREACHABLE', retriable: true },
    });
  });

  test('a host that does not answer is unreachable', async () => {
    // Port 9 is "discard": nothing listens there, and fetch refuses some such ports, which is the same to us.
    const error = await failureOf(clientOf('http://127.0.0.1:9').resolveEnvironment());
    expect(error).toMatchObject({ code: 'PERMIT_UNREACHABLE', retriable: true });
  });

  test('silence ends after the time limit, also in the middle of an answer', async () => {
    for (const isBegun of [false, true]) {
      const api = await fakeApi((_, __, response) => {
        if (isBegun) response.writeHead(200).write('{');
        return null;
      });
      const error = await failureOf(clientOf(api.url, { timeoutMs: 50 }).resolveEnvironment());
      expect(error).toMatchObject({ code: 'PERMIT_TIMEOUT', retriable: true });
    }
  });

  test('a caller that gives up is told so, at once', async () => {
    const leaving = new AbortController();
    const api = await fakeApi(() => {
      leaving.abort();
      return null;
    });
    const error = await failureOf(clientOf(api.url).resolveEnvironment(leaving.signal));
    expect(error).toMatchObject({ code: 'PERMIT_CANCELLED', retriable: false });
  });
});

describe('the key', () => {
  const everything = (error: unknown): string => {
    if (!(error instanceof Error)) return String(error);
    const fields = error instanceof CustodyError ? JSON.stringify(error.fields) + error.remedy : '';
    return `${error.stack} ${JSON.stringify(error)} ${fields} ${everything(error.cause)}`;
  };

  test.each([400, 401, 403, 429, 500])('is in no part of an error, also when a %d repeats it', async (status) => {
    const echo = { error_code: 'UNAUTHORIZED', message: `bad key ${apiKey}`, title: apiKey };
    const error = await failureWith({ status, body: echo, headers: { 'x-key': apiKey } });
    expect(everything(error)).not.toContain(apiKey);
  });

  test('is in no log line and nothing is printed, whatever fails inside the SDK', async () => {
    const printed: string[] = [];
    const { write } = process.stdout;
    const logger = createLogger({
      service: 't',
      level: 'trace',
      destination: { write: (line) => void printed.push(line) },
    });
    process.stdout.write = (chunk: string | Uint8Array) => printed.push(String(chunk)) > 0;
    try {
      const api = await fakeApi(withEnvironment(() => ({ status: 500, body: { message: apiKey } })));
      const client = clientOf(api.url, { logger });
      for (const list of [client.listIdentities, client.listCeilings, client.listConsents]) {
        expect(everything(await failureOf(list()))).not.toContain(apiKey);
      }
    } finally {
      process.stdout.write = write;
    }
    expect(printed.join('')).not.toContain(apiKey);
    expect(printed.filter((line) => !line.includes('Permit environment resolved'))).toEqual([]);
  });
});

describe('a 429', () => {
  test.each([
    ['7', 7_000],
    ['0', 0],
    ['1.5', 1_500],
    [' 3 ', 3_000],
    ['Tue, 10 Mar 2026 12:00:30 GMT', 30_000],
    ['Tue, 10 Mar 2026 11:00:00 GMT', 0],
    ['soon', null],
    ['-5', null],
    ['', null],
    [null, null],
  ])('with Retry-After %j says %j ms', (header, ms) => {
    expect(readRetryAfter(header, Date.UTC(2026, 2, 10, 12))).toBe(ms);
  });

  test('tells its Retry-After and slows the budget that all calls share', async () => {
    const api = await fakeApi(withEnvironment(() => ({ status: 429, headers: { 'retry-after': '7' }, body: {} })));
    const budget = createRateBudget({ clock: systemClock });
    const error = await failureOf(clientOf(api.url, { budget }).listDecisions({ range }));
    expect(error).toMatchObject({ code: 'PERMIT_THROTTLED', fields: { retryAfterMs: 7_000 } });
    expect(budget.state().pausedMs).toBeGreaterThan(6_000);
  });

  test('means its date by the clock of whoever answers, however wrong ours is', async () => {
    const headers = { date: 'Tue, 10 Mar 2026 12:00:00 GMT', 'retry-after': 'Tue, 10 Mar 2026 12:00:09 GMT' };
    const api = await fakeApi(withEnvironment(() => ({ status: 429, headers, body: {} })));
    const error = await failureOf(clientOf(api.url).listDecisions({ range }));
    expect(error).toMatchObject({ code: 'PERMIT_THROTTLED', fields: { retryAfterMs: 9_000 } });
  });

  test('in the middle of a listing of facts costs time, not the listing', async () => {
    const refused = new Set<string>();
    const api = await fakeApi(
      withEnvironment((url) => {
        if (refused.has(url.pathname)) return { body: { data: [], total_count: 0 } };
        refused.add(url.pathname);
        return { status: 429, headers: { 'retry-after': '0' }, body: {} };
      }),
    );
    const client = clientOf(api.url);
    expect(await client.listConsents()).toEqual([]);
    expect(await client.listIdentities()).toEqual([]);
  });

  test('that never ends does end the listing', async () => {
    const api = await fakeApi(withEnvironment(() => ({ status: 429, headers: { 'retry-after': '0' }, body: {} })));
    expect(await failureOf(clientOf(api.url).listConsents())).toMatchObject({ code: 'PERMIT_THROTTLED' });
  });
});
