import { randomUUID } from 'node:crypto';
import { brotliDecompressSync, gunzipSync, zstdDecompressSync } from 'node:zlib';
import { hourMs } from '@custody/decision';
import { buildHours, DecisionBlock, writeDecisions } from '@custody/store';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { nowMs, startService, type TestService } from './service.ts';
import { createRandom, makeWorld, storedRow } from './world.ts';

/** Six whole hours of the day before. */
const firstMs = Math.floor(nowMs / hourMs) * hourMs - 24 * hourMs;
const hours = Array.from({ length: 6 }, (_, n) => firstMs + n * hourMs);
const iso = (ms: number) => new Date(ms).toISOString();
const range = { from: iso(firstMs), to: iso(firstMs + 6 * hourMs) };
let service: TestService;
let seed = 900;

const land = (fromMs: number, count: number) =>
  writeDecisions(service.store, DecisionBlock.of(makeWorld(count, fromMs, fromMs + hourMs, seed++).map(storedRow)));

async function seal(wanted: readonly number[]): Promise<void> {
  const [clock] = (await service.store.select('test', 'SELECT now64(6) AS at', {})) as { at: string }[];
  for (const env_id of ['env-1', 'env-2']) {
    const builds = await buildHours(service.store, { envId: env_id, hours: wanted, attempt: randomUUID() });
    const seals = builds.map(({ hourStartMs, build }) => ({ starts_at: hourStartMs / 1_000, as_of: clock?.at, build }));
    const rows = seals.map((one) => ({ env_id, span: 'hour', ...one }));
    await service.store.insert('test', 'custody_internal.seals', rows);
  }
}

beforeAll(async () => {
  service = await startService();
  for (const hour of hours) await land(hour, 25);
  await seal(hours);
});
afterAll(() => service.stop());

async function ask(path: string, parameters: Record<string, string> = {}, headers: Record<string, string> = {}) {
  const url = `${path}?${new URLSearchParams({ ...range, ...parameters })}`;
  const answer = await service.app.inject({ url, headers: { host: 'localhost', ...headers } });
  const data: unknown = answer.statusCode === 304 ? null : answer.json().data;
  const { etag, 'cache-control': cacheControl } = answer.headers;
  return {
    status: answer.statusCode,
    etag: etag === undefined ? null : String(etag),
    cacheControl,
    data,
    body: answer.body,
  };
}

const cached = [
  ['/v1/aggregate', { group_by: 'tool', compare: 'previous' }],
  ['/v1/aggregate', { group_by: 'tool' }],
  ['/v1/aggregate', { q: 'quoted' }],
  ['/v1/trends', { bucket: 'hour' }],
  ['/v1/trends', { bucket: 'day', tz: 'Asia/Kolkata' }],
  ['/v1/agents', {}],
  ['/v1/humans', { env: 'env-1' }],
  ['/v1/decisions', { limit: '7', decision: 'deny' }],
  ['/v1/decisions', { limit: '8', decision: 'deny' }],
] as const;

test('an answer over sealed hours has a validator of its own, and is not sent again to who has it', async () => {
  const validators = new Set<string>();
  for (const [path, parameters] of cached) {
    const first = await ask(path, parameters);
    expect(first, `${path} ${JSON.stringify(parameters)}`).toMatchObject({
      status: 200,
      cacheControl: 'private, no-cache',
    });
    expect(first.etag).toMatch(/^W\/"[\w-]{43}"$/);
    validators.add(first.etag ?? '');
    const again = await ask(path, parameters, { 'if-none-match': `"other", ${first.etag}` });
    expect(again).toMatchObject({ status: 304, etag: first.etag, body: '' });
    expect(await ask(path, parameters, { 'if-none-match': '"other"' })).toMatchObject({
      status: 200,
      data: first.data,
    });
  }
  expect(validators.size).toBe(cached.length);
});

test('an answer names every header that it depends on, whoever says so', async () => {
  const url = `/v1/decisions?${new URLSearchParams({ ...range, limit: '40' })}`;
  const { headers } = await service.app.inject({ url, headers: { host: 'localhost', 'accept-encoding': 'gzip' } });
  const named = String(headers.vary).toLowerCase().split(/,\s*/);
  expect(new Set(named)).toEqual(new Set(['accept', 'authorization', 'accept-encoding']));
});

test('what is not sealed, or not about decisions alone, is kept by nobody', async () => {
  for (const [path, parameters] of [
    ['/v1/aggregate', { to: iso(firstMs + 7 * hourMs), from: iso(firstMs + 6.5 * hourMs) }],
    ['/v1/aggregate', { to: iso(nowMs + hourMs) }],
    ['/v1/agents/client-1', {}],
    ['/v1/coverage', {}],
    ['/v1/seals', {}],
    ['/v1/aggregate', { decision: 'perhaps' }],
  ] as const) {
    const answer = await ask(path, parameters, { 'if-none-match': '*' });
    expect([answer.status === 304, answer.etag, answer.cacheControl], path).toEqual([false, null, 'no-store']);
  }
});

test('whatever is stored, touched and sealed in between, who is told that nothing changed has the right answer', async () => {
  const random = createRandom(5);
  const kept = new Map<string, { etag: string; data: unknown }>();
  const seen = { unchanged: 0, changed: 0, open: 0 };
  for (let step = 0; step < 50; step += 1) {
    const hour = hours[random(hours.length)] ?? firstMs;
    const action = random(14);
    if (action === 0) await land(hour, 1);
    if (action === 1) {
      const touched = [{ env_id: 'env-1', hour: hour / 1_000, is_settled: true }];
      await service.store.insert('test', 'custody_internal.touched_hours', touched);
    }
    if (action === 2 || action === 3) await seal(hours);
    const [path, parameters] = cached[3 * random(3)] ?? cached[0];
    const key = JSON.stringify([path, parameters]);
    const known = kept.get(key);
    const answer = await ask(path, parameters, known && { 'if-none-match': known.etag });
    const fresh = await ask(path, parameters);
    if (answer.status === 304) expect(known?.data, `step ${step}: ${key}`).toEqual(fresh.data);
    if (answer.status === 304) seen.unchanged += 1;
    else if (answer.etag === null) seen.open += 1;
    else seen.changed += 1;
    if (answer.etag !== null && answer.status === 200) kept.set(key, { etag: answer.etag, data: answer.data });
  }
  for (const times of Object.values(seen)) expect(times).toBeGreaterThan(2);
});

test('answers come compressed as the client takes it, short ones and problems as they are', async () => {
  const url = '/v1/decisions?limit=40&from=-3d';
  const send = (encoding: string, path = url) =>
    service.app.inject({ url: path, headers: { host: 'localhost', 'accept-encoding': encoding } });
  const plain = await send('identity');
  expect(plain.headers['content-encoding']).toBeUndefined();
  const unpack = { gzip: gunzipSync, br: brotliDecompressSync, zstd: zstdDecompressSync } as const;
  for (const [encoding, unpacked] of Object.entries(unpack)) {
    const answer = await send(encoding);
    expect(answer.headers).toMatchObject({
      'content-encoding': encoding,
      'content-type': plain.headers['content-type'],
    });
    expect(answer.headers.vary).toMatch(/accept-encoding/i);
    expect(answer.rawPayload.length).toBeLessThan(plain.rawPayload.length / 3);
    expect(JSON.parse(unpacked(answer.rawPayload).toString()).data).toEqual(plain.json().data);
  }
  expect((await send('gzip, br;q=0.9, zstd;q=0.1')).headers['content-encoding']).toBe('gzip');
  expect((await send('gzip', '/v1/coverage')).headers['content-encoding']).toBeUndefined();
});

test.each([
  [{ 'x-request-id': 'checkout-7.1_x' }, 'checkout-7.1_x'],
  [{ traceparent: '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01' }, '4bf92f3577b34da6a3ce929d0e0e4736'],
  [{ 'x-request-id': 'short' }, null],
  [{ 'x-request-id': 'has a space in it' }, null],
  [{ 'x-request-id': 'x'.repeat(129) }, null],
  [{ traceparent: `00-${'0'.repeat(32)}-00f067aa0ba902b7-01` }, null],
])('a request is called as its caller calls it, where that can be a name: %o', async (headers, expected) => {
  const answer = await service.app.inject({ url: '/v1/nothing', headers: { host: 'localhost', ...headers } });
  const id = answer.headers['x-request-id'];
  expect(answer.json().request_id).toBe(id);
  if (expected === null) expect(id).toMatch(/^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/);
  else expect(id).toBe(expected);
});
