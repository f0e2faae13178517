import { dayMs, formatTimestamp, type GrantRecord, hourMs } from '@custody/decision';
import { computeFlips, DecisionBlock, flipTerms, writeDecisions, writeFacts, writeWindows } from '@custody/store';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { nowMs, startService, type TestService } from './service.ts';
import { makeWorld, storedRow } from './world.ts';

const rows = makeWorld(400, nowMs - 20 * dayMs, nowMs, 5);
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

test('an agent: the counts of its decisions, what it was seen with, and its consents, the lost ones last', async () => {
  const own = rows.filter((row) => row.agent === 'agent|client-0');
  const { data, meta } = await entity('/v1/agents/client-0');
  expect(data).toMatchObject({
    agent: 'agent|client-0',
    name: 'Cursor',
    decisions: own.length,
    denials: own.filter((row) => row.decision === 'deny').length,
    last_seen: formatTimestamp(Math.max(...own.map(({ atMs }) => atMs))),
    ceilings: [],
    tool_levels: [],
  });
  expect(meta.from).toBe(ago(30));
  expect(ids(data.consents)).toEqual(['new', 'old']);
  expect((data.consents as Listed)[1]).toMatchObject({ human_name: 'Ada Byron', active: false, level: 'high' });
  const { humans, servers, tools } = data.connected as Record<string, Listed>;
  const sum = (list: Listed | undefined) => (list ?? []).reduce((total, { decisions }) => total + Number(decisions), 0);
  expect(sum(tools)).toBe(own.length);
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
