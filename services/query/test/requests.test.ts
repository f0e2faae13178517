import { connect } from 'node:net';
import { DecisionBlock, writeDecisions } from '@custody/store';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { nowMs, startService, type TestService } from './service.ts';
import { makeWorld, storedRow } from './world.ts';

let service: TestService;
beforeAll(async () => {
  service = await startService();
  await writeDecisions(service.store, DecisionBlock.of(makeWorld(50, nowMs - 3_600_000, nowMs).map(storedRow)));
});
afterAll(() => service.stop());

const hostile = [
  `' OR 1=1 --`,
  `x'; DROP TABLE custody_internal.decisions; --`,
  `\\' UNION ALL SELECT 1 --`,
  `{p0:String}`,
  '%',
  `"`,
  '`',
  '\u0000',
  '\\N',
  `\\x27 OR 1`,
  '𝕏\ud800',
  '../../etc/passwd',
  '0x41',
  '$(1)',
  `) FORMAT Null; SELECT file('/etc/passwd')`,
];
const texts = ['env', 'agent', 'human', 'server', 'tool', 'q'];
const closed = [
  'decision',
  'reason_code',
  'attribution',
  'trust_level',
  'from',
  'to',
  'tz',
  'measures',
  'group_by',
  'order',
  'limit',
  'top',
  'bucket',
  'include',
  'cursor',
];

async function expectHarmless(path: string, parameter: string, value: string): Promise<void> {
  const human = parameter === 'include' ? { human: 'x' } : {};
  const answer = await service.get(path, { [parameter]: value, ...human });
  const shown = `${path} ${parameter}=${value}: ${JSON.stringify(answer.body).slice(0, 300)}`;
  expect(answer.status, shown).toBe(closed.includes(parameter) ? 400 : 200);
  const isText = parameter === 'q' && value === '%';
  if (answer.status === 200 && path === '/v1/decisions' && !isText) expect(answer.data, shown).toEqual([]);
}

test('SQL in any parameter is a value that matches nothing, or a 400', async () => {
  const paths: readonly [string, readonly string[]][] = [
    [
      '/v1/decisions',
      [...texts, 'decision', 'reason_code', 'attribution', 'trust_level', 'from', 'to', 'limit', 'cursor', 'include'],
    ],
    ['/v1/aggregate', [...texts, 'measures', 'group_by', 'order', 'tz', 'top']],
    ['/v1/trends', ['human', 'bucket', 'tz', 'group_by', 'order', 'measures']],
  ];
  for (const [path, parameters] of paths) {
    for (const parameter of parameters) {
      // All of them where every kind of filter is; elsewhere the code behind is the same.
      const values = path === '/v1/decisions' ? hostile : hostile.slice(0, 3);
      await Promise.all(values.map((value) => expectHarmless(path, parameter, value)));
    }
  }
  for (const value of hostile) {
    expect((await service.get(`/v1/decisions/${encodeURIComponent(value.replaceAll('\ud800', ''))}`)).status).toBe(400);
  }
  const rows = await service.store.select('test', 'SELECT count() AS n FROM custody_internal.decisions FINAL', {});
  expect(rows).toEqual([{ n: 50 }]);
});

describe('a fault is a problem document that names parameter, fault and remedy', () => {
  test.each([
    ['/v1/decisions', { agnet: 'x' }, 400, 'QUERY_UNKNOWN_PARAMETER', 'agnet'],
    ['/v1/aggregate', { bucket: 'day' }, 400, 'QUERY_UNKNOWN_PARAMETER', 'bucket'],
    ['/v1/decisions', { from: 'yesterdayish' }, 400, 'QUERY_BAD_PARAMETER', 'from'],
    ['/v1/decisions', { from: '2026-02-30T00:00:00Z' }, 400, 'QUERY_BAD_PARAMETER', 'from'],
    ['/v1/decisions', { from: 'now', to: '-1h' }, 400, 'QUERY_BAD_RANGE', 'from'],
    ['/v1/decisions', { tool: 'a,,b' }, 400, 'QUERY_BAD_PARAMETER', 'tool'],
    ['/v1/decisions', { decision: 'denied' }, 400, 'QUERY_BAD_PARAMETER', 'decision'],
    ['/v1/decisions', { limit: '0' }, 400, 'QUERY_BAD_PARAMETER', 'limit'],
    ['/v1/decisions', { from: ['-1h', '-2h'] }, 400, 'QUERY_BAD_PARAMETER', 'from'],
    ['/v1/decisions', { include: 'possible' }, 400, 'QUERY_BAD_PARAMETER', 'include'],
    ['/v1/aggregate', { measures: 'decisions,money' }, 400, 'QUERY_BAD_PARAMETER', 'measures'],
    ['/v1/aggregate', { order: 'agent' }, 400, 'QUERY_BAD_PARAMETER', 'order'],
    ['/v1/trends', { tz: 'Middle/Earth' }, 400, 'QUERY_BAD_PARAMETER', 'tz'],
    ['/v1/trends', { bucket: 'fortnight' }, 400, 'QUERY_BAD_PARAMETER', 'bucket'],
    ['/v1/trends', { bucket: 'minute', from: '-30d' }, 400, 'QUERY_TOO_MANY_BUCKETS', 'bucket'],
    ['/v1/aggregate', { other: 'row', group_by: 'agent' }, 400, 'QUERY_BAD_PARAMETER', 'other'],
    ['/v1/trends', { other: 'row', top: '3' }, 400, 'QUERY_BAD_PARAMETER', 'other'],
    ['/v1/chains', { group_by: 'agent' }, 400, 'QUERY_UNKNOWN_PARAMETER', 'group_by'],
    ['/v1/remedies', { limit: '0' }, 400, 'QUERY_BAD_PARAMETER', 'limit'],
    ['/v1/nothing', {}, 404, 'QUERY_UNKNOWN_ROUTE', undefined],
  ] as const)('%s %o', async (path, parameters, status, code, parameter) => {
    const { body } = await service.get(path, parameters);
    expect(body).toMatchObject({ status, code, instance: path, type: `urn:custody:error:${code}` });
    expect(body.parameter).toBe(parameter);
    expect(String(body.remedy).length).toBeGreaterThan(10);
    if (code === 'QUERY_UNKNOWN_PARAMETER') expect(body.known).toContain('agent');
  });

  test('a method that a path does not have is told from a path that is not there', async () => {
    const ask = (method: 'DELETE' | 'POST', url: string) =>
      service.app.inject({ method, url, headers: { host: 'localhost' } });
    for (const path of ['/v1/aggregate', '/v1/agents/agent%7Ca']) {
      const response = await ask('POST', path);
      expect([path, response.statusCode, response.headers.allow]).toEqual([path, 405, 'GET, HEAD']);
      expect(response.json()).toMatchObject({ status: 405, code: 'QUERY_WRONG_METHOD', instance: path });
    }
    expect((await ask('DELETE', '/v1/silences')).headers.allow).toBe('GET, HEAD, POST');
    expect((await ask('POST', '/v1/agents/a/b/c')).statusCode).toBe(404);
  });

  test('its media type is application/problem+json', async () => {
    const response = await service.app.inject({ url: '/v1/decisions?x=1', headers: { host: 'localhost' } });
    expect(response.headers['content-type']).toMatch(/^application\/problem\+json/);
    expect(response.headers['x-request-id']).toBe(response.json().request_id);
  });
});

test('times: today and dates in the zone, half-open ranges', async () => {
  const today = await service.get('/v1/aggregate', { from: 'today', tz: 'America/St_Johns' });
  expect(today.meta).toMatchObject({ from: '2026-11-03T03:30:00.000Z', to: '2026-11-03T12:34:57.000Z' });
  const date = await service.get('/v1/aggregate', { from: '2026-10-25', to: '2026-10-26', tz: 'Europe/Berlin' });
  expect(date.meta).toMatchObject({ from: '2026-10-24T22:00:00.000Z', to: '2026-10-25T23:00:00.000Z' });
  const plus = await service.app.inject({
    url: '/v1/aggregate?from=2026-10-25T10:00:00+01:00&to=2026-10-25T10:00:00Z',
    headers: { host: 'localhost' },
  });
  expect(plus.json().meta.from).toBe('2026-10-25T09:00:00.000Z');
  // The very moment, written out, is no "up to now": it is the end as it stands.
  const written = { from: '2026-11-01', to: new Date(nowMs).toISOString() };
  expect((await service.get('/v1/aggregate', written)).meta).toMatchObject({ to: written.to });
  const ago = await service.get('/v1/aggregate', { from: '-2w', to: '-30m' });
  expect(ago.meta).toMatchObject({ from: '2026-10-20T12:34:56.789Z', to: '2026-11-03T12:04:56.789Z' });
  // Up to now is up to the end of a step, as long as asked for: what it is compared with begins and ends on its steps too.
  const day = await service.get('/v1/trends', { from: '-24h', bucket: 'hour', compare: 'previous' });
  const noon = (date: string) => `2026-11-${date}T12:35:00.000Z`;
  const compare = { from: noon('01'), to: noon('02') };
  expect(day.meta).toMatchObject({ from: noon('02'), to: noon('03'), compare });
  expect(day.data[0]?.compare).toMatchObject({ bucket: '2026-11-01T12:00:00.000Z' });
});

test('without a token only names of this machine are answered', async () => {
  const asked = async (headers: Record<string, string>) =>
    (await service.app.inject({ url: '/v1/coverage', headers })).statusCode;
  for (const host of ['localhost', 'localhost:4800', '127.0.0.1:4800', '127.1.2.3', '[::1]:4800'])
    expect(await asked({ host })).toBe(200);
  for (const host of ['evil.example', 'localhost.evil.example', '127.0.0.1.evil.example', '10.0.0.1', '0.0.0.0']) {
    expect(await asked({ host }), host).toBe(403);
  }
  expect(await asked({ host: 'localhost', origin: 'https://evil.example' })).toBe(403);
  expect(await asked({ host: 'localhost', origin: 'null' })).toBe(403);
  expect(await asked({ host: 'localhost', origin: 'http://127.0.0.1:4800' })).toBe(200);
});

test('with a token every /v1 call needs it, under any name', async () => {
  const app = await service.withToken('correct-horse-battery');
  const asked = async (url: string, authorization?: string) =>
    (
      await app.inject({
        url,
        headers: { host: 'custody.example', ...(authorization === undefined ? {} : { authorization }) },
      })
    ).statusCode;
  for (const url of [
    '/v1/coverage',
    '/v1/decisions',
    '/V1/coverage',
    '//v1/coverage',
    '/v1/%63overage',
    '/%761/coverage',
    '/%76%31/decisions',
  ]) {
    expect(await asked(url), url).not.toBe(200);
    expect(await asked(url, 'Bearer wrong-horse'), url).not.toBe(200);
  }
  expect(await asked('/v1/coverage', 'Bearer correct-horse-battery')).toBe(200);
  expect(await asked('/v1/coverage', 'correct-horse-battery')).toBe(401);
  expect(await asked('/livez')).toBe(200);
  await app.close();
});

test('the page and the documents load nothing from elsewhere', async () => {
  const page = await service.app.inject({ url: '/docs', headers: { host: 'localhost' } });
  expect(page.body).not.toMatch(/<script|https?:\/\/|@import|url\(/);
  expect(page.headers['content-security-policy']).toContain("default-src 'none'");
  for (const name of ['/v1/trends', 'group_by', 'include', 'POST', 'body, required']) expect(page.body).toContain(name);
});

test('a client that goes away ends its statement', async () => {
  const { store } = service;
  const url = new URL(await service.app.listen({ host: '127.0.0.1', port: 0 }));
  // A connection outlives the ten minutes for which proxies keep theirs, and says so.
  const live = await fetch(new URL('/livez', url));
  await live.text();
  expect(Number(live.headers.get('keep-alive')?.replace('timeout=', ''))).toBeGreaterThan(600);
  const running = `SELECT count() AS n FROM system.processes WHERE query LIKE '%sleepEachRow%' AND query NOT LIKE '%processes%'`;
  const slow = 'SELECT sleepEachRow(1) FROM numbers(60) SETTINGS max_block_size = 1';
  // No question takes a minute over fifty rows: the one that is asked gets another text, and keeps its signal.
  const { select } = store;
  const statement = Promise.withResolvers<unknown>();
  store.select = (name, _sql, _params, options) => {
    const rows = select(name, slow, {}, { ...options, settings: {} });
    statement.resolve(rows);
    return rows;
  };
  const socket = connect(Number(url.port), '127.0.0.1');
  socket.write(`GET /v1/decisions/${'0'.repeat(32)} HTTP/1.1\r\nhost: localhost\r\n\r\n`);
  await expect.poll(() => select('test', running, {}), { timeout: 20_000 }).toEqual([{ n: 1 }]);
  socket.destroy();
  await expect(statement.promise).rejects.toMatchObject({ code: 'STORE_CANCELLED' });
  store.select = select;
  await expect.poll(() => select('test', running, {}), { timeout: 20_000 }).toEqual([{ n: 0 }]);
});

const ask = (url: string) => service.app.inject({ url, headers: { host: '127.0.0.1:4800' } });

test.each(['/v1/%zz', '/%', `/v1/decisions/${'a'.repeat(600)}`])(
  'a path that no route can take is answered by a problem document, with the headers of every answer: %.20s',
  async (path) => {
    const response = await ask(path);
    expect([400, 404, 414]).toContain(response.statusCode);
    expect(response.headers['content-type']).toContain('application/problem+json');
    expect(response.headers['x-content-type-options']).toBe('nosniff');
    expect(response.json()).toMatchObject({ code: expect.stringMatching(/^QUERY_/) });
  },
);

test.each([
  ['europe/berlin', 200],
  ['US/Pacific', 200],
  ['Etc/GMT+5', 200],
  ['SystemV/EST5', 400],
])('the zone %s, which the calendar knows, is understood by the store too or refused: %i', async (tz, status) => {
  expect((await service.get('/v1/trends', { bucket: 'day', tz })).status).toBe(status);
});

test('more names than can be looked up at once are refused; as many keys are not', async () => {
  const names = Array.from({ length: 21 }, (_, i) => `name-${i}`);
  expect((await service.get('/v1/aggregate', { agent: names })).status).toBe(400);
  const keys = Array.from({ length: 200 }, (_, i) => `agent|${i}`);
  expect((await service.get('/v1/aggregate', { agent: keys })).status).toBe(200);
});

test('the root leads to the documentation', async () => {
  const response = await ask('/');
  expect([response.statusCode, response.headers.location]).toEqual([302, '/docs']);
});

test('when the store is gone: 503 with Retry-After, /readyz says so, /livez stays', async () => {
  expect((await service.get('/readyz')).status).toBe(200);
  await service.stopEngine();
  const response = await service.app.inject({ url: '/v1/agents', headers: { host: 'localhost' } });
  expect(response.statusCode).toBe(503);
  expect(response.headers['retry-after']).toBe('5');
  expect(response.json()).toMatchObject({ code: 'STORE_UNREACHABLE' });
  expect(response.body).not.toContain('ECONNREFUSED');
  expect((await service.get('/readyz')).status).toBe(503);
  expect((await service.app.inject({ url: '/livez', headers: { host: 'localhost' } })).statusCode).toBe(200);
  const metrics = await service.app.inject({ url: '/metrics', headers: { host: 'localhost' } });
  expect(metrics.body).toMatch(
    /custody_http_request_duration_seconds_count\{[^}]*route="\/v1\/agents",status="503"\} 1/,
  );
});
