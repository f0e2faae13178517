import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Simulator, startSimulator, type Variants } from '../src/index.ts';
import { auditLogs, get, type Json, type ListedEntry, type ListPage, plain } from './client.ts';

const anchorMs = Date.parse('2026-03-11T14:20:33Z');
const hourMs = 3_600_000;
const overreachedMessage = 'Max number of results for this API is 10000';

let nowMs = anchorMs;
let api: Simulator;
let logs: string;
let facts: string;
let schema: string;

beforeAll(async () => {
  api = await startSimulator({
    anchorMs,
    historyDecisions: 20_000,
    now: () => nowMs,
    requestsPerMinute: Number.POSITIVE_INFINITY,
  });
  logs = await auditLogs(api);
  facts = logs.replace('/v2/pdps', '/v2/facts').replace('/audit_logs', '');
  schema = logs.replace('/v2/pdps', '/v2/schema').replace('/audit_logs', '/resources');
});
afterAll(() => api.stop());

const list = async (query: string) => (await get<ListPage>(api, `${logs}?${query}`)).body;
const seconds = (ms: number) => Math.floor(ms / 1000);

describe('audit log', () => {
  test('pages of a window list every entry of it once, newest first, byte for byte', async () => {
    const [fromMs, toMs] = [Date.parse('2026-03-10T10:00:00Z'), Date.parse('2026-03-10T15:00:00Z')];
    const expected = api.world.entriesBetween(fromMs, toMs, nowMs).reverse();
    expect(expected.length).toBeGreaterThan(300);
    const window = `timestamp_from=${seconds(fromMs)}&timestamp_to=${seconds(toMs)}&query=check&per_page=100`;
    const listed: ListedEntry[] = [];
    for (let page = 1; ; page += 1) {
      const { body, text } = await get<ListPage>(api, `${logs}?${window}&page=${page}`);
      for (const entry of expected.slice(listed.length, listed.length + 100)) expect(text).toContain(entry.json);
      listed.push(...body.data);
      expect(body.total_count).toBe(expected.length);
      expect(body.pagination_count).toBe(expected.length);
      expect(body.page_count).toBe(Math.ceil(expected.length / 100));
      if (body.data.length < 100) break;
    }
    expect(listed.map((entry) => plain(entry.id))).toEqual(expected.map((entry) => entry.id));
  });

  test('without parameters there are the 30 newest of all', async () => {
    const { body } = await get<ListPage>(api, logs);
    expect(body.data).toHaveLength(30);
    const arrived = api.world.entries.countChecks(0, nowMs * 1000);
    expect(body.total_count).toBeLessThanOrEqual(arrived);
    expect(body.total_count).toBe(api.world.entriesBetween(0, nowMs, nowMs).length);
    expect(body.pagination_count).toBe(10_000);
  });

  test('bounds are whole seconds and closed, against fractions of a second', async () => {
    const [entry] = api.world
      .entriesBetween(anchorMs - 2 * hourMs, anchorMs - hourMs, nowMs)
      .filter((one) => one.timestampMs % 1000 > 0);
    if (!entry) throw new Error('an hour without a fractional timestamp');
    const second = seconds(entry.timestampMs);
    const ids = async (from: number, to: number) =>
      (await list(`timestamp_from=${from}&timestamp_to=${to}&per_page=100`)).data.map((one) => plain(one.id));
    expect(await ids(second, second + 1)).toContain(entry.id);
    expect(await ids(second - 1, second)).not.toContain(entry.id);
    expect(await ids(second + 1, second + 2)).not.toContain(entry.id);
  });

  test('an entry is listed once it has arrived, a few seconds after its timestamp', async () => {
    const entry = api.world.entriesBetween(anchorMs + hourMs, anchorMs + 2 * hourMs, anchorMs + 3 * hourMs)[7];
    if (!entry) throw new Error('a silent hour');
    expect(entry.visibleAtMs - entry.timestampMs).toBeGreaterThanOrEqual(1000);
    expect(entry.visibleAtMs - entry.timestampMs).toBeLessThanOrEqual(10_000);
    const window = `timestamp_from=${seconds(entry.timestampMs)}&timestamp_to=${seconds(entry.timestampMs) + 1}&per_page=100`;
    const seen = async (atMs: number) => {
      nowMs = atMs;
      const { data, total_count } = await list(window);
      expect(total_count).toBe(data.length);
      const detail = await get(api, `${logs}/${entry.id}`);
      return [data.some((one) => plain(one.id) === entry.id), detail.status];
    };
    expect(await seen(entry.visibleAtMs - 1)).toEqual([false, 404]);
    expect(await seen(entry.visibleAtMs)).toEqual([true, 200]);
    nowMs = anchorMs;
  });

  test('each filter lists what a scan of all entries finds', async () => {
    const day = `timestamp_from=${seconds(anchorMs) - 86_400}&timestamp_to=${seconds(anchorMs)}`;
    const scan = api.world
      .entriesBetween(seconds(anchorMs - 86_400_000) * 1000, anchorMs + 1, nowMs)
      .map((entry) => JSON.parse(entry.json) as ListedEntry);
    const human = api.world.humans.find((one) => scan.some((entry) => entry.user_key === one.key));
    const agent = scan.find((entry) => entry.user_key?.startsWith('agent|'))?.user_key ?? '';
    const cases: [string, (entry: ListedEntry) => boolean][] = [
      ['decision=false', (entry) => entry.decision === false],
      ['decision=true', (entry) => entry.decision === true],
      [`users=${encodeURIComponent(agent)}`, (entry) => entry.user_key === agent],
      [
        `users=${encodeURIComponent(agent)}&users=${encodeURIComponent(human?.email ?? '')}`,
        (entry) => entry.user_key === agent || entry.user_key === human?.key,
      ],
      ['resources=linear&resources=slack', (entry) => ['linear', 'slack'].includes(entry.resource_type ?? '')],
      ['action=create_issue', (entry) => entry.action === 'create_issue'],
      [
        'tenant=default&action=list_issues&decision=true',
        (entry) => entry.action === 'list_issues' && entry.decision === true,
      ],
      ['tenant=other', () => false],
    ];
    for (const [filter, meets] of cases) {
      const { data, total_count } = await list(`${day}&${filter}&per_page=100`);
      const expected = scan.filter(meets);
      expect(total_count, filter).toBe(expected.length);
      expect(data.map((entry) => entry.id)).toEqual(
        expected
          .reverse()
          .slice(0, 100)
          .map((entry) => entry.id),
      );
    }
  });

  test('other queries than checks are listed only when asked for', async () => {
    const checks = await list('query=check&per_page=1');
    const others = await list('query=get_user_permissions&per_page=100');
    const all = await list('query=none&per_page=1');
    expect(others.total_count).toBeGreaterThan(10);
    expect(all.total_count).toBe(checks.total_count + others.total_count);
  });

  test('unbound array syntax is ignored, as such a server does', async () => {
    expect((await list('users%5B%5D=nobody&per_page=1')).total_count).toBe((await list('per_page=1')).total_count);
  });

  test('the detail is found by either form of the id, with raw data', async () => {
    const { data } = await list('per_page=50');
    for (const entry of data) {
      const { body, status } = await get(api, `${logs}/${plain(entry.id)}`);
      expect(status).toBe(200);
      expect(body).toMatchObject({ ...entry, raw_data: expect.anything() });
    }
    expect((await get(api, `${logs}/00000000-0000-4000-8000-000000000000`)).body.error_code).toBe('NOT_FOUND');
    expect((await get(api, `${logs}/no-uuid`)).status).toBe(422);
  });

  test('the 10,000th result is the last that can be reached', async () => {
    expect((await list('per_page=100&page=100')).data).toHaveLength(100);
    for (const query of ['per_page=100&page=101', 'per_page=30&page=334']) {
      const { body, status } = await get(api, `${logs}?${query}`);
      expect(status).toBe(400);
      expect(body).toMatchObject({ error_code: 'PAGINATION_SIZE_OVERREACHED', title: 'The request was invalid' });
      expect(body.message).toContain(overreachedMessage);
    }
  });

  test.each([
    'per_page=101',
    'per_page=0',
    'page=0',
    'page=x',
    'timestamp_from=1.5',
    'decision=maybe',
    'query=all',
    'sort_by=id',
    'pdp_id=x',
    `users=${'u'.repeat(501)}`,
  ])('%s is refused as FastAPI refuses it', async (query) => {
    const { body, status } = await get<{ detail: Json[] }>(api, `${logs}?${query}`);
    expect(status).toBe(422);
    expect(body.detail[0]).toMatchObject({
      loc: expect.arrayContaining(['query', query.split('=')[0]]),
      msg: expect.any(String),
      type: expect.any(String),
    });
  });
});

describe('access', () => {
  test('a missing key and a wrong one are refused', async () => {
    for (const key of ['', 'wrong']) {
      const { body, status } = await get(api, logs, key);
      expect(status).toBe(401);
      expect(body).toMatchObject({ error_code: 'UNAUTHORIZED', id: expect.any(String), title: expect.any(String) });
    }
  });

  test('slugs and both forms of ids lead to the environment, another one is forbidden', async () => {
    const { environmentId, environmentKey, projectId, projectKey } = api.world.scope;
    expect((await get(api, `/v2/pdps/${projectKey}/${environmentKey}/audit_logs`)).status).toBe(200);
    expect((await get(api, `/v2/pdps/${projectId}/${environmentId}/audit_logs`)).status).toBe(200);
    const other = await get(api, `/v2/pdps/${projectKey}/staging/audit_logs`);
    expect([other.status, other.body.error_code]).toEqual([403, 'FORBIDDEN_ACCESS']);
    expect((await get(api, '/v2/nowhere')).body.error_code).toBe('NOT_FOUND');
  });

  test('projects and environments of the key can be listed', async () => {
    const { body } = await get<Json[]>(api, '/v2/projects');
    expect(body).toMatchObject([{ key: 'mcp-gateway' }]);
    expect((await get<Json[]>(api, '/v2/projects/mcp-gateway/envs')).body).toMatchObject([{ key: 'simulator' }]);
  });

  test('the 1,001st request of a minute gets the documented 429, and the next minute is open', async () => {
    let atMs = anchorMs;
    const limited = await startSimulator({
      anchorMs,
      now: () => atMs,
      historyDecisions: 10,
      variants: { retryAfter: 'seconds' },
    });
    try {
      const statuses = await Promise.all(Array.from({ length: 1000 }, () => get(limited, '/v2/api-key/scope')));
      expect(new Set(statuses.map((answer) => answer.status))).toEqual(new Set([200]));
      const refused = await get(limited, '/v2/api-key/scope');
      expect(refused.status).toBe(429);
      expect(refused.body).toEqual({
        error: 'rate_limited',
        message: 'You have exceeded the rate limit. Please try again later.',
      });
      expect(refused.headers.get('retry-after')).toBe('60');
      atMs += 60_000;
      expect((await get(limited, '/v2/api-key/scope')).status).toBe(200);
    } finally {
      await limited.stop();
    }
  });

  test('the Date header is the simulated time', async () => {
    expect((await get(api, '/v2/api-key/scope')).headers.get('date')).toBe(new Date(nowMs).toUTCString());
  });
});

describe('facts', () => {
  test('role assignments come bare by default, counted on request, up to 1,000 a page', async () => {
    const bare = await get<Json[]>(api, `${facts}/role_assignments?resource=user_profile&per_page=1000`);
    const counted = await get<ListPage>(
      api,
      `${facts}/role_assignments?resource=user_profile&include_total_count=true`,
    );
    expect(counted.body.data).toHaveLength(30);
    expect(counted.body.total_count).toBe(bare.body.length);
    expect((await get(api, `${facts}/role_assignments?per_page=1001`)).status).toBe(422);
    const user = String(bare.body.at(-1)?.user);
    const mine = await get<Json[]>(api, `${facts}/role_assignments?user=${encodeURIComponent(user)}`);
    expect(mine.body.length).toBeGreaterThan(0);
    expect(new Set(mine.body.map((row) => row.user))).toEqual(new Set([user]));
  });

  test('pages of tuples hold every ceiling once, at most 100 a page', async () => {
    const rows: Json[] = [];
    for (let page = 1; ; page += 1) {
      const { body } = await get<Json[]>(
        api,
        `${facts}/relationship_tuples?subject_type=user_profile&per_page=100&page=${page}`,
      );
      rows.push(...body);
      if (body.length < 100) break;
    }
    expect(rows).toEqual(api.world.facts.relationshipTuples(nowMs));
    expect((await get(api, `${facts}/relationship_tuples?per_page=101`)).status).toBe(422);
    const { body } = await get<Json[]>(
      api,
      `${facts}/relationship_tuples?subject=${rows[0]?.subject}&object=${rows[0]?.object}`,
    );
    expect(body).toEqual([rows[0]]);
  });

  test('a user is found by key and by id, an unknown one is 404', async () => {
    const { body } = await get(api, `${facts}/users/${encodeURIComponent('human|alice')}`);
    expect(body).toMatchObject({ key: 'human|alice', email: 'alice.archer@acme.example', first_name: 'Alice' });
    expect((await get(api, `${facts}/users/${body.id}`)).body).toEqual(body);
    const unknown = await get(api, `${facts}/users/${encodeURIComponent(`agent|${'x'.repeat(300)}`)}`);
    expect([unknown.status, unknown.body.error_code]).toEqual([404, 'NOT_FOUND']);
    const found = await get<ListPage>(api, `${facts}/users?search=archer`);
    expect(found.body.total_count).toBe(1);
  });

  test('they change with time: what is served is the present', async () => {
    const change = api.world.grantChanges(anchorMs, anchorMs + 24 * hourMs).find((one) => one.kind === 'revoke');
    if (!change) throw new Error('a live day without a revocation');
    const path = `${facts}/role_assignments?user=${encodeURIComponent(change.agentKey ?? '')}&resource_instance=user_profile:${change.subject}`;
    const servers = async (atMs: number) => {
      nowMs = atMs;
      return (await get<Json[]>(api, path)).body.map((row) => String(row.role).replace(/-\w+$/, ''));
    };
    expect(await servers(change.atMs - 1000)).toContain(change.server);
    expect(await servers(change.atMs)).not.toContain(change.server);
    nowMs = anchorMs;
  });

  test('a tool is held by exactly one role of its server, and high extends medium extends low', async () => {
    const { body } = await get<{ roles: Record<string, { permissions: string[]; extends: string[] }>; actions: Json }>(
      api,
      `${schema}/linear`,
    );
    const { high, low, medium } = body.roles;
    expect([low?.extends, medium?.extends, high?.extends]).toEqual([[], ['low'], ['medium']]);
    const held = [low, medium, high].flatMap((role) => role?.permissions ?? []);
    expect(held.sort()).toEqual(Object.keys(body.actions).sort());
    expect((await get<Json[]>(api, `${schema}/linear/roles`)).body.map((role) => role.key)).toEqual([
      'low',
      'medium',
      'high',
    ]);
  });
});

describe('incidents', () => {
  test('their truth is readable without a key, with the decisions that are listed by now', async () => {
    nowMs = anchorMs + hourMs;
    const { body } = await get<Json[]>(api, '/incidents', '');
    expect(body).toHaveLength(6);
    for (const incident of body) {
      expect(incident.decisions).toBeGreaterThan(50);
      for (const id of (incident.decision_ids as string[]).slice(0, 3))
        expect((await get(api, `${logs}/${id}`)).status).toBe(200);
    }
    nowMs = anchorMs;
    const early = await get<Json[]>(api, '/incidents', '');
    expect(early.body.filter((one) => one.status === 'scheduled')).toHaveLength(3);
  });
});

describe('variants', () => {
  const withVariants = async <T>(variants: Partial<Variants>, act: (other: Simulator, path: string) => Promise<T>) => {
    const other = await startSimulator({
      anchorMs,
      historyDecisions: 12_000,
      now: () => nowMs,
      variants,
      requestsPerMinute: Number.POSITIVE_INFINITY,
    });
    try {
      return await act(other, await auditLogs(other));
    } finally {
      await other.stop();
    }
  };

  test('oldest first reverses the list, page by page', async () => {
    await withVariants({ order: 'oldest-first' }, async (other, path) => {
      const expected = other.world.entriesBetween(0, nowMs, nowMs);
      const { body } = await get<ListPage>(other, `${path}?per_page=100&page=7`);
      expect(body.data.map((entry) => plain(entry.id))).toEqual(expected.slice(600, 700).map((entry) => entry.id));
    });
  });

  test('counts can be capped or absent', async () => {
    await withVariants({ totalCount: 'capped' }, async (other, path) => {
      expect((await get<ListPage>(other, path)).body.total_count).toBe(10_000);
    });
    await withVariants({ totalCount: 'absent' }, async (other, path) => {
      expect(Object.keys((await get(other, path)).body)).toEqual(['data']);
    });
  });

  test('bounds can be open, or take the whole of the last second', async () => {
    const ids = async (variants: Partial<Variants>, query: string) =>
      withVariants(variants, async (other, path) =>
        (await get<ListPage>(other, `${path}?${query}&per_page=100`)).body.data.map((one) => plain(one.id)),
      );
    const world = (await withVariants({}, async (other) => other)).world;
    const sharp = world
      .entriesBetween(anchorMs - 48 * hourMs, anchorMs, nowMs)
      .find((one) => one.json.includes(`"timestamp":"${new Date(one.timestampMs).toISOString().slice(0, 19)}+00:00"`));
    if (!sharp) throw new Error('two days without a whole-second timestamp');
    const second = seconds(sharp.timestampMs);
    const [as_to, as_from] = [
      `timestamp_from=${second - 60}&timestamp_to=${second}`,
      `timestamp_from=${second}&timestamp_to=${second + 60}`,
    ];
    expect(await ids({}, as_to)).toContain(sharp.id);
    expect(await ids({ upperBound: 'exclusive' }, as_to)).not.toContain(sharp.id);
    expect(await ids({}, as_from)).toContain(sharp.id);
    expect(await ids({ lowerBound: 'exclusive' }, as_from)).not.toContain(sharp.id);
    expect(await ids({ upperBound: 'whole-second' }, `timestamp_from=${second - 60}&timestamp_to=${second}`)).toContain(
      sharp.id,
    );
  });

  test('resources can be asked for by instance, and raw data left off the list', async () => {
    await withVariants({ resources: 'instance', rawDataOnList: false }, async (other, path) => {
      const byInstance = await get<ListPage>(other, `${path}?resources=linear:linear`);
      expect(byInstance.body.total_count).toBeGreaterThan(100);
      expect((await get<ListPage>(other, `${path}?resources=linear`)).body.total_count).toBe(0);
      expect(byInstance.text).not.toContain('raw_data');
    });
  });
});
