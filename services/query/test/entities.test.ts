import { dayMs, formatTimestamp, type GrantRecord, hourMs } from '@custody/decision';
import { computeFlips, DecisionBlock, flipTerms, writeDecisions, writeFacts, writeWindows } from '@custody/store';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { expectedChains, expectedEffect, expectedTally, sorted } from './oracle.ts';
import { nowMs, startService, type TestService } from './service.ts';
import { makeWorld, storedRow } from './world.ts';

const rows = makeWorld(400, nowMs - 20 * dayMs, nowMs, 5);
// Levels of every combination; one human calls without an agent; some tools are of no level.
for (const [index, row] of rows.entries()) {
  row.ceiling_level = (['low', 'medium', 'high', ''] as const)[index % 4] ?? '';
  row.required_level = (['low', 'medium', 'high'] as const)[index % 3] ?? 'low';
  if (row.reason_code === 'no_such_action' && index % 2 === 0) row.required_level = '';
  if (row.human === 'human|bob' && index % 2 === 0) row.agent = 'human|bob';
  if (row.agent === 'human|bob') row.agentName = 'Bob';
}
const ago = (days: number) => formatTimestamp(nowMs - days * dayMs);
let service: TestService;

type Grant = Extract<GrantRecord, { kind: 'consent' | 'ceiling' | 'tool_level' }>;
const times = { valid_from: null, first_seen: ago(15), last_seen: ago(1), first_missing: null };
const shared = { env_id: 'env-1', ...times };

function consent(id: string, over: Partial<Extract<Grant, { kind: 'consent' }>> = {}): GrantRecord {
  const who = { agent_key: 'agent|client-0', human_key: 'human|auth0:ada', server: 'linear', level: 'low' } as const;
  return { kind: 'consent', grant_id: id, ...shared, ...who, ...over };
}

function ceiling(id: string, over: Partial<Extract<Grant, { kind: 'ceiling' }>> = {}): GrantRecord {
  return {
    kind: 'ceiling',
    grant_id: id,
    ...shared,
    human_key: 'human|auth0:ada',
    server: 'linear',
    level: 'high',
    ...over,
  };
}

function identity(user_key: string, name: string, email = ''): GrantRecord {
  return { kind: 'identity', grant_id: user_key, ...shared, user_key, name, email };
}

function listing(of: 'consent' | 'ceiling' | 'tool_level'): GrantRecord {
  return { kind: 'listing', env_id: 'env-1', of, first_completed_at: ago(15), completed_at: ago(0) };
}

const records: GrantRecord[] = [
  ...(['consent', 'ceiling', 'tool_level'] as const).map(listing),
  consent('old', { valid_from: ago(60), last_seen: ago(4), first_missing: ago(3), level: 'high' }),
  consent('new', { valid_from: ago(3), first_seen: ago(3) }),
  consent('other', { agent_key: 'agent|client-1', valid_from: ago(2) }),
  ceiling('raised', { valid_from: ago(2) }),
  ceiling('elsewhere', { server: 'github', valid_from: ago(2) }),
  { kind: 'tool_level', grant_id: 't', ...shared, first_seen: ago(1), server: 'linear', tool: 'delete', level: 'high' },
  identity('human|auth0:ada', 'Ada Byron', 'ada@example.org'),
  identity('agent|client-0', 'Cursor'),
  identity('agent|idle', 'Idle, agent!'),
];

beforeAll(async () => {
  service = await startService();
  await writeDecisions(service.store, DecisionBlock.of(rows.map(storedRow)));
  await writeFacts(
    service.store,
    records.map((record, position) => ({ record, position })),
  );
});
afterAll(() => service.stop());

type Listed = Record<string, unknown>[];
const entity = async (path: string, parameters: Record<string, string> = {}) => {
  const { body, status, meta } = await service.get(path, parameters);
  return { data: body.data as Record<string, unknown>, status, meta };
};
const ids = (grants: unknown) => (grants as Listed).map(({ grant_id }) => grant_id);

test('an agent: the counts of its decisions, what it was seen with, its consents, the lost ones last, and the ceilings above them', async () => {
  const own = rows.filter((row) => row.agent === 'agent|client-0');
  const { data, meta } = await entity('/v1/agents/client-0');
  expect(data).toMatchObject({
    agent: 'agent|client-0',
    name: 'Cursor',
    decisions: own.length,
    denials: own.filter((row) => row.decision === 'deny').length,
    undecided: own.filter((row) => row.decision === 'unknown').length,
    last_seen: formatTimestamp(Math.max(...own.map(({ atMs }) => atMs))),
    // Of whoever consented to it, where they did: on github nobody has.
    ceilings: [{ grant_id: 'raised', human_key: 'human|auth0:ada' }],
    tool_levels: [],
  });
  // To the end of a minute, so that whoever asks the same within it is answered the same; as long as asked for.
  const minuteEndMs = Math.ceil(nowMs / 60_000) * 60_000;
  expect(meta).toMatchObject({ from: formatTimestamp(minuteEndMs - 30 * dayMs), to: formatTimestamp(minuteEndMs) });
  expect(ids(data.consents)).toEqual(['new', 'old']);
  expect((data.consents as Listed)[1]).toMatchObject({ human_name: 'Ada Byron', active: false, level: 'high' });
  const { humans, servers, tools } = data.connected as Record<string, Listed>;
  const sum = (list: Listed | undefined, of = 'decisions') =>
    (list ?? []).reduce((total, row) => total + Number(row[of]), 0);
  expect(sum(tools)).toBe(own.length);
  expect(sum(tools, 'undecided')).toBe(data.undecided);
  expect(sum(humans)).toBe(own.filter((row) => row.human !== '').length);
  expect(sum(servers)).toBe(own.filter((row) => row.server !== '').length);
});

test('a human and a server, found by what they are called', async () => {
  const human = await entity('/v1/humans/ADA@example.org', { from: '-20d' });
  expect(human.data).toMatchObject({ human: 'human|auth0:ada', email: 'ada@example.org' });
  expect(human.data.decisions).toBe(rows.filter((row) => row.human === 'human|auth0:ada').length);
  expect(human.meta.possible).toBe(rows.filter((row) => row.candidates.includes('human|auth0:ada')).length);
  expect(ids(human.data.ceilings).toSorted()).toEqual(['elsewhere', 'raised']);
  expect(ids(human.data.consents).toSorted()).toEqual(['new', 'old', 'other']);
  const server = await entity('/v1/servers/linear:linear');
  expect(server.data).toMatchObject({ server: 'linear', tool_levels: [{ tool: 'delete', level: 'high' }] });
  expect(server.data.decisions).toBe(rows.filter((row) => row.server === 'linear').length);
});

test('the detail tells its trend, empty days included, and where the rest is', async () => {
  const { data } = await entity('/v1/agents/client-0', { from: '-25d', tz: 'Asia/Kathmandu' });
  const own = rows.filter((row) => row.agent === 'agent|client-0');
  const { bucket, rows: points } = data.trend as { bucket: string; rows: Listed };
  expect([bucket, points.length, points[0]]).toEqual([
    'day',
    26,
    { bucket: '2026-10-08T18:15:00.000Z', decisions: 0, denials: 0 },
  ]);
  expect(points.reduce((sum, { denials }) => sum + Number(denials), 0)).toBe(
    own.filter(({ decision }) => decision === 'deny').length,
  );
  for (const link of Object.values(data.links as Record<string, string>)) {
    expect((await service.app.inject({ url: link, headers: { host: 'localhost' } })).statusCode, link).toBe(200);
  }
  const year = await entity('/v1/servers/linear', { from: '-400d' });
  expect(year.data.trend).toMatchObject({ bucket: 'week' });
});

test('who called which server for whom: own calls, authorized ones and merely possible ones apart', async () => {
  const from = '-20d';
  const all = await service.get('/v1/chains', { from, limit: '10000' });
  expect(sorted(all.data)).toEqual(sorted(expectedChains(rows)));
  expect(new Set(all.data.map(({ relation }) => relation))).toEqual(
    new Set(['own', 'authorized', 'possible', 'unknown']),
  );
  const bobs = rows.filter((row) => row.human === 'human|bob' || row.candidates.includes('human|bob'));
  const bob = await service.get('/v1/chains', { from, human: 'human|bob', include: 'possible' });
  expect(sorted(bob.data)).toEqual(sorted(expectedChains(bobs)));
  const sure = await service.get('/v1/chains', { from, human: 'human|bob', server: 'linear' });
  expect(sorted(sure.data)).toEqual(
    sorted(expectedChains(bobs.filter(({ human, server }) => human !== '' && server === 'linear'))),
  );
  const busiest = await service.get('/v1/chains', { from, limit: '3' });
  expect([busiest.data, busiest.meta.truncated]).toEqual([all.data.slice(0, 3), true]);
  expect(all.meta).not.toHaveProperty('truncated');
});

test('which one change would have removed most denials is what trying each change out says', async () => {
  const { body } = await service.get('/v1/remedies', { from: '-20d', limit: '1000' });
  const { changes, pairs, unmended, ...counts } = body.data as Record<string, Listed> & Record<string, number>;
  expect(counts).toEqual({ ...expectedTally(rows), unexamined: 0 });
  for (const count of ['one_level', 'one_other', 'two', 'none']) expect(counts[count], count).toBeGreaterThan(0);
  const effects = (changes ?? []).map((one) => ({ told: one.removes, tried: expectedEffect(rows, one) }));
  expect(effects.map(({ told }) => told)).toEqual(effects.map(({ tried }) => tried));
  expect(effects[0]?.told).toBe(Math.max(...effects.map(({ tried }) => tried)));
  const sum = (list: Listed | undefined, name: string) =>
    (list ?? []).reduce((total, one) => total + Number(one[name]), 0);
  expect([sum(pairs, 'removes'), sum(unmended, 'denials')]).toEqual([counts.two, counts.none]);
  const narrowed = await service.get('/v1/remedies', { from: '-20d', server: 'linear', agent: 'client-0' });
  const own = rows.filter(({ server, agent }) => server === 'linear' && agent === 'agent|client-0');
  expect(narrowed.body.data).toMatchObject(expectedTally(own));
  const nothing = await service.get('/v1/remedies', { from: '-20d', server: 'nowhere' });
  expect(nothing.body.data).toMatchObject({ denials: 0, changes: [], pairs: [], unmended: [] });
  expect((await service.get('/v1/remedies', { decision: 'allow' })).status).toBe(400);
});

test('lists go on page by page, each of them once, by a cursor that belongs to the question', async () => {
  for (const kind of ['agents', 'humans', 'servers']) {
    const whole = await service.get(`/v1/${kind}`, { from: '-20d' });
    expect(whole.meta.next).toBeNull();
    const paged: unknown[] = [];
    for (let cursor: unknown = ''; cursor !== null; ) {
      const page = await service.get(`/v1/${kind}`, {
        limit: '2',
        ...(cursor ? { cursor: String(cursor) } : { from: '-20d' }),
      });
      expect(page.data.length).toBeLessThanOrEqual(2);
      paged.push(...page.data);
      cursor = page.meta.next;
    }
    expect(paged).toEqual(whole.data);
    expect(paged.length).toBeGreaterThan(2);
  }
  const { meta } = await service.get('/v1/agents', { from: '-20d', limit: '1' });
  const foreign = await service.get('/v1/humans', { from: '-20d', limit: '1', cursor: String(meta.next) });
  expect(foreign).toMatchObject({ status: 400, body: { code: 'QUERY_BAD_CURSOR' } });
});

test('one that did nothing is shown with zeros, one that is nowhere is not found, and nobody is guessed', async () => {
  const idle = await entity(`/v1/agents/${encodeURIComponent('idle, AGENT!')}`);
  expect(idle.data).toMatchObject({ agent: 'agent|idle', decisions: 0, first_seen: null, connected: { tools: [] } });
  for (const path of [
    '/v1/agents/nobody',
    '/v1/humans/x%2Fy*',
    '/v1/servers/!linear',
    '/v1/agents/no/access-changes',
  ]) {
    expect(await service.get(path), path).toMatchObject({ status: 404, body: { code: 'QUERY_NOT_FOUND' } });
  }
  const bobs = await service.get('/v1/humans/BOB');
  expect(bobs).toMatchObject({ status: 409, body: { matches: [{ key: 'human|bob' }, { key: 'human|robert' }] } });
  expect((await service.get('/v1/agents/client-0', { agent: 'x' })).status).toBe(400);
});

test('what changed in an agent’s access: its consents, and what bounds them on their servers', async () => {
  const { data } = await service.get('/v1/agents/Cursor/access-changes', { from: '-90d' });
  // Two agents are called so.
  expect(data).toBeUndefined();
  const changes = await service.get('/v1/agents/client-0/access-changes', { from: '-90d' });
  expect(changes.data.map(({ grant_id, change, kind }) => [grant_id, change, kind])).toEqual([
    ['t', 'appeared', 'tool_level'],
    ['raised', 'appeared', 'ceiling'],
    ['new', 'appeared', 'consent'],
    ['old', 'ended', 'consent'],
    ['old', 'appeared', 'consent'],
  ]);
  expect(changes.data[3]).toMatchObject({ at: ago(3), not_before: ago(4), human_name: 'Ada Byron', level: 'high' });
  const recent = await service.get('/v1/agents/client-0/access-changes', { from: '-50h', limit: '1' });
  expect(recent.data.map(({ grant_id }) => grant_id)).toEqual(['t']);
});

test('what changed under a human’s authority, and in the access to a server', async () => {
  const changed = async (path: string) => {
    const { data } = await service.get(path, { from: '-90d' });
    return data.map(({ grant_id, change }) => `${grant_id} ${change}`).toSorted();
  };
  const consents = ['new appeared', 'old appeared', 'old ended', 'other appeared'];
  const human = await changed('/v1/humans/ada@example.org/access-changes');
  expect(human).toEqual(['elsewhere appeared', ...consents, 'raised appeared', 't appeared'].toSorted());
  expect(await changed('/v1/servers/linear/access-changes')).toEqual(
    [...consents, 'raised appeared', 't appeared'].toSorted(),
  );
  // Decisions name this server, and no grant does.
  expect(await changed('/v1/servers/linear-eu/access-changes')).toEqual([]);
});

test('where verdicts on an agent’s calls flipped, with both calls, and its grants with the newest call since', async () => {
  const term = crypto.randomUUID();
  await flipTerms.begin(service.store, term);
  const firstHour = Math.floor((nowMs - 20 * dayMs) / hourMs) * hourMs;
  await computeFlips(service.store, { envId: 'env-1', fromMs: firstHour, toMs: firstHour + 21 * dayMs }, term);
  const own = rows.filter((row) => row.agent === 'agent|client-0' && row.env === 'env-1' && row.decision !== 'unknown');
  const flips = own.flatMap((row) => {
    const before = own.filter((one) => one.server === row.server && one.tool === row.tool && one.atMs < row.atMs);
    const previous = before.toSorted((a, b) => b.atMs - a.atMs)[0];
    return previous === undefined || previous.decision === row.decision ? [] : [[row.id, previous.id] as const];
  });
  const { data } = await service.get('/v1/agents/client-0/access-changes', { from: '-90d' });
  const told = data.filter(({ kind }) => kind === 'decision');
  expect(told.map((row) => [row.decision_id, row.previous_decision_id]).toSorted()).toEqual(flips.toSorted());
  expect(flips.length).toBeGreaterThan(0);
  expect(told[0]).toMatchObject({ cause: 'unexplained', cause_at: null, agent_name: 'Cursor', followed_by: null });
  const [consent] = data.filter(({ grant_id, change }) => grant_id === 'old' && change === 'appeared');
  const newest = own.filter(({ server }) => server === 'linear').reduce((a, b) => (a.atMs > b.atMs ? a : b));
  expect(consent).toMatchObject({ cause: '', decision_id: null, followed_by: newest.id });
});

test('env= narrows decisions and grants alike', async () => {
  const hour = formatTimestamp(Math.floor(nowMs / hourMs) * hourMs);
  const names = { 'env-1': 'production', 'env-2': 'staging' };
  const known = Object.entries(names).map(([env_id, env_name]) => {
    const rest = { proof: 'count' as const, listed: 0, counted: 0, deleted_at_source: 0, read_at: null, reason: '' };
    const window = { from: hour, to: formatTimestamp(nowMs), state: 'closed' as const, ...rest };
    return { env_id, env_name, hour, windows: [window], updated_at: hour };
  });
  await writeWindows(service.store, known);
  await service.renew();
  const own = rows.filter((row) => row.agent === 'agent|client-0' && row.env === 'env-2');
  const staging = await entity('/v1/agents/client-0', { env: 'staging' });
  expect(staging.data).toMatchObject({ decisions: own.length, consents: [] });
  expect((await entity('/v1/agents/client-0', { env: '!staging' })).data.consents).toHaveLength(2);
});
