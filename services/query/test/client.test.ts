import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { CustodyApiError, createCustodyClient, type FollowNote, followDecisions } from '@custody/client';
import { dayMs } from '@custody/decision';
import { createLogger, createMetrics, systemClock } from '@custody/runtime';
import { DecisionBlock, writeDecisions } from '@custody/store';
import type { FastifyInstance } from 'fastify';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { mostDenied } from '../../../packages/client/example/denials.ts';
import { createApp } from '../src/index.ts';
import { nowMs, startService, type TestService } from './service.ts';
import { makeWorld, storedRow } from './world.ts';

const rows = makeWorld(200, nowMs - dayMs, nowMs, 77);
const [from, to] = [new Date(nowMs - dayMs).toISOString(), new Date(nowMs).toISOString()];
let service: TestService;
let url: string;

async function serve(port = 0): Promise<FastifyInstance> {
  const app = await createApp({
    store: service.store,
    clock: systemClock,
    logger: createLogger({ service: 'test', level: 'silent' }),
    limits: { maxSeconds: 10, maxMemoryBytes: 1_000_000_000, maxRowsToRead: 100_000_000 },
    token: null,
    metrics: createMetrics('query'),
    stream: { pollMs: 20 },
  });
  url = await app.listen({ host: '127.0.0.1', port });
  return app;
}

let app: FastifyInstance;
beforeAll(async () => {
  service = await startService();
  await writeDecisions(service.store, DecisionBlock.of(rows.map(storedRow)));
  app = await serve();
});
afterAll(async () => {
  await app.close();
  await service.stop();
});

test('the example of the README runs, and is what the README shows', async () => {
  const counts = Map.groupBy(
    rows.filter(({ decision }) => decision === 'deny'),
    ({ server, tool }) => `${server} ${tool}`,
  );
  const top = Math.max(...[...counts.values()].map(({ length }) => length));
  const lines = await mostDenied(url, from, to);
  expect(lines).toHaveLength(4);
  expect(lines[0]).toMatch(new RegExp(`^${top} × `));
  for (const line of lines.slice(0, 3)) {
    const [, count, name = ''] = /^(\d+) × (.*)$/.exec(line) ?? [];
    expect(counts.get(name)).toHaveLength(Number(count));
  }
  const folder = join(import.meta.dirname, '..', '..', '..', 'packages', 'client');
  const example = readFileSync(join(folder, 'example', 'denials.ts'), 'utf8').split('\nif (import.meta.main)')[0] ?? '';
  expect(readFileSync(join(folder, 'README.md'), 'utf8')).toContain(example.trim());
});

test('answers and problems are typed as they come', async () => {
  const client = createCustodyClient({ url: `${url}/` });
  const page = await client.GET('/v1/decisions', {
    params: { query: { from, to, limit: '5', server: ['linear', 'github'] } },
  });
  expect(page.data?.data.map(({ decision_id }) => decision_id)).toHaveLength(5);
  const id = page.data?.data[0]?.decision_id ?? '';
  const one = await client.GET('/v1/decisions/{id}', { params: { path: { id } } });
  expect(one.data?.data.trust.sentence).not.toBe('');
  const wrong = await client.GET('/v1/decisions', { params: { query: { from: 'soon' } } });
  expect([wrong.response.status, wrong.error?.code]).toEqual([400, 'QUERY_BAD_PARAMETER']);
});

test('who follows decisions goes on where he was when the service is started again, and is told once of each', async () => {
  const gone = new AbortController();
  const notes: FollowNote[] = [];
  const fresh = makeWorld(30, nowMs - dayMs, nowMs, 78);
  const told: string[] = [];
  const land = (some: typeof fresh) => writeDecisions(service.store, DecisionBlock.of(some.map(storedRow)));
  const following = (async () => {
    const options = { url, signal: gone.signal, onNote: (note: FollowNote) => notes.push(note) };
    for await (const { decision } of followDecisions({ ...options, query: { tool: '!nothing' } })) {
      told.push(decision.decision_id);
    }
  })();
  await expect.poll(() => notes.map(({ name }) => name), { timeout: 20_000 }).toEqual(['started']);
  await land(fresh.slice(0, 10));
  await expect.poll(() => told, { timeout: 20_000 }).toHaveLength(10);
  const { port } = new URL(url);
  await app.close();
  await land(fresh.slice(10, 20));
  app = await serve(Number(port));
  await land(fresh.slice(20));
  await expect.poll(() => told.toSorted(), { timeout: 30_000 }).toEqual(fresh.map((row) => row.id).sort());
  gone.abort();
  await following;
  const refused = followDecisions({ url, query: { decision: 'perhaps' } }).next();
  await expect(refused).rejects.toBeInstanceOf(CustodyApiError);
  await expect(refused).rejects.toMatchObject({ status: 400, problem: { code: 'QUERY_BAD_PARAMETER' } });
});
