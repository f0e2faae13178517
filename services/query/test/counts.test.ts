import { randomUUID } from 'node:crypto';
import { dayMs, hourMs } from '@custody/decision';
import { buildHours, DecisionBlock, writeDecisions } from '@custody/store';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { expectedBuckets, expectedGroups, groupOf, sorted } from './oracle.ts';
import { nowMs, startService, type TestService } from './service.ts';
import { makeWorld, storedRow } from './world.ts';

// Over the last Sunday of October, when Europe's clocks go back.
const rows = makeWorld(6_000, nowMs - 12 * dayMs, nowMs);
let service: TestService;

beforeAll(async () => {
  service = await startService();
  const stored = rows.map(storedRow);
  await writeDecisions(service.store, DecisionBlock.of(stored));
  // A replay of a part: nothing may count twice.
  await writeDecisions(service.store, DecisionBlock.of(stored.slice(1000, 3000)));
});
afterAll(() => service.stop());

const iso = (ms: number) => new Date(ms).toISOString();
const within = (fromMs: number, toMs: number) => rows.filter(({ atMs }) => fromMs <= atMs && atMs < toMs);

test('order, top and limit: ties in the order of the groups', async () => {
  const { data } = await service.get('/v1/aggregate', {
    from: '-12d',
    group_by: 'agent,server',
    order: '-denials',
    top: '5',
    measures: 'decisions',
  });
  const expected = expectedGroups(
    within(nowMs - 12 * dayMs, nowMs),
    ['agent', 'server'],
    ['decisions', 'denials'],
    'UTC',
  )
    .sort(
      (a, b) =>
        Number(b.denials) - Number(a.denials) || (`${a.agent}\n${a.server}` < `${b.agent}\n${b.server}` ? -1 : 1),
    )
    .slice(0, 5)
    .map(({ denials: _, ...row }) => row);
  expect(data).toEqual(expected);
  const byName = await service.get('/v1/aggregate', { from: '-12d', group_by: 'tool', order: 'tool', limit: '2' });
  expect(byName.data.map(({ tool }) => tool)).toEqual(['create_issue', 'delete']);
  // What limit cuts off is told; what top leaves out was asked for.
  expect(byName.meta.truncated).toBe(true);
  const top = await service.get('/v1/aggregate', { from: '-12d', group_by: 'tool', top: '2' });
  expect(top.meta).not.toHaveProperty('truncated');
});

describe('trends', () => {
  const cases: readonly [string, string, number, number][] = [
    ['Asia/Kathmandu', 'hour', nowMs - 3 * dayMs, nowMs],
    ['Asia/Kathmandu', 'day', nowMs - 9 * dayMs, nowMs],
    ['Europe/Berlin', 'hour', Date.UTC(2026, 9, 24, 20, 7), Date.UTC(2026, 9, 26, 3)],
    ['Europe/Berlin', 'day', Date.UTC(2026, 9, 22, 22), Date.UTC(2026, 9, 28, 23)],
    ['Europe/Berlin', '15m', Date.UTC(2026, 9, 24, 22), Date.UTC(2026, 9, 25, 4)],
    ['America/St_Johns', 'hour', nowMs - 4 * dayMs, nowMs],
    ['America/St_Johns', 'day', nowMs - 11 * dayMs, nowMs],
    ['America/St_Johns', 'week', nowMs - 11 * dayMs, nowMs],
    ['Australia/Lord_Howe', 'day', nowMs - 11 * dayMs, nowMs],
    ['UTC', '5m', nowMs - 7 * hourMs, nowMs],
    ['UTC', 'minute', nowMs - 2 * hourMs, nowMs],
    ['Asia/Kolkata', 'month', nowMs - 12 * dayMs, nowMs],
  ];
  test.each(cases)('in %s by %s equal plain counting, empty buckets included', async (tz, bucket, fromMs, toMs) => {
    const wanted = ['decisions', 'denials', 'undecided', 'deny_rate', 'humans', 'last_seen'];
    const parameters = { tz, bucket, from: iso(fromMs), to: iso(toMs), measures: wanted.join(',') };
    const { status, data } = await service.get('/v1/trends', parameters);
    expect(status).toBe(200);
    const own = within(fromMs, toMs);
    const expected = expectedBuckets(fromMs, toMs, bucket, tz).flatMap(({ startMs, endMs }) => {
      const members = own.filter(({ atMs }) => startMs <= atMs && atMs < endMs);
      return expectedGroups(members, [], wanted, tz).map((row) => ({ bucket: iso(startMs), ...row }));
    });
    expect(data.map((row) => row.bucket)).toEqual(expected.map((row) => row.bucket));
    expect(sorted(data)).toEqual(sorted(expected));
    expect(data.reduce((sum, row) => sum + Number(row.decisions), 0)).toBe(own.length);
  });

  test('by groups: the top ones over the whole range, each in every bucket', async () => {
    const fromMs = nowMs - 4 * dayMs;
    const { data } = await service.get('/v1/trends', {
      bucket: 'day',
      from: '-4d',
      group_by: 'agent,server',
      top: '3',
      measures: 'denials',
    });
    const own = within(fromMs, nowMs);
    const best = expectedGroups(own, ['agent', 'server'], ['denials'], 'UTC')
      .sort(
        (a, b) =>
          Number(b.denials) - Number(a.denials) || (`${a.agent}\n${a.server}` < `${b.agent}\n${b.server}` ? -1 : 1),
      )
      .slice(0, 3);
    const expected = expectedBuckets(fromMs, nowMs, 'day', 'UTC').flatMap(({ startMs, endMs }) =>
      best.map(({ agent, server }) => {
        const key = JSON.stringify([agent, server]);
        const members = own.filter(
          (row) => startMs <= row.atMs && row.atMs < endMs && groupOf(row, ['agent', 'server'], 'UTC') === key,
        );
        return {
          bucket: iso(startMs),
          agent,
          server,
          denials: members.filter((row) => row.decision === 'deny').length,
        };
      }),
    );
    expect(data).toEqual(expected);
  });

  test('too many buckets or groups are refused with what to do', async () => {
    const wide = await service.get('/v1/trends', { bucket: 'minute', from: '-30d' });
    expect(wide).toMatchObject({ status: 400, body: { code: 'QUERY_TOO_MANY_BUCKETS', parameter: 'bucket' } });
    const many = await service.get('/v1/trends', { bucket: '5m', from: '-12d', group_by: 'agent,server,tool' });
    expect(many).toMatchObject({ status: 400, body: { code: 'QUERY_TOO_MANY_BUCKETS', parameter: 'group_by' } });
  });
});

describe('comparisons', () => {
  const wanted = ['decisions', 'deny_rate', 'humans'];
  const only = (row: Record<string, unknown>) => Object.fromEntries(wanted.map((name) => [name, row[name]]));

  test('previous: each bucket beside the same stretch of the range before, to the millisecond', async () => {
    const [fromMs, toMs] = [nowMs - 5 * hourMs - 7, nowMs - 1000];
    const shiftMs = toMs - fromMs;
    const asked = { from: iso(fromMs), to: iso(toMs), bucket: 'hour', measures: wanted.join(',') };
    const { data, meta } = await service.get('/v1/trends', { ...asked, compare: 'previous' });
    const expected = expectedBuckets(fromMs, toMs, 'hour', 'UTC').map(({ startMs, endMs }) => {
      const earlier = within(fromMs - shiftMs, fromMs).filter(
        ({ atMs }) => startMs <= atMs + shiftMs && atMs + shiftMs < endMs,
      );
      return { bucket: iso(startMs - shiftMs), ...only(expectedGroups(earlier, [], wanted, 'UTC')[0] ?? {}) };
    });
    expect(data.map(({ compare }) => compare)).toEqual(expected);
    expect(meta.compare).toMatchObject({ from: iso(fromMs - shiftMs), to: iso(fromMs), proven: false });
    const without = await service.get('/v1/trends', asked);
    expect(data.map(({ compare: _, ...row }) => row)).toEqual(without.data);
    expect(without.meta).not.toHaveProperty('compare');
  });

  test('last_week: the same local hours, also where the clocks were changed in between', async () => {
    const asked = { from: '2026-10-26', to: '2026-10-27', tz: 'Europe/Berlin', bucket: 'hour', compare: 'last_week' };
    const { data, meta } = await service.get('/v1/trends', asked);
    expect(meta.compare).toMatchObject({ from: '2026-10-18T22:00:00.000Z', to: '2026-10-19T22:00:00.000Z' });
    expect(data[9]).toMatchObject({
      bucket: '2026-10-26T08:00:00.000Z',
      compare: { bucket: '2026-10-19T07:00:00.000Z' },
    });
  });

  test('by groups: those of the asked range, with zeros where the earlier one has none of them', async () => {
    const asked = { from: '-2h', group_by: 'agent,server,tool', measures: wanted.join(','), top: '20' };
    const { data } = await service.get('/v1/aggregate', { ...asked, compare: 'previous' });
    const groupBy = ['agent', 'server', 'tool'];
    const earlier = within(nowMs - 4 * hourMs, nowMs - 2 * hourMs);
    expect(data.length).toBeGreaterThan(10);
    for (const row of data) {
      const key = JSON.stringify(groupBy.map((name) => row[name]));
      const members = earlier.filter((one) => groupOf(one, groupBy, 'UTC') === key);
      expect(row.compare).toEqual(only(expectedGroups(members, [], wanted, 'UTC')[0] ?? {}));
    }
    const { data: plain } = await service.get('/v1/aggregate', asked);
    expect(data.map(({ compare: _, ...row }) => row)).toEqual(plain);
    const shortTrend = await service.get('/v1/trends', { ...asked, compare: 'last_week', bucket: 'hour' });
    expect(shortTrend.status).toBe(200);
  });
});

test('what only may be a human’s is counted apart in every row that it was added to', async () => {
  const ada = 'human|auth0:ada';
  const own = within(nowMs - 12 * dayMs, nowMs).filter((row) => row.human === ada || row.candidates.includes(ada));
  const { data } = await service.get('/v1/aggregate', {
    human: ada,
    include: 'possible',
    from: '-12d',
    group_by: 'server',
    measures: 'decisions',
  });
  const expected = Object.entries(Object.groupBy(own, (row) => row.server)).map(([server, rows = []]) => ({
    server,
    decisions: rows.length,
    possible: rows.filter((row) => row.human === '').length,
  }));
  expect(sorted(data)).toEqual(sorted(expected));
  const others = await service.get('/v1/aggregate', { human: `!${ada}`, include: 'possible', from: '-12d' });
  expect(others.data[0]).not.toHaveProperty('possible');
});

test('lists of agents, humans and servers count what the rows say', async () => {
  const own = within(nowMs - dayMs, nowMs);
  const agents = await service.get('/v1/agents');
  const expected = expectedGroups(
    own,
    ['agent'],
    ['decisions', 'denials', 'undecided', 'humans', 'first_seen', 'last_seen'],
    'UTC',
  );
  const picked = agents.data.map(({ agent, decisions, denials, undecided, humans, first_seen, last_seen }) => ({
    agent,
    decisions,
    denials,
    undecided,
    humans,
    first_seen,
    last_seen,
  }));
  expect(sorted(picked)).toEqual(sorted(expected));
  expect(agents.data.find(({ agent }) => agent === 'agent|client-0')).toMatchObject({ name: 'Cursor' });
  const humans = await service.get('/v1/humans', { decision: 'deny' });
  const denied = own.filter((row) => row.decision === 'deny' && row.human !== '');
  expect(humans.data.map(({ human, decisions }) => ({ human, decisions })).sort()).toHaveLength(
    new Set(denied.map((row) => row.human)).size,
  );
  expect(humans.data.find(({ human }) => human === 'human|auth0:ada')).toMatchObject({
    name: 'Ada Byron',
    email: 'ada@example.org',
  });
  const servers = await service.get('/v1/servers', { from: '-12d' });
  expect(servers.data.map(({ server }) => server).sort()).toEqual(['github', 'linear', 'linear-eu']);
});

// The last ones: from here on some hours are sealed.
test('answers say which sums they were read from, and are the same as from the rows', async () => {
  const ada = 'human|auth0:ada';
  const asked = { from: '-12d', human: ada, tz: 'Asia/Kathmandu' };
  const ask = async () => {
    const answers = await Promise.all([
      service.get('/v1/aggregate', { ...asked, group_by: 'agent,attribution' }),
      service.get('/v1/trends', { ...asked, bucket: 'day', compare: 'last_week' }),
      service.get('/v1/agents', asked),
      service.get('/v1/aggregate', { ...asked, q: 'ärgern' }),
      service.get('/v1/decisions', asked),
    ]);
    return answers.map(({ data, meta }) => ({ data, possible: meta.possible, levels: meta.levels }));
  };
  const before = await ask();
  expect(before.map(({ levels }) => levels)).toEqual(before.map(() => ['raw']));
  const month = Date.UTC(2026, 9);
  const hours = Array.from({ length: 9 * 24 }, (_, n) => month + 22 * dayMs + n * hourMs);
  const [clock] = (await service.store.select('test', 'SELECT now64(6) AS at', {})) as { at: string }[];
  for (const env_id of ['env-1', 'env-2']) {
    const builds = await buildHours(service.store, { envId: env_id, hours, attempt: randomUUID() });
    const seals = builds.map(({ hourStartMs, build }) => ({ starts_at: hourStartMs / 1000, as_of: clock?.at, build }));
    await service.store.insert(
      'test',
      'custody_internal.seals',
      seals.map((seal) => ({ env_id, span: 'hour', ...seal })),
    );
  }
  const after = await ask();
  expect(after.map(({ data, possible }) => [data, possible])).toEqual(
    before.map(({ data, possible }) => [data, possible]),
  );
  const counted = ['quarter', 'raw'];
  // What may be a human's is in the sums by everything only, which are made of hours; texts are in none.
  expect(after.map(({ levels }) => levels)).toEqual([
    ['hour', ...counted],
    ['hour', ...counted],
    ['hour', 'raw'],
    ['raw'],
    ['hour', 'raw'],
  ]);
});

test('a list of decisions says which of its hours expired, in the asked environments', async () => {
  const expired = Date.UTC(2026, 9, 23, 5) / 1000;
  const rows = [0, 7200].map((after) => ({ env_id: 'env-2', hour: expired + after }));
  await service.store.insert('test', 'custody_internal.expired_hours', rows);
  const range = { from: '2026-10-20T00:00:00Z', to: '2026-10-23T07:30:00Z' };
  const said = { from: '2026-10-23T05:00:00.000Z', to: '2026-10-23T07:30:00.000Z' };
  expect((await service.get('/v1/decisions', range)).meta).toMatchObject({ levels: ['raw'], expired: said });
  expect((await service.get('/v1/decisions', { ...range, env: 'staging' })).meta.expired).toEqual(said);
  expect((await service.get('/v1/decisions', { ...range, env: 'production' })).meta).not.toHaveProperty('expired');
  expect((await service.get('/v1/decisions', { ...range, to: '2026-10-23T05:00:00Z' })).meta).not.toHaveProperty(
    'expired',
  );
});

test('an environment has all names that it was read under, in lists and in sums', async () => {
  const renamed = { env_id: 'env-2', env_name: 'qa', hour: Date.UTC(2026, 9, 20) / 1000 };
  await service.store.insert('test', 'custody_internal.windows_by_hour', [renamed]);
  const decisions = async (env: string) => {
    const range = { from: '2026-10-24T00:00:00Z', to: '2026-10-26T00:00:00Z' };
    const listed = await service.get('/v1/decisions', { ...range, env, limit: '1000' });
    const counted = await service.get('/v1/aggregate', { ...range, env });
    expect(listed.data).toHaveLength(Number(counted.data[0]?.decisions));
    return new Set(listed.data.map(({ env_id }) => env_id));
  };
  expect(await decisions('qa')).toEqual(new Set(['env-2']));
  expect(await decisions('staging')).toEqual(new Set(['env-2']));
  expect(await decisions('!qa')).toEqual(new Set(['env-1']));
  expect(await decisions('nowhere')).toEqual(new Set());
});
