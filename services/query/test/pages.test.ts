import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { brotliCompressSync, brotliDecompressSync, gunzipSync, gzipSync } from 'node:zlib';
import { createLogger, createMetrics, systemClock } from '@custody/runtime';
import { createStoreClient } from '@custody/store';
import type { FastifyInstance } from 'fastify';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createApp } from '../src/index.ts';

const page = `<!doctype html><title>A page</title>${' '.repeat(2_000)}`;
const script = `console.log(${JSON.stringify('x'.repeat(2_000))})`;
const folder = mkdtempSync(join(tmpdir(), 'custody-pages-'));
const logger = createLogger({ service: 'test', level: 'silent' });
// Nothing answers there: files need no store.
const store = createStoreClient({
  url: 'http://127.0.0.1:9',
  username: 'x',
  password: 'x',
  application: 'test',
  logger,
});

function create(token: string | null): Promise<FastifyInstance> {
  const limits = { maxSeconds: 1, maxMemoryBytes: 1_000_000_000, maxRowsToRead: 1_000 };
  return createApp({
    store,
    clock: systemClock,
    logger,
    limits,
    token,
    metrics: createMetrics('query'),
    pages: folder,
  });
}

let app: FastifyInstance;
beforeAll(async () => {
  mkdirSync(join(folder, 'assets'));
  for (const [name, text] of [
    ['index.html', page],
    ['assets/index-AbC.js', script],
    ['custody.svg', '<svg/>'],
  ] as const) {
    writeFileSync(join(folder, name), text);
  }
  writeFileSync(join(folder, 'index.html.br'), brotliCompressSync(page));
  writeFileSync(join(folder, 'index.html.gz'), gzipSync(page));
  writeFileSync(join(folder, 'assets/index-AbC.js.br'), brotliCompressSync(script));
  app = await create('a-token-of-the-tests');
});
afterAll(async () => {
  await app.close();
  await store.close();
  rmSync(folder, { recursive: true });
});

const html = { accept: 'text/html,application/xhtml+xml,*/*;q=0.8' };
const ask = (url: string, headers: Record<string, string> = {}, of = app) =>
  of.inject({ url, headers: { host: 'localhost', ...headers } });

test('the page is served without a token, may load and ask this service alone, and is asked for again each time', async () => {
  const response = await ask('/', html);
  expect([response.statusCode, response.body]).toEqual([200, page]);
  expect(response.headers).toMatchObject({
    'content-type': 'text/html; charset=utf-8',
    'cache-control': 'no-cache',
    'x-content-type-options': 'nosniff',
    'referrer-policy': 'no-referrer',
    vary: 'accept-encoding',
  });
  const policy = String(response.headers['content-security-policy']);
  expect(policy).toContain("default-src 'none'");
  expect(policy).toContain("script-src 'self'");
  expect(policy).not.toMatch(/unsafe|\*|http|data:/);
});

test('what has its content in its name may be kept for ever, and an asset that is none is not the page', async () => {
  const response = await ask('/assets/index-AbC.js');
  expect([response.statusCode, response.body]).toEqual([200, script]);
  expect(response.headers['cache-control']).toBe('public, max-age=31536000, immutable');
  for (const path of ['/assets/index-old.js', '/assets/..%2findex.html', '/assets/index-AbC.js.br']) {
    expect([path, (await ask(path, html)).statusCode]).toEqual([path, 404]);
  }
});

test('each client gets the smallest form that it takes, and nothing at all when it has it', async () => {
  const br = await ask('/', { ...html, 'accept-encoding': 'gzip, deflate, br, zstd' });
  expect(br.headers['content-encoding']).toBe('br');
  expect(brotliDecompressSync(br.rawPayload).toString()).toBe(page);
  const gzip = await ask('/', { ...html, 'accept-encoding': 'br;q=0, gzip' });
  expect(gzip.headers['content-encoding']).toBe('gzip');
  expect(gunzipSync(gzip.rawPayload).toString()).toBe(page);
  const plain = await ask('/', { ...html, 'accept-encoding': 'identity' });
  expect([plain.headers['content-encoding'], plain.body]).toEqual([undefined, page]);
  expect(new Set([br, gzip, plain].map(({ headers }) => headers.etag)).size).toBe(3);
  const again = await ask('/', { ...html, 'accept-encoding': 'br', 'if-none-match': `"other", ${br.headers.etag}` });
  expect([again.statusCode, again.body]).toEqual([304, '']);
});

test('addresses of the page are the page for browsers; those of the API, and programs, get a problem document', async () => {
  for (const path of ['/agents/agent%7C1?from=-7d', '/decisions', '/nothing/at/all']) {
    const response = await ask(path, html);
    expect([path, response.statusCode, response.body]).toEqual([path, 200, page]);
  }
  // Whatever it is written like, it is a file that everybody may have: no route of the API answers so.
  expect((await ask('/%761/nothing', html)).body).toBe(page);
  for (const path of ['/v1', '/v1/nothing', '/v1?x', '/decisions']) {
    const response = await ask(path, path.startsWith('/v1') ? html : { accept: '*/*' });
    expect([path, response.statusCode]).toEqual([path, 401]);
  }
  const known = { authorization: 'Bearer a-token-of-the-tests' };
  expect((await ask('/v1/nothing', { ...html, ...known })).json()).toMatchObject({ code: 'QUERY_UNKNOWN_ROUTE' });
  const written = await app.inject({
    method: 'POST',
    url: '/agents',
    headers: { host: 'localhost', ...html, ...known },
  });
  expect(written.statusCode).toBe(404);
  expect((await ask('/v1/decisions', html)).statusCode).toBe(401);
  for (const path of ['/docs', '/openapi.json', '/livez', '/metrics']) {
    const { statusCode, body } = await ask(path, html);
    expect([path, statusCode, body === page]).toEqual([path, 200, false]);
  }
});

test('without any token the page answers to this machine’s own names only', async () => {
  const open = await create(null);
  expect((await ask('/agents', html, open)).statusCode).toBe(200);
  expect((await ask('/agents', { ...html, host: 'evil.example' }, open)).statusCode).toBe(403);
  expect((await ask('/', { ...html, host: 'evil.example' }, open)).statusCode).toBe(403);
  await open.close();
});
