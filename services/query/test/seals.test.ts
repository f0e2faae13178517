import { hourMs } from '@custody/decision';
import { writeWindows } from '@custody/store';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { nowMs, startService, type TestService } from './service.ts';

let service: TestService;
const firstMs = Math.floor(nowMs / hourMs) * hourMs - 10 * hourMs;

beforeAll(async () => {
  service = await startService();
  const seal = (env_id: string, n: number, asOf: string, rest: object = {}) => ({
    ...{ env_id, span: 'hour', starts_at: (firstMs + n * hourMs) / 1_000, as_of: asOf, build: 1, revision: 1 },
    ...{ state: 'complete', stored: 5, listed: 5, digest: 'd', ...rest },
  });
  const asOf = new Date(nowMs).toISOString();
  await service.store.insert('test', 'custody_internal.seals', [
    ...[0, 1, 2, 3].map((n) => seal('env-1', n, asOf)),
    seal('env-2', 3, asOf, { state: 'empty', stored: 0, listed: 0 }),
    seal('env-1', 2, new Date(nowMs + 1).toISOString(), {
      state: 'incomplete',
      revision: 2,
      dead_letters: 1,
      reasons: ['dead_letters'],
    }),
    { ...seal('env-1', 3, asOf), span: 'day' },
  ]);
  await service.store.insert('test', 'custody_internal.windows_by_hour', [
    { env_id: 'env-1', env_name: 'production', hour: firstMs / 1_000, windows: [], updated_at: asOf },
  ]);
});
afterAll(() => service.stop());

const hourOf = (n: number) => new Date(firstMs + n * hourMs).toISOString().replace('.000', '');
const placed = (data: Record<string, unknown>[]) => data.map(({ env_id, hour }) => [env_id, hour]);

test('the newest seal of each hour, newest hours first, page by page', async () => {
  const first = await service.get('/v1/seals', { limit: '3' });
  expect(placed(first.data)).toEqual([
    ['env-1', hourOf(3)],
    ['env-2', hourOf(3)],
    ['env-1', hourOf(2)],
  ]);
  expect(first.data[2]).toMatchObject({
    state: 'incomplete',
    revision: 2,
    reasons: ['dead_letters'],
    is_current: true,
  });
  const second = await service.get('/v1/seals', { limit: '3', cursor: String(first.meta.next) });
  expect(placed(second.data)).toEqual([
    ['env-1', hourOf(1)],
    ['env-1', hourOf(0)],
  ]);
  expect(second.meta).toMatchObject({ next: null, levels: [] });
});

test('by environment, state and range; anything else is a clear error', async () => {
  const rows = async (parameters: Record<string, string>) => placed((await service.get('/v1/seals', parameters)).data);
  expect(await rows({ env: 'production', state: 'complete' })).toHaveLength(3);
  expect(await rows({ state: 'empty,incomplete' })).toEqual([
    ['env-2', hourOf(3)],
    ['env-1', hourOf(2)],
  ]);
  expect(await rows({ from: new Date(firstMs + 1).toISOString(), to: hourOf(2) })).toEqual([['env-1', hourOf(1)]]);
  const wrong = await service.get('/v1/seals', { state: 'broken' });
  expect([wrong.status, wrong.body.code]).toEqual([400, 'QUERY_BAD_PARAMETER']);
  const foreign = await service.get('/v1/seals', { cursor: 'abc' });
  expect([foreign.status, foreign.body.code]).toEqual([400, 'QUERY_BAD_CURSOR']);
});

test('every hour that touches a range, by its seal and by what is proven of it', async () => {
  const iso = (n: number) => new Date(firstMs + n * hourMs).toISOString();
  const rest = { proof: 'count', listed: 0, counted: 0, deleted_at_source: 0, read_at: null, reason: '' } as const;
  const read = (n: number, state: 'closed' | 'open' | 'unreadable', lengthHours = 1) => ({
    ...{ env_id: 'env-1', env_name: 'production', hour: iso(n), updated_at: iso(10) },
    windows: [{ from: iso(n), to: iso(n + lengthHours), state, ...rest }],
  });
  const closed = [1, 2, 3, 4, 7, 8, 9].map((n) => read(n, 'closed'));
  const newest = read(10, 'closed', nowMs / hourMs - firstMs / hourMs - 10 - 1 / 6);
  await writeWindows(service.store, [...closed, read(5, 'closed', 0.5), read(6, 'unreadable'), newest]);
  await service.renew();
  const { data, meta } = await service.get('/v1/coverage/hours', { from: iso(0), to: iso(11) });
  const told = data.map(({ hour, state, decisions, revision }) => [hour, state, decisions, revision]);
  expect(told).toEqual([
    [iso(1), 'complete', 5, 1],
    [iso(2), 'incomplete', 5, 2],
    [iso(3), 'complete', 5, 1],
    [iso(4), 'unsealed', null, 0],
    [iso(5), 'blind', null, 0],
    [iso(6), 'unreadable', null, 0],
    [iso(7), 'unsealed', null, 0],
    [iso(8), 'unsealed', null, 0],
    [iso(9), 'unsealed', null, 0],
    [iso(10), 'open', null, 0],
  ]);
  const why = Object.fromEntries(data.map(({ state, why: text }) => [state, text]));
  expect(why).toMatchObject({ complete: '', incomplete: expect.stringContaining('dead letters') });
  expect(data[4]).toMatchObject({ blind_seconds: 1_800, unreadable_seconds: 0, raw_expired: false });
  expect(data[5]).toMatchObject({ unreadable_seconds: 3_600 });
  expect(meta).toMatchObject({ blind_seconds: 1_800, unreadable_seconds: 3_600 });
  const long = await service.get('/v1/coverage/hours', { from: '-101d' });
  expect([long.status, long.body.code]).toEqual([400, 'QUERY_TOO_MANY_BUCKETS']);
});
