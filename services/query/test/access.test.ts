import { dayMs } from '@custody/decision';
import { DecisionBlock, writeDecisions } from '@custody/store';
import type { FastifyInstance } from 'fastify';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { usualUseLimits } from '../src/access/allowance.ts';
import { nowMs, startService, type TestService } from './service.ts';
import { ask, get, HandClock, make, revoke } from './tokens.ts';
import { makeWorld, storedRow } from './world.ts';

let service: TestService;
/** Two replicas, of one clock. */
let app: FastifyInstance;
let other: FastifyInstance;
const clock = new HandClock();
let root = '';

beforeAll(async () => {
  service = await startService();
  app = await service.create({ clock });
  other = await service.create({ clock });
});
afterAll(async () => {
  await Promise.all([app.close(), other.close()]);
  await service.stop();
});

test('this machine needs no token until there is one; the first one makes others, and is kept as a hash', async () => {
  expect((await get(app, '/v1/seals')).statusCode).toBe(200);
  expect((await get(app, '/v1/seals', 'custody_tk_unknown')).statusCode).toBe(401);
  const refused = await ask(app, { name: 'reader', scope: 'read' });
  expect(refused.json()).toMatchObject({ status: 409, code: 'QUERY_FIRST_TOKEN' });
  const made = await make(app, { name: 'root', scope: 'admin' });
  root = made.token;
  expect(root).toMatch(/^custody_tk_[\w-]{43}$/);
  clock.advance(5_000);
  expect((await get(app, '/v1/seals')).json()).toMatchObject({ status: 401, code: 'QUERY_TOKEN_REQUIRED' });
  expect((await get(other, '/v1/seals')).statusCode).toBe(401);
  expect((await get(app, '/v1/seals', root)).statusCode).toBe(200);
  const anywhere = { host: 'custody.example', authorization: `Bearer ${root}` };
  expect((await app.inject({ url: '/v1/seals', headers: anywhere })).statusCode).toBe(200);
  for (const open of ['/livez', '/docs', '/openapi.json', '/metrics'])
    expect((await get(app, open)).statusCode).toBe(200);
  const stored = await service.store.select('test', 'SELECT * FROM custody_internal.tokens', {});
  expect(JSON.stringify(stored)).not.toContain(root.slice(11));
  expect(stored).toMatchObject([{ name: 'root', created_by: 'this machine', hint: root.slice(-4) }]);
  expect((await get(app, '/v1/tokens', root)).body).not.toContain(root.slice(11));
});

test('no operation answers without a token', async () => {
  const { paths } = (await get(app, '/openapi.json')).json() as { paths: Record<string, Record<string, object>> };
  const operations = Object.entries(paths).flatMap(([path, methods]) =>
    Object.keys(methods).map((method) => [method, path]),
  );
  expect(operations.length).toBeGreaterThan(14);
  for (const [method, path] of operations as [string, string][]) {
    const request = {
      method: method.toUpperCase() as 'GET',
      url: path.replaceAll(/[{}]/g, ''),
      headers: { host: 'localhost' },
    };
    expect((await app.inject(request)).statusCode, `${method} ${path}`).toBe(401);
  }
});

test('a scope allows what it says and nothing above', async () => {
  const { token } = await make(app, { name: 'reads', scope: 'read' }, root);
  expect((await get(app, '/v1/agents', token)).statusCode).toBe(200);
  expect((await get(app, '/v1/tokens', token)).json()).toMatchObject({
    ...{ status: 403, code: 'QUERY_NOT_ALLOWED', needed: 'admin', scope: 'read' },
  });
  expect((await ask(app, { name: 'more', scope: 'admin' }, token)).statusCode).toBe(403);
  expect((await revoke(app, crypto.randomUUID(), token)).statusCode).toBe(403);
  expect((await get(app, '/v1/nothing', token)).statusCode).toBe(404);
  expect((await get(app, '/v1/nothing')).statusCode).toBe(401);
});

test.each([
  [{ name: 'root', scope: 'admin' }, 409, 'QUERY_NAME_TAKEN'],
  [{ name: 'a', scope: 'admin', env: ['production'] }, 400, 'QUERY_BAD_PARAMETER'],
  [{ name: 'a', scope: 'read', env: ['nowhere'] }, 400, 'QUERY_BAD_PARAMETER'],
  [{ name: 'a', scope: 'read', env: [] }, 400, 'QUERY_BAD_PARAMETER'],
  [{ name: 'a', scope: 'read', server: ['lin*'] }, 400, 'QUERY_BAD_PARAMETER'],
  [{ name: 'a', scope: 'read', human: ['nobody'] }, 400, 'QUERY_BAD_PARAMETER'],
  [{ name: 'a', scope: 'read', expires: '-1d' }, 400, 'QUERY_BAD_PARAMETER'],
  [{ name: 'a', scope: 'all' }, 400, 'QUERY_BAD_PARAMETER'],
  [{ name: 'a', scope: 'read', tool: ['x'] }, 400, 'QUERY_UNKNOWN_PARAMETER'],
])('no token is made of %o', async (payload, status, code) => {
  expect((await ask(app, payload, root)).json()).toMatchObject({ status, code });
});

test('a revoked token is refused at once where it was revoked, and everywhere within five seconds', async () => {
  const { id, token } = await make(app, { name: 'short', scope: 'read' }, root);
  clock.advance(5_000);
  for (const replica of [app, other]) expect((await get(replica, '/v1/seals', token)).statusCode).toBe(200);
  expect((await revoke(app, id, root)).json().data).toMatchObject({ name: 'short', revoked_by: 'root' });
  expect((await get(app, '/v1/seals', token)).statusCode).toBe(401);
  clock.advance(5_000);
  expect((await get(other, '/v1/seals', token)).json().detail).toContain('revoked');
  // Its name is free again, and what was revoked stays revoked.
  const again = await make(app, { name: 'short', scope: 'read', expires: '2d' }, root);
  expect((await get(app, '/v1/seals', again.token)).statusCode).toBe(200);
  expect((await get(app, '/v1/seals', token)).statusCode).toBe(401);
  clock.advance(2 * dayMs);
  expect((await get(app, '/v1/seals', again.token)).json().detail).toContain('expired');
});

test('what a token may use is bounded, told, and comes back with time; others are not touched by it', async () => {
  const useLimits = { ...usualUseLimits, requestsPerMinute: 3, rowsPerMinute: 1_000 };
  const bounded = await service.create({ clock, useLimits });
  const { token } = await make(app, { name: 'busy', scope: 'read' }, root);
  for (const left of [2, 1, 0]) {
    const { statusCode, headers } = await get(bounded, '/v1/coverage', token);
    expect([statusCode, headers.ratelimit]).toEqual([200, expect.stringMatching(`^"requests";r=${left};t=`)]);
  }
  const refused = await get(bounded, '/v1/coverage', token);
  expect(refused.json()).toMatchObject({
    ...{ status: 429, code: 'QUERY_TOO_MANY_REQUESTS', limit: 'requests', allowed: 3, used: 3, reset_seconds: 20 },
  });
  expect(refused.headers['retry-after']).toBe('20');
  expect(refused.headers['ratelimit-policy']).toContain('"requests";q=3;w=60, "rows";q=1000;w=60');
  expect((await get(bounded, '/v1/coverage', root)).statusCode).toBe(200);
  clock.advance(20_000);
  expect((await get(bounded, '/v1/coverage', token)).statusCode).toBe(200);
  await bounded.close();
});

test('who asked what is on record, with what it cost, and no secret', async () => {
  const audited = await service.create({ clock });
  const { id, token } = await make(audited, { name: 'watched', scope: 'read' }, root);
  await writeDecisions(service.store, DecisionBlock.of(makeWorld(50, nowMs - dayMs, nowMs).map(storedRow)));
  await get(audited, '/v1/trends?bucket=day&from=2026-11-01&tool=list', token);
  await get(audited, `/v1/aggregate?token=${token}&group_by=tool`, token);
  await get(audited, '/v1/tokens', token);
  await get(audited, `/v1/decisions/${token}`, token);
  await audited.close();
  const rows = await service.store.select(
    'test',
    `SELECT route, method, status, code, parameters, statements > 0 AS has_asked, rows_read >= 50 AS has_read
     FROM custody_internal.api_requests FINAL WHERE token_id = {id:String} AND token_name = 'watched' ORDER BY route`,
    { id },
  );
  expect(rows).toMatchObject([
    { route: '/v1/aggregate', status: 400, code: 'QUERY_UNKNOWN_PARAMETER', has_asked: 0 },
    { route: '/v1/decisions/:id', status: 400, code: 'QUERY_BAD_PARAMETER' },
    { route: '/v1/tokens', method: 'GET', status: 403, code: 'QUERY_NOT_ALLOWED' },
    { route: '/v1/trends', status: 200, code: '', has_asked: 1, has_read: 1 },
  ]);
  expect(JSON.stringify(rows)).not.toContain(token.slice(11));
  expect(JSON.parse((rows[3] as { parameters: string }).parameters)).toEqual({
    bucket: 'day',
    from: '2026-11-01',
    tool: 'list',
  });
  const listed = (await get(app, '/v1/tokens', root)).json().data as Record<string, unknown>[];
  expect(listed.find((one) => one.name === 'watched')).toMatchObject({
    last_used_at: new Date(clock.now()).toISOString(),
  });
});

test('pages of other sites read answers only where their origin is configured', async () => {
  const origin = 'https://dashboards.example';
  const open = await service.create({ clock, token: 'configured-token', corsOrigins: [origin] });
  const preflight = { 'access-control-request-method': 'GET', 'access-control-request-headers': 'authorization' };
  const asked = (headers: Record<string, string>, method: 'GET' | 'OPTIONS' = 'GET') =>
    open.inject({ method, url: '/v1/seals', headers: { host: 'custody.example', ...headers } });
  const allowed = await asked({ origin, ...preflight }, 'OPTIONS');
  expect([allowed.statusCode, allowed.headers['access-control-allow-origin']]).toEqual([204, origin]);
  const answered = await asked({ origin, authorization: 'Bearer configured-token' });
  expect([answered.statusCode, answered.headers['access-control-allow-origin']]).toEqual([200, origin]);
  expect((await asked({ origin })).statusCode).toBe(401);
  const foreign = await asked({ origin: 'https://evil.example', ...preflight }, 'OPTIONS');
  expect(foreign.headers).not.toHaveProperty('access-control-allow-origin');
  expect(foreign.statusCode).toBe(401);
  await open.close();
});
