import { dayMs } from '@custody/decision';
import { CustodyError, createLogger, createMetrics, systemClock } from '@custody/runtime';
import { DecisionBlock, storeErrors, writeDecisions } from '@custody/store';
import type { FastifyInstance } from 'fastify';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { createApp } from '../src/index.ts';
import type { StreamLimits } from '../src/stream/streams.ts';
import { type Listener, listenTo } from './event-stream.ts';
import { nowMs, startService, type TestService } from './service.ts';
import { type Flat, makeWorld, storedRow } from './world.ts';

let service: TestService;
const apps: FastifyInstance[] = [];
const listeners: Listener[] = [];

beforeAll(async () => {
  service = await startService();
});
afterEach(async () => {
  for (const listener of listeners.splice(0)) listener.leave();
  await Promise.all(apps.splice(0).map((app) => app.close()));
});
afterAll(() => service.stop());

/** A replica of the service over the same store, on a port of its own. */
async function serve(stream: Partial<StreamLimits> = {}, token: string | null = null): Promise<string> {
  const app = await createApp({
    store: service.store,
    clock: systemClock,
    logger: createLogger({ service: 'test', level: 'silent' }),
    limits: { maxSeconds: 10, maxMemoryBytes: 1_000_000_000, maxRowsToRead: 100_000_000 },
    token,
    metrics: createMetrics('query'),
    stream: { pollMs: 20, ...stream },
  });
  apps.push(app);
  return app.listen({ host: '127.0.0.1', port: 0 });
}

async function follow(base: string, query = '', headers: Record<string, string> = {}): Promise<Listener> {
  const listener = await listenTo(`${base}/v1/decisions/stream?${query}`, headers);
  listeners.push(listener);
  if (listener.status === 200) await eventually(() => listener.events.length).toBeGreaterThan(0);
  return listener;
}

const eventually = <T>(look: () => T) => expect.poll(look, { timeout: 30_000 });
const land = (rows: readonly Flat[]) => writeDecisions(service.store, DecisionBlock.of(rows.map(storedRow)));
const ids = (rows: readonly Flat[]) => rows.map(({ id }) => id).sort();
let seed = 500;
const some = (count: number, fromMs = nowMs - dayMs) => makeWorld(count, fromMs, nowMs, seed++);
const sees = (listener: Listener, rows: readonly Flat[]) =>
  eventually(() => listener.decisions().toSorted()).toEqual(ids(rows));

test('decisions are told as they land, whenever they occurred, by every filter; a correction once more', async () => {
  const base = await serve();
  const before = some(5);
  await land(before);
  const [all, denials, agents] = await Promise.all([
    follow(base),
    follow(base, 'decision=deny&tool=!list'),
    follow(base, 'agent=Cur*&env=env-1'),
  ]);
  expect(all.headers['content-type']).toBe('text/event-stream; charset=utf-8');
  expect(all.headers['cache-control']).toBe('no-store');
  const [fresh, late] = [some(60), some(20, nowMs - 300 * dayMs)];
  await land(fresh);
  await land(late);
  const landed = [...fresh, ...late];
  await sees(all, landed);
  await sees(
    denials,
    landed.filter((row) => row.decision === 'deny' && row.tool !== 'list'),
  );
  await sees(
    agents,
    landed.filter((row) => row.agentName === 'Cursor' && row.env === 'env-1'),
  );
  const corrected = fresh.slice(0, 3).map((row) => ({ ...storedRow(row) }));
  for (const row of corrected) {
    row.decision = {
      ...row.decision,
      grantsPosition: 9,
      attribution: { ...row.decision.attribution, humanKey: 'human|new' },
    };
  }
  await writeDecisions(service.store, DecisionBlock.of(corrected));
  await eventually(() => all.decisions()).toHaveLength(83);
  expect(all.events.slice(-3).map(({ data }) => data.human_key)).toEqual(Array(3).fill('human|new'));
  // Stored again as it was: nothing that these clients do not know.
  await land(late);
  const last = some(1);
  await land(last);
  await eventually(() => all.decisions()).toContain(last[0]?.id);
  expect(all.decisions()).toHaveLength(84);
});

test('a client resumes at another replica from any event, and meets each landing once', async () => {
  const [here, there] = [await serve(), await serve()];
  const first = await follow(here);
  const rows = Array.from({ length: 6 }, () => some(15));
  for (const block of rows.slice(0, 3)) await land(block);
  await sees(first, rows.slice(0, 3).flat());
  first.leave();
  // Told up to the middle of a block; the rest lands while nobody listens, is merged, and while it is read.
  const at = first.events[20];
  for (const block of rows.slice(3, 5)) await land(block);
  await service.store.command('test', 'OPTIMIZE TABLE custody_internal.decisions FINAL');
  const second = await follow(there, '', { 'last-event-id': at?.id ?? '' });
  expect(second.events[0]).toMatchObject({ name: 'started', id: at?.id });
  await land(rows[5] ?? []);
  const told = first.decisions().slice(0, 20);
  await eventually(() => [...told, ...second.decisions()].toSorted()).toEqual(ids(rows.flat()));
  const byParameter = await follow(there, `cursor=${at?.id}`);
  await eventually(() => byParameter.decisions()).toEqual(second.decisions());
});

test('while several write and clients come, leave and resume, nobody misses or doubles a decision', async () => {
  const bases = [await serve(), await serve()];
  const start = await follow(bases[0] ?? '');
  const from = start.lastId();
  const blocks = Array.from({ length: 24 }, () => some(12));
  const write = async (own: readonly Flat[][]) => {
    for (const block of own) await land(block);
  };
  const wander = async (client: number) => {
    const seen: string[] = [];
    for (let lastId = from, turn = client; ; turn += 1) {
      const listener = await follow(bases[turn % 2] ?? '', '', { 'last-event-id': lastId });
      const isLast = seen.length > 200;
      const wanted = isLast ? 288 - seen.length : 1 + turn * 9;
      await eventually(() => listener.decisions().length).toBeGreaterThanOrEqual(wanted);
      listener.leave();
      seen.push(...listener.decisions());
      lastId = listener.lastId();
      if (isLast) return seen.toSorted();
    }
  };
  const [first, second] = await Promise.all([
    wander(0),
    wander(1),
    write(blocks.slice(0, 12)),
    write(blocks.slice(12)),
  ]);
  expect(first).toEqual(ids(blocks.flat()));
  expect(second).toEqual(ids(blocks.flat()));
  await sees(start, blocks.flat());
});

test('what is no id of ours is refused; the id of another store is told and begins anew', async () => {
  const base = await serve();
  for (const id of ['x', 'W10', Buffer.from('["a",1,2,"no uuid"]').toString('base64url')]) {
    const { status } = await follow(base, '', { 'last-event-id': id });
    expect(status).toBe(400);
  }
  const foreign = Buffer.from('["00000000",3]').toString('base64url');
  expect((await follow(base, '', { 'last-event-id': foreign })).events[0]?.name).toBe('reset');
  const { lastId } = await follow(base);
  const [table] = JSON.parse(Buffer.from(lastId(), 'base64url').toString());
  // As after the store was put back from a copy.
  const ahead = Buffer.from(JSON.stringify([table, 10 ** 9])).toString('base64url');
  expect((await follow(base, '', { 'last-event-id': ahead })).events[0]?.name).toBe('reset');
});

test('one look at the store serves all clients, and none is asked without them', async () => {
  const base = await serve({ heartbeatMs: 20 });
  const { select } = service.store;
  let asked: string[] = [];
  service.store.select = (name, ...rest) => {
    asked.push(name);
    return select(name, ...rest);
  };
  const clients = await Promise.all(
    Array.from({ length: 12 }, (_, n) => follow(base, n % 2 === 0 ? 'decision=deny' : 'decision=!deny')),
  );
  // Once all of them have caught up, one statement tells all of them.
  const statementsOfLanding = async () => {
    const known = clients.map((one) => one.decisions().length);
    asked = [];
    await land(some(30));
    await eventually(() => clients.every((one, n) => one.decisions().length > (known[n] ?? 0))).toBe(true);
    return asked.filter((name) => name === 'landings.rows').length;
  };
  await eventually(statementsOfLanding).toBe(1);
  // A stream that tells nothing still says how far it has come.
  const [client] = clients;
  const known = client?.comments() ?? 0;
  await eventually(() => client?.comments() ?? 0).toBeGreaterThan(known + 1);
  const { lastId } = client ?? (clients[0] as Listener);
  expect((await follow(base, 'decision=deny', { 'last-event-id': lastId() })).decisions()).toEqual([]);
  for (const listener of listeners) listener.leave();
  await eventually(async () => {
    asked = [];
    await systemClock.sleep(60);
    return asked.length;
  }).toBe(0);
  service.store.select = select;
});

test('a client that does not read is told so and let go, and finds everything when it comes again', async () => {
  const base = await serve({ patienceMs: 500 });
  const quick = await follow(base);
  const slow = await listenTo(`${base}/v1/decisions/stream`, {}, { isReading: false });
  listeners.push(slow);
  const metrics = async () => (await fetch(`${base}/metrics`)).text();
  await eventually(metrics).toContain('custody_stream_clients{service="query"} 2');
  const rows = some(1_500).map((row) => ({ ...row, reason: 'x'.repeat(12_000), decision: 'deny' as const }));
  for (let n = 0; n < rows.length; n += 300) await land(rows.slice(n, n + 300));
  await eventually(metrics).toContain('custody_stream_clients_dropped_total{service="query"} 1');
  await sees(quick, rows);
  slow.read();
  await slow.ended;
  expect(slow.events.at(-1)).toMatchObject({ name: 'dropped', data: { reason: 'too_slow' } });
  const again = await follow(base, '', { 'last-event-id': slow.lastId() });
  await eventually(() => [...slow.decisions(), ...again.decisions()].toSorted()).toEqual(ids(rows));
});

test('an outage of the store is told, and nothing is left out after it', async () => {
  const base = await serve();
  const listener = await follow(base);
  const { select } = service.store;
  service.store.select = async () => {
    throw new CustodyError(storeErrors.STORE_UNREACHABLE, 'cut');
  };
  await eventually(() => listener.events.at(-1)?.name).toBe('waiting');
  expect(listener.events.at(-1)?.data).toMatchObject({ code: 'STORE_UNREACHABLE' });
  const rows = some(10);
  await land(rows);
  service.store.select = select;
  await sees(listener, rows);
  expect(listener.events.filter(({ name }) => name === 'waiting')).toHaveLength(1);
});

test('a store that was put back from a copy under a stream has its client come again, and be told', async () => {
  const base = await serve();
  const listener = await follow(base);
  await land(some(3));
  await eventually(() => listener.decisions().length).toBe(3);
  const { select } = service.store;
  service.store.select = async () => {
    throw new CustodyError(storeErrors.STORE_UNREACHABLE, 'cut');
  };
  await eventually(() => listener.events.at(-1)?.name).toBe('waiting');
  // It has not landed any more.
  service.store.select = async (name, ...rest) => {
    const rows = await select(name, ...rest);
    return name === 'landings.head' ? rows.map((row) => ({ ...(row as object), block: 1 })) : rows;
  };
  await listener.ended;
  expect(listener.events.at(-1)?.name).toBe('renew');
  expect((await follow(base, '', { 'last-event-id': listener.lastId() })).events[0]?.name).toBe('reset');
  service.store.select = select;
});

test('streams are bounded in number and age, and end with the service', async () => {
  const base = await serve({ mostClients: 2 });
  await Promise.all([follow(base), follow(base)]);
  const refused = await fetch(`${base}/v1/decisions/stream`);
  expect([refused.status, refused.headers.get('retry-after')]).toEqual([503, '5']);
  expect(await refused.json()).toMatchObject({ code: 'QUERY_TOO_MANY_STREAMS' });
  expect((await fetch(`${base}/v1/decisions/stream`, { method: 'HEAD' })).status).toBe(400);
  const aged = await follow(await serve({ longestMs: 50 }));
  await aged.ended;
  expect(aged.events.at(-1)?.name).toBe('renew');
  const other = await serve();
  const open = await follow(other);
  await apps.pop()?.close();
  await open.ended;
  expect(open.events.at(-1)).toMatchObject({ name: 'closing', id: open.lastId() });
});

test('a stream shows what its token shows, and ends when that is revoked', async () => {
  const admin = { authorization: 'Bearer the-configured-token' };
  const base = await serve({}, 'the-configured-token');
  expect((await fetch(`${base}/v1/decisions/stream`)).status).toBe(401);
  const made = await fetch(`${base}/v1/tokens`, {
    ...{ method: 'POST', headers: { ...admin, 'content-type': 'application/json' } },
    body: JSON.stringify({ name: 'follower', scope: 'read', server: ['linear'] }),
  });
  const { data } = (await made.json()) as { data: { id: string; token: string } };
  const [whole, restricted] = await Promise.all([
    follow(base, '', admin),
    follow(base, '', { authorization: `Bearer ${data.token}` }),
  ]);
  const rows = some(30);
  await land(rows);
  await sees(whole, rows);
  const own = rows.filter(({ server }) => server === 'linear');
  expect([own.length > 0, own.length < rows.length]).toEqual([true, true]);
  await sees(restricted, own);
  expect((await fetch(`${base}/v1/tokens/${data.id}`, { method: 'DELETE', headers: admin })).ok).toBe(true);
  await restricted.ended;
  expect(restricted.events.at(-1)?.name).toBe('revoked');
  expect(whole.events.at(-1)?.name).toBe('decision');
});
