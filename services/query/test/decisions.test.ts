import { canonicalUuid, dayMs } from '@custody/decision';
import { claimSource, DecisionBlock, writeDecisions, writeReports, writeWindows } from '@custody/store';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { nowMs, startService, type TestService } from './service.ts';
import { makeWorld, storedRow } from './world.ts';

const rows = makeWorld(1_200, nowMs - dayMs, nowMs, 21);
// Forty decisions of one millisecond, across a page's end and both environments.
for (const row of rows.slice(100, 140)) row.atMs = nowMs - 1000;
let service: TestService;

beforeAll(async () => {
  service = await startService({ source: null });
  await writeDecisions(service.store, DecisionBlock.of(rows.map(storedRow)));
});
afterAll(() => service.stop());

const ids = (data: Record<string, unknown>[]) => data.map((row) => String(row.decision_id));

async function readAll(
  parameters: Record<string, string>,
  onPage?: () => Promise<void>,
): Promise<Record<string, unknown>[]> {
  const found: Record<string, unknown>[] = [];
  let cursor: string | null = null;
  do {
    const answer = await service.get('/v1/decisions', { ...parameters, ...(cursor === null ? {} : { cursor }) });
    expect(answer.status).toBe(200);
    found.push(...answer.data);
    cursor = answer.meta.next as string | null;
    await onPage?.();
  } while (cursor !== null);
  return found;
}

test('pages lose and double nothing among equal times, newest first, also while newer rows land', async () => {
  let landed = 0;
  const land = async () => {
    const [extra] = makeWorld(1, nowMs - 500, nowMs, 1000 + landed++);
    if (extra)
      await writeDecisions(
        service.store,
        DecisionBlock.of([storedRow({ ...extra, id: extra.id.replace(/0{12}$/, `f0000000000${landed % 10}`) })]),
      );
  };
  const before = new Set(rows.map(({ id }) => id));
  // The last day begins up to a step of the clock after the oldest row.
  const found = await readAll({ limit: '97', from: '-25h' }, () => (landed < 3 ? land() : Promise.resolve()));
  const known = ids(found).filter((id) => before.has(id));
  expect(new Set(ids(found)).size).toBe(found.length);
  expect(known.toSorted()).toEqual([...before].sort());
  const times = found.map((row) => String(row.occurred_at));
  expect(times).toEqual(times.toSorted().reverse());
  expect(
    ids(await readAll({ limit: '7', from: '-24h', decision: 'deny', server: 'linear', to: '-1h' })).toSorted(),
  ).toEqual(
    rows
      .filter((row) => row.decision === 'deny' && row.server === 'linear' && row.atMs < nowMs - 3_600_000)
      .map(({ id }) => id)
      .sort(),
  );
});

test('a cursor belongs to its question, and nothing else passes for one', async () => {
  const { meta } = await service.get('/v1/decisions', { limit: '5', decision: 'deny' });
  const cursor = String(meta.next);
  expect((await service.get('/v1/decisions', { limit: '9', decision: 'deny', cursor })).status).toBe(200);
  for (const wrong of [
    { decision: 'allow', cursor },
    { cursor: `${cursor}x` },
    { cursor: 'e30' },
    { cursor: "' OR 1=1" },
  ]) {
    expect(await service.get('/v1/decisions', wrong)).toMatchObject({
      status: 400,
      body: { code: 'QUERY_BAD_CURSOR' },
    });
  }
});

test('one decision is whole: its row, its entry byte by byte, and the arithmetic of trust', async () => {
  const row = rows.find((candidate) => candidate.trust_level === 'low' && candidate.human !== '');
  if (row === undefined) throw new Error('the world has no such row');
  const hyphenless = row.id.replaceAll('-', '').toUpperCase();
  const { status, body } = await service.get(`/v1/decisions/${hyphenless}`);
  expect(status).toBe(200);
  expect(body.data).toMatchObject({
    decision_id: canonicalUuid(row.id),
    occurred_at: new Date(row.atMs).toISOString(),
    agent_key: row.agent,
    human_key: row.human,
    consented_at: new Date(row.atMs - 5).toISOString(),
    trust: {
      ...{ consent: 'low', ceiling: 'medium', effective: 'low', required: 'medium', sufficient: false },
      ...{ limited_by: 'consent', sentence: expect.stringContaining('low at most, limited by the consent') },
    },
    entry: Buffer.from(storedRow(row).entryBytes).toString(),
  });
  const unknown = await service.get('/v1/decisions/00000000-0000-4000-8000-00000000dead');
  expect(unknown).toMatchObject({ status: 404, body: { code: 'QUERY_NOT_FOUND', status: 404 } });
});

test('one decision tells its chain, the check to repeat, and why its hour is open', async () => {
  const [row] = rows;
  if (row === undefined) throw new Error('the world has no rows');
  const { body } = await service.get(`/v1/decisions/${row.id}`);
  const { chain, check, seal } = body.data as unknown as Record<string, Record<string, Record<string, unknown>>>;
  expect(Object.keys(chain ?? {})).toEqual(['human', 'consent', 'ceiling', 'agent', 'call']);
  expect(chain?.agent).toMatchObject({ key: row.agent, sentence: expect.stringContaining(row.agent) });
  expect(chain?.human).toMatchObject({ key: row.human, candidates: row.candidates, attribution: row.attribution });
  expect(chain?.call).toMatchObject({ tool: row.tool, decision: row.decision });
  expect(check).toContain(`permit.check("${row.agent}", "${row.tool}", `);
  const hour = new Date(Math.floor(row.atMs / 3_600_000) * 3_600_000).toISOString();
  expect(seal).toMatchObject({ hour, state: 'open', digest: '', sealed_at: null });
  expect(seal?.sentence).toMatch(/^open: (nothing is known of what the poller read|the hour is not over)/);
});

test('derived roles are told with their sources, or why there are none; a sealed hour with its digest', async () => {
  const atMs = Math.floor((nowMs - 3 * dayMs) / 3_600_000) * 3_600_000;
  const made = makeWorld(7, atMs, atMs + 60_000, 77).map((row) => ({ ...row, env: 'env-1' }));
  const source = { type: 'role_derivation', role: 'user_profile#linear-high', resource: 'user_profile:ada' };
  const roles = [{ role: 'linear#high', resource: 'linear:linear', sources: [{ ...source, relation: 'high' }] }];
  const debug = (rebac: object) => ({ raw_data: { engine: 'OPA', result: { debug: { rebac } } } });
  const kinds: readonly [absent: string, entry: object, isDetailed?: boolean][] = [
    ['', debug({ allowing_roles: roles }), true],
    ['none_derived', debug({ code: 'no_permission' })],
    ['debug_off', {}, true],
    ['other_engine', { raw_data: { engine: 'AVP' } }],
    ['not_read', {}],
    ['not_an_entry', { timestamp: 7 }],
  ];
  const stored = made.map((row, n) => {
    const [, entry = {}, isDetail = false] = kinds[n] ?? [];
    const { decision } = storedRow(row);
    const entryBytes = Buffer.from(
      JSON.stringify({ id: row.id, timestamp: new Date(row.atMs).toISOString(), ...entry }),
    );
    return { decision: { ...decision, hasDetail: isDetail }, entryBytes, isDetail };
  });
  await writeDecisions(service.store, DecisionBlock.of(stored.slice(0, 6)));
  await writeDecisions(service.store, DecisionBlock.of(stored.slice(6)), { keepEntries: false });
  const rolesOf = async (n: number) => (await service.get(`/v1/decisions/${made[n]?.id}`)).body.data;
  const told = await Promise.all(made.map((_, n) => rolesOf(n)));
  expect(told).toMatchObject(
    [...kinds.map(([absent]) => absent), 'not_kept'].map((absent) => ({ derived_roles: { absent } })),
  );
  expect(told[0]).toMatchObject({
    derived_roles: {
      roles: [{ allowing: true, role: 'linear#high', sources: [{ ...source, relation: 'high', human: 'human|ada' }] }],
      sentence: 'Allowed by linear#high on linear:linear',
    },
  });
  const seal = { env_id: 'env-1', span: 'hour', starts_at: atMs / 1_000, as_of: new Date(nowMs).toISOString() };
  const says = {
    build: 1,
    revision: 2,
    state: 'incomplete',
    stored: 7,
    listed: 8,
    digest: 'ab12',
    reasons: ['missing'],
  };
  const sealed_at = '2026-11-01T00:00:00.000Z';
  await service.store.insert('test', 'custody_internal.seals', [{ ...seal, ...says, sealed_at }]);
  await service.store.insert('test', 'custody_internal.expired_hours', [{ env_id: 'env-1', hour: atMs / 1_000 }]);
  expect(await rolesOf(6)).toMatchObject({
    derived_roles: { absent: 'expired' },
    entry: null,
    seal: { state: 'incomplete', revision: 2, digest: 'ab12', reasons: ['missing'] },
  });
});

test('a denial says what would have let it pass; what was not denied says nothing', async () => {
  const named = rows.filter(({ human, trust_level }) => human !== '' && trust_level === 'low');
  const denied = named.find(({ decision, reason_code }) => decision === 'deny' && reason_code === 'no_permission');
  const allowed = named.find(({ decision }) => decision === 'allow');
  if (denied === undefined || allowed === undefined) throw new Error('the world has no such rows');
  const { body } = await service.get(`/v1/decisions/${denied.id}`);
  const { agent, human, server, tool } = denied;
  expect(body.data).toMatchObject({
    denial: {
      sentence: `No permission for '${tool}'`,
      remedies: [{ code: 'raise_consent', agent, human, server, level: 'medium' }],
    },
  });
  expect((await service.get(`/v1/decisions/${allowed.id}`)).body.data).toMatchObject({ denial: null });
});

test('what may be a human’s is counted, added on request, and marked', async () => {
  const own = rows.filter((row) => row.human === 'human|auth0:ada');
  const maybe = rows.filter((row) => row.candidates.includes('human|auth0:ada'));
  const sure = await readAll({ human: 'Ada Byron', limit: '1000', to: '-10m' });
  const upTo = nowMs - 600_000;
  expect(ids(sure).toSorted()).toEqual(
    own
      .filter(({ atMs }) => atMs < upTo)
      .map(({ id }) => id)
      .sort(),
  );
  const both = await service.get('/v1/decisions', {
    human: 'ada@example.org',
    include: 'possible',
    limit: '1000',
    to: '-10m',
  });
  const possible = maybe
    .filter(({ atMs }) => atMs < upTo)
    .map(({ id }) => id)
    .sort();
  expect(both.meta.possible).toBe(possible.length);
  expect(ids(both.data.filter((row) => row.possible === true)).toSorted()).toEqual(possible);
  expect(both.data).toHaveLength(sure.length + possible.length);
  expect((await service.get('/v1/aggregate', { human: 'human|nobody' })).meta.possible).toBe(0);
});

test('a name that several have is answered with all of them, a key among them wins', async () => {
  const agents = await service.get('/v1/decisions', { agent: 'cursor' });
  expect(agents).toMatchObject({
    status: 409,
    body: { code: 'QUERY_AMBIGUOUS_NAME', matches: [{ key: 'agent|client-0' }, { key: 'agent|client-2' }] },
  });
  const name = await service.get('/v1/aggregate', { human: 'BOB', from: '-24h' });
  // One human's bare id is another's name: the id is a key and no guess.
  expect(name.status).toBe(409);
  const bare = await service.get('/v1/aggregate', { human: 'bob', from: '-24h', measures: 'decisions' });
  expect(bare.data).toEqual([{ decisions: rows.filter((row) => row.human === 'human|bob').length }]);
});

test('meta says what is proven, and demo only for simulated decisions', async () => {
  const iso = (ms: number) => new Date(ms).toISOString();
  const hourMs = 3_600_000;
  const firstHour = Math.floor((nowMs - 30 * hourMs) / hourMs) * hourMs;
  const hours = Array.from({ length: 28 }, (_, index) => firstHour + index * hourMs);
  const closed = (fromMs: number) => ({ from: iso(fromMs), to: iso(fromMs + hourMs), state: 'closed' as const });
  const rest = { proof: 'count' as const, listed: 0, counted: 0, deleted_at_source: 0, read_at: null, reason: '' };
  await writeWindows(
    service.store,
    hours.map((hour) => ({
      env_id: 'env-1',
      env_name: 'production',
      hour: iso(hour),
      windows: [{ ...closed(hour), ...rest }],
      updated_at: iso(nowMs),
    })),
  );
  await service.renew();
  const provenUntil = iso(firstHour + 28 * hourMs);
  const proven = await service.get('/v1/aggregate', { from: '-20h', to: '-4h' });
  expect(proven.meta).toMatchObject({ proven: true, proven_until: provenUntil, blind_seconds: 0, levels: ['raw'] });
  expect(proven.meta).not.toHaveProperty('demo');
  const blind = await service.get('/v1/aggregate', { from: '-20h', to: 'now' });
  expect(blind.meta).toMatchObject({ proven: false, proven_until: provenUntil });
  expect(blind.meta.blind_seconds).toBe(
    (nowMs - (firstHour + 28 * hourMs)) / 1000 - 960 + (1000 - (nowMs % 1000)) / 1000,
  );
  expect((await service.get('/v1/aggregate', { from: '-40h', to: '-4h' })).meta.proven).toBe(false);
  expect((await service.get('/v1/aggregate', { from: '-20h', env: 'env-2' })).meta).toMatchObject({
    proven: false,
    proven_until: null,
  });
  const report = {
    ...{ env_id: 'env-1', env_name: 'production', as_of: '2026-05-02T00:00:00.000Z' },
    ...{ open_seconds: 0, blind_seconds: 0, unreadable_seconds: 0, rows_listed: 9, rows_read: 7, rows_missing: 2 },
    ...{ oldest_open: null, requests_spent: 12, requests_refused: 1, requests_per_minute: 600 },
    facts_unreadable: ['consent'],
    ...{
      evidence_owed: 3,
      evidence_oldest_owed: '2026-05-01T22:00:00.000Z',
      evidence_read: 4,
      evidence_deleted_first: 1,
    },
  };
  const before = await service.get('/v1/coverage');
  const envId = String(before.data[0]?.env_id);
  expect(before.data[0]).toMatchObject({ reported: null });
  const { evidence_owed, evidence_oldest_owed, evidence_read, evidence_deleted_first, ...older } = report;
  await writeReports(service.store, [{ ...older, env_id: envId, as_of: '2026-05-01T00:00:00.000Z' }]);
  await service.renew();
  const nothing = {
    evidence_owed: null,
    evidence_oldest_owed: null,
    evidence_read: null,
    evidence_deleted_first: null,
  };
  expect((await service.get('/v1/coverage')).data[0]).toMatchObject({ reported: { rows_listed: 9, ...nothing } });
  await writeReports(service.store, [{ ...report, env_id: envId }]);
  await service.renew();
  const reported = await service.get('/v1/coverage');
  const {
    env_id: _,
    env_name: __,
    open_seconds: ___,
    blind_seconds: ____,
    unreadable_seconds: _____,
    ...told
  } = report;
  expect(reported.data[0]).toMatchObject({ reported: told });
  const coverage = await service.get('/v1/coverage');
  expect(coverage.data).toMatchObject([
    { env_id: 'env-1', proven_until: provenUntil, open_seconds: 960, unreadable_seconds: 0 },
  ]);
  const permitApp = async () => ((await service.get('/v1/me')).data as unknown as { permit_app: unknown }).permit_app;
  expect(await permitApp()).toBe('https://app.permit.io');
  await claimSource(service.store, 'simulator');
  expect((await service.get('/v1/agents')).meta.demo).toBe(true);
  expect(await permitApp()).toBe(null);
});
