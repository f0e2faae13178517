import { dayMs, hourMs, minuteMs } from '@custody/decision';
import { DecisionBlock, readAlertActions, readSilences, writeDecisions } from '@custody/store';
import type { FastifyInstance } from 'fastify';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { record, stepOf, uuidOf } from './alert-world.ts';
import { AnswerChecker } from './answer-checker.ts';
import { type ApiOperation, operationsOf } from './api-document.ts';
import { nowMs, startService, type TestService } from './service.ts';
import { makeWorld, storedRow } from './world.ts';

let service: TestService;
/** With tokens: one that is configured, one that may act, one that only reads. */
let app: FastifyInstance;
let [ann, reader] = ['', ''];
let checker: AnswerChecker;
let operations: ApiOperation[];
const iso = (ms: number) => new Date(ms).toISOString();
const subject = (kind: string, key: string, name = key) => ({
  ...{ envId: 'env-1', envName: 'production', kind, key, name },
});
const cursor = subject('agent', 'agent|client-0', 'Cursor');

/** Cursor: acknowledged and grown; linear: over since yesterday; Bob: proven to be nothing; the tool: of another environment. */
const steps = [
  stepOf('cursor', 1, { subject: cursor }),
  stepOf('cursor', 2, { subject: cursor, kind: 'acknowledged', status: 'acknowledged', actor: 'Ann', note: 'mine' }),
  stepOf('cursor', 3, {
    ...{ subject: cursor, kind: 'escalated', status: 'acknowledged', observed: 120, peak: 120 },
    ...{ title: 'agent Cursor: 120 denials in 5 minutes', sentence: 'Grew from 29 to 120. 120 denials in 5 minutes.' },
    members: [{ detector: 'spike', subject: subject('server', 'linear'), sentence: 'as many' }],
  }),
  stepOf('linear', 1, {
    ...{ subject: subject('server', 'linear'), openedAtMs: nowMs - 30 * hourMs, severity: 'warning', isLate: true },
  }),
  stepOf('linear', 2, {
    ...{ subject: subject('server', 'linear'), openedAtMs: nowMs - 30 * hourMs, severity: 'warning', kind: 'resolved' },
    ...{ status: 'resolved', resolvedAtMs: nowMs - 28 * hourMs, sentence: 'Nothing unusual for 1 hour.', members: [] },
  }),
  stepOf('bob', 1, { subject: subject('human', 'human|bob', 'Bob'), openedAtMs: nowMs - 3 * hourMs }),
  stepOf('bob', 2, {
    ...{ subject: subject('human', 'human|bob', 'Bob'), openedAtMs: nowMs - 3 * hourMs, kind: 'withdrawn' },
    ...{ status: 'withdrawn', resolvedAtMs: nowMs - 2 * hourMs, silencedBy: [`silence:${uuidOf('silence')}`] },
  }),
  stepOf('tool', 1, {
    subject: { envId: 'env-2', envName: 'staging', kind: 'tool', key: 'github:merge', name: 'merge' },
    ...{ openedAtMs: nowMs - 9 * dayMs, detector: 'first_denial', rule: 'merges', severity: 'info' },
  }),
];

beforeAll(async () => {
  service = await startService();
  await record(service.store, steps);
  const rows = makeWorld(120, nowMs - 60 * minuteMs, nowMs).map((row) => ({
    ...{ ...row, env: 'env-1', envName: 'production', agent: 'agent|client-0', agentName: 'Cursor' },
  }));
  await writeDecisions(service.store, DecisionBlock.of(rows.map(storedRow)));
  await prepareTokens();
});
afterAll(async () => {
  await app.close();
  await service.stop();
});

async function prepareTokens(): Promise<void> {
  app = await service.create({ token: 'root-of-this-test' });
  checker = new AnswerChecker(app.swagger());
  operations = operationsOf(app.swagger());
  const tokenOf = async (name: string, scope: string) =>
    (await send('POST', '/v1/tokens', { name, scope })).data.token as string;
  ann = await tokenOf('Ann', 'operate');
  reader = await tokenOf('reader', 'read');
}

const idsOf = (data: readonly Record<string, unknown>[]) => data.map(({ id }) => id);
const named = (...names: string[]) => names.map((name) => uuidOf(name));

test('alerts are listed as their last step left them, with what was found and who has taken them', async () => {
  const { status, data, meta } = await get('/v1/alerts');
  expect(status).toBe(200);
  // The tool's goes on since before the range began; what is over is listed while the range has some of it.
  expect(idsOf(data)).toEqual(named('cursor', 'bob', 'linear', 'tool'));
  expect(data[0]).toEqual({
    ...{ id: uuidOf('cursor'), status: 'acknowledged', severity: 'critical', rule: 'denial-spike', rule_version: '1' },
    detector: 'spike',
    subject: { env_id: 'env-1', env_name: 'production', kind: 'agent', key: 'agent|client-0', name: 'Cursor' },
    ...{ title: 'agent Cursor: 120 denials in 5 minutes', sentence: 'Grew from 29 to 120. 120 denials in 5 minutes.' },
    opened_title: 'agent Cursor: 29 denials in 5 minutes',
    ...{ opened_at: iso(nowMs - 30 * minuteMs), last_at: iso(nowMs - 28 * minuteMs), last_kind: 'escalated' },
    ...{ resolved_at: null, sequence: 3, observed: 120, expected: 0.05, bound: 12, probability: 3e-12, peak: 120 },
    window: { from: iso(nowMs - 35 * minuteMs), to: iso(nowMs - 30 * minuteMs) },
    ...{ is_late: false, completeness: 'proven', silenced_by: [], members: 1, pending: [] },
    ...{ acknowledged_by: 'Ann', acknowledged_at: iso(nowMs - 29 * minuteMs) },
    url: `https://custody.acme.example/alerts/${uuidOf('cursor')}`,
  });
  expect(data[1]).toMatchObject({ status: 'withdrawn', acknowledged_by: null, silenced_by: [expect.any(String)] });
  expect(data[2]).toMatchObject({
    ...{ status: 'resolved', is_late: true },
    sentence: '29 denials in 5 minutes, expected 0.05, alert bound 12.',
  });
  expect(meta).toMatchObject({
    ...{ levels: [], next: null, from: iso(nowMs - 7 * dayMs) },
    counts: {
      status: { acknowledged: 1, open: 1, resolved: 1, withdrawn: 1 },
      severity: { critical: 2, info: 1, warning: 1 },
    },
  });
});

test.each([
  [{ status: 'open,acknowledged' }, ['cursor', 'tool']],
  [{ severity: '!critical' }, ['linear', 'tool']],
  [{ env: 'staging' }, ['tool']],
  [{ env: '!env-2', status: 'resolved' }, ['linear']],
  [{ agent: 'Cursor' }, ['cursor']],
  [{ agent: 'client-*' }, ['cursor']],
  [{ agent: 'agent|nobody' }, []],
  [{ human: 'bob@example.org' }, ['bob']],
  [{ human: '!human|bob' }, ['cursor', 'linear', 'tool']],
  [{ server: 'linear:linear' }, ['linear']],
  [{ server: 'git*' }, ['tool']],
  [{ kind: 'tool', key: 'github:merge' }, ['tool']],
  [{ rule: 'merges' }, ['tool']],
  [{ detector: 'first_denial' }, ['tool']],
  [{ q: 'GREW FROM' }, ['cursor']],
  [{ q: 'nothing unusual' }, []],
  [{ from: '-90m' }, ['cursor', 'tool']],
  [{ from: '-29h', to: '-25h' }, ['linear', 'tool']],
  [{ to: '-8d', from: '-20d' }, ['tool']],
])('alerts asked for by %o', async (asked, expected) => {
  const { status, data } = await get('/v1/alerts', asked as Record<string, string>);
  expect([status, idsOf(data)]).toEqual([200, named(...expected)]);
});

test('counts are of each status whatever status is asked for, and of what else is asked', async () => {
  const { meta } = await get('/v1/alerts', { status: 'open', env: 'production' });
  expect(meta.counts).toEqual({ status: { acknowledged: 1, resolved: 1, withdrawn: 1 }, severity: {} });
});

test('pages follow one another by a cursor that belongs to the question', async () => {
  const pages: unknown[] = [];
  let cursor: unknown;
  do {
    const { data, meta } = await get('/v1/alerts', {
      limit: '1',
      ...(cursor ? { cursor: String(cursor) } : {}),
    });
    pages.push(...idsOf(data));
    cursor = meta.next;
  } while (cursor !== null);
  expect(pages).toEqual(named('cursor', 'bob', 'linear', 'tool'));
  const { meta } = await get('/v1/alerts', { limit: '1' });
  const other = await get('/v1/alerts', { cursor: String(meta.next), status: 'open' });
  expect([other.status, other.code]).toEqual([400, 'QUERY_BAD_CURSOR']);
});

test.each([
  [{ status: 'loud' }, 'QUERY_BAD_PARAMETER'],
  [{ kind: 'planet' }, 'QUERY_BAD_PARAMETER'],
  [{ from: 'now', to: '-1h' }, 'QUERY_BAD_RANGE'],
  [{ limit: '0' }, 'QUERY_BAD_PARAMETER'],
  [{ tool: 'merge' }, 'QUERY_UNKNOWN_PARAMETER'],
])('alerts cannot be asked for by %o', async (asked, code) => {
  const answer = await get('/v1/alerts', asked as Record<string, string>);
  expect([answer.status, answer.code]).toEqual([400, code]);
});

test('an alert is told whole: its steps, why it is there, and the denials around it', async () => {
  const { status, data, meta } = await get(`/v1/alerts/${uuidOf('cursor')}`);
  expect(status).toBe(200);
  const alert = data as Record<string, unknown> & {
    transitions: Record<string, unknown>[];
    explanation: Record<string, unknown>;
    series: { from: string; to: string; window_seconds: number; points: Record<string, unknown>[] };
  };
  expect(alert).toMatchObject({ id: uuidOf('cursor'), status: 'acknowledged', pending: [] });
  expect(alert.transitions.map(({ kind, actor, note }) => [kind, actor, note])).toEqual([
    ['opened', '', ''],
    ['acknowledged', 'Ann', 'mine'],
    ['escalated', '', ''],
  ]);
  expect(alert.transitions[0]).toMatchObject({
    id: uuidOf('cursor 1'),
    sentence: expect.stringContaining('29 denials'),
  });
  expect(alert.explanation).toMatchObject({
    contributors: { human: [{ key: 'human|alice', denials: 29, share: 1, usual_share: 1, is_new: false }] },
    new_pairs: ['agent|cursor → linear'],
    grant_changes: [{ what: 'consent', before: 'high', after: 'low', human_key: 'human|alice' }],
    examples: [
      { decision_id: uuidOf('a decision'), tool: 'delete_issue', url: expect.stringContaining('/decisions/') },
    ],
    members: [{ detector: 'spike', subject: { kind: 'server', key: 'linear' }, sentence: 'as many' }],
    unless: expect.stringContaining('Fewer than 12'),
    runbook: 'https://wiki.acme.example/denials',
  });
  const { from, to, points, window_seconds } = alert.series;
  expect(window_seconds).toBe(300);
  // Six hours before the first window, in whole buckets, up to now.
  const startMs = Math.floor((nowMs - 35 * minuteMs - 6 * hourMs) / (5 * minuteMs)) * 5 * minuteMs;
  expect([Date.parse(from), meta.from]).toEqual([startMs, from]);
  expect(Date.parse(to)).toBe(Math.ceil(nowMs / (5 * minuteMs)) * 5 * minuteMs);
  expect(points).toHaveLength((Date.parse(to) - startMs) / (5 * minuteMs));
  const asked = { agent: 'agent|client-0', env: 'env-1', from, to, measures: 'denials,decisions', bucket: '5m' };
  const trends = await get('/v1/trends', asked);
  expect(points.map(({ at, denials, decisions }) => ({ bucket: at, denials, decisions }))).toEqual(trends.data);
  expect(points.reduce((sum, { denials }) => sum + Number(denials), 0)).toBeGreaterThan(5);
  // What was usual is known while it lasts, as its steps have it; before, nothing is made up.
  expect(points[0]).toMatchObject({ expected: null, bound: null, in_window: 0 });
  expect(points.at(-1)).toMatchObject({ expected: 0.05, bound: 12 });
});

async function get(path: string, parameters: Record<string, string> = {}) {
  return send('GET', `${path}?${new URLSearchParams(parameters)}`);
}

/** The operation that the document has for a request. */
function operationOf(method: string, url: string): ApiOperation {
  const path = url.split('?')[0] ?? '';
  const isIt = (one: ApiOperation) => new RegExp(`^${one.path.replaceAll(/\{\w+\}/g, '[^/]+')}$`).test(path);
  const found = operations.find((one) => one.method === method.toLowerCase() && isIt(one));
  if (found === undefined) throw new Error(`the document has no ${method} ${path}`);
  return found;
}

/** Sends as the holder of a token; whatever is answered is what the document says. */
async function send(method: 'POST' | 'DELETE' | 'GET', url: string, payload?: object, token = 'root-of-this-test') {
  const headers = { host: 'custody.example', authorization: `Bearer ${token}` };
  const response = await app.inject({ method, url, headers, ...(payload && { payload }) });
  const contentType = String(response.headers['content-type']);
  const answer = { status: response.statusCode, contentType, body: response.body };
  expect(checker.faultOf(operationOf(method, url), answer), `${method} ${url}`).toBeNull();
  const { data, code, meta, ...problem } = response.json();
  return { status: response.statusCode, data, code, meta, problem };
}

const act = (name: string, kind: string, payload?: object, token?: string) =>
  send('POST', `/v1/alerts/${uuidOf(name)}/${kind}`, payload, token);

test('an alert is taken in the name of the token, once, and shown as asked for until the alerter has it', async () => {
  const asked = { alert_id: uuidOf('tool'), action: 'acknowledge', state: 'asked', actor: 'Ann', note: 'on it' };
  const first = await act('tool', 'acknowledge', { note: ' on it ' }, ann);
  expect(first).toMatchObject({ status: 202, data: { ...asked, at: iso(nowMs) } });
  // Whoever comes second is told who was first.
  expect(await act('tool', 'acknowledge', { note: 'me too' })).toMatchObject({ status: 202, data: asked });
  expect((await get(`/v1/alerts/${uuidOf('tool')}`)).data).toMatchObject({ status: 'open', pending: [asked] });
  const { data: listed } = await get('/v1/alerts', { rule: 'merges' });
  expect(listed).toMatchObject([{ status: 'open', pending: [asked] }]);
  expect(await act('tool', 'resolve')).toMatchObject({ status: 202, data: { action: 'resolve', note: '' } });
  const actions = await readAlertActions(service.store, nowMs);
  expect(actions.map(({ kind, actor, sequence }) => [kind, actor, sequence]).sort()).toEqual([
    ['acknowledge', 'Ann', 1],
    ['resolve', 'CUSTODY_ADMIN_TOKEN', 1],
  ]);
  // What is so already is no error, and changes nothing.
  expect(await act('cursor', 'acknowledge')).toMatchObject({
    ...{ status: 200, data: { state: 'done', actor: 'Ann', note: 'mine' } },
  });
  expect(await act('linear', 'resolve')).toMatchObject({ status: 200, data: { state: 'done', actor: '' } });
  expect(await readAlertActions(service.store, nowMs)).toHaveLength(2);
});

test('nothing is done to an alert that is over, that went into another one, or that is none', async () => {
  expect(await act('linear', 'acknowledge')).toMatchObject({
    ...{ status: 409, code: 'QUERY_ALERT_OVER', problem: { alert_status: 'resolved' } },
  });
  const about = { subject: subject('agent', 'agent|client-9'), openedAtMs: nowMs - 20 * dayMs };
  await record(service.store, [
    stepOf('part', 1, about),
    stepOf('part', 2, {
      ...{ ...about, kind: 'merged', status: 'resolved', resolvedAtMs: nowMs - 19 * dayMs },
      note: `merged into ${uuidOf('cursor')}`,
    }),
    stepOf('part', 3, { ...about, kind: 'confirmed', status: 'resolved', resolvedAtMs: nowMs - 19 * dayMs }),
  ]);
  for (const kind of ['acknowledge', 'resolve']) {
    expect(await act('part', kind)).toMatchObject({
      ...{ status: 409, code: 'QUERY_ALERT_OVER', problem: { merged_into: uuidOf('cursor') } },
    });
  }
  expect((await act('none', 'resolve')).status).toBe(404);
  expect(await act('tool', 'resolve', { why: 'x' })).toMatchObject({ status: 400 });
  expect(await act('tool', 'resolve', undefined, reader)).toMatchObject({ status: 403, code: 'QUERY_NOT_ALLOWED' });
});

test('a silence is made, listed, and ended once, by whoever may operate', async () => {
  const payload = {
    matcher: { agent: ['Cursor', 'client-7*'], human: 'bob@example.org', severity: '!critical' },
    ...{ reason: 'a move', expires: '2h' },
  };
  const made = await send(
    'POST',
    '/v1/silences',
    { ...payload, matcher: { ...payload.matcher, agent: 'client-7*' } },
    ann,
  );
  expect(made).toMatchObject({
    status: 201,
    data: {
      ...{ state: 'active', reason: 'a move', created_by: 'Ann', ended_by: null },
      matcher: { agent: ['client-7*'], human: ['human|bob'], severity: '!critical' },
      ...{ starts_at: iso(nowMs), ends_at: iso(nowMs + 2 * hourMs) },
    },
  });
  const later = { matcher: { server: 'linear:linear' }, reason: 'upkeep', starts: '1d', expires: '2d' };
  const pending = await send('POST', '/v1/silences', later);
  expect(pending.data).toMatchObject({
    ...{ state: 'pending', starts_at: iso(nowMs + dayMs), matcher: { server: ['linear'] } },
  });
  const idsOfState = async (query: string) => idsOf((await send('GET', `/v1/silences${query}`)).data);
  expect(await idsOfState('')).toEqual([pending.data.id, made.data.id]);
  expect(await idsOfState('?state=active')).toEqual([made.data.id]);
  expect((await readSilences(service.store, nowMs)).map(({ id }) => id)).toHaveLength(2);
  const end = () => send('DELETE', `/v1/silences/${made.data.id}`);
  const ended = { state: 'ended', ends_at: iso(nowMs), ended_by: 'CUSTODY_ADMIN_TOKEN' };
  expect(await end()).toMatchObject({ status: 200, data: ended });
  expect(await end()).toMatchObject({ status: 200, data: ended });
  expect(await idsOfState('?state=!pending')).toEqual([made.data.id]);
  expect(await send('DELETE', `/v1/silences/${uuidOf('none')}`)).toMatchObject({ status: 404 });
  expect(await send('POST', '/v1/silences', later, reader)).toMatchObject({ status: 403 });
});

const silence = { matcher: { server: 'linear' }, reason: 'why', expires: '2h' };
test.each([
  [{ ...silence, matcher: {} }, 'QUERY_BAD_PARAMETER'],
  [{ ...silence, matcher: { color: 'red' } }, 'QUERY_UNKNOWN_PARAMETER'],
  [{ ...silence, matcher: { severity: 'urgent' } }, 'QUERY_BAD_PARAMETER'],
  [{ ...silence, matcher: { detector: 'spikes' } }, 'QUERY_BAD_PARAMETER'],
  [{ ...silence, matcher: { env: 'nowhere' } }, 'QUERY_BAD_PARAMETER'],
  [{ ...silence, matcher: { human: 'Bob' } }, 'QUERY_AMBIGUOUS_NAME'],
  [{ ...silence, reason: ' ' }, 'QUERY_BAD_PARAMETER'],
  [{ ...silence, expires: '-2h' }, 'QUERY_BAD_PARAMETER'],
  [{ ...silence, expires: '2y' }, 'QUERY_BAD_PARAMETER'],
  [{ ...silence, starts: '3h' }, 'QUERY_BAD_PARAMETER'],
  [{ matcher: silence.matcher, reason: 'for ever' }, 'QUERY_BAD_PARAMETER'],
])('no silence is made of %o', async (payload, code) => {
  expect(await send('POST', '/v1/silences', payload)).toMatchObject({ code });
});

test('a name that several have is told in the same words wherever it is asked for', async () => {
  const token = { name: 'of one Bob', scope: 'read', human: ['Bob'] };
  const answers = {
    human: [await send('GET', '/v1/decisions?human=Bob'), await send('POST', '/v1/tokens', token)],
    key: [await send('GET', '/v1/humans/Bob'), await send('GET', '/v1/humans/Bob/access-changes')],
    'matcher/human': [await send('POST', '/v1/silences', { ...silence, matcher: { human: 'Bob' } })],
  };
  for (const [parameter, told] of Object.entries(answers)) {
    const detail = `${parameter}: "Bob" is the name of human|bob, human|robert.`;
    const matches = [{ key: 'human|bob' }, { key: 'human|robert' }];
    for (const { status, problem } of told) {
      expect({ status, problem }).toMatchObject({ status: 409, problem: { detail, parameter, matches } });
    }
  }
});

test('whoever sees a part acts on that part, and silences nothing beyond it', async () => {
  const restricted = async (name: string, restriction: object) => {
    const made = await send('POST', '/v1/tokens', { name, scope: 'operate', ...restriction });
    return made.data.token as string;
  };
  const production = await restricted('production', { env: ['env-1'] });
  const github = await restricted('github', { server: ['github'] });
  expect((await act('cursor', 'resolve', {}, production)).status).toBe(202);
  expect((await act('tool', 'acknowledge', {}, production)).status).toBe(404);
  expect((await act('tool', 'acknowledge', {}, github)).status).toBe(202);
  expect((await act('cursor', 'resolve', {}, github)).status).toBe(404);
  const make = (matcher: object, token: string) => send('POST', '/v1/silences', { ...silence, matcher }, token);
  for (const [matcher, token] of [
    [{ agent: 'agent|client-0' }, production],
    [{ env: '!production' }, production],
    [{ env: 'production*' }, production],
    [{ env: 'production', server: 'github' }, github],
    [{ env: 'production', server: 'github', agent: 'agent|client-0' }, github],
    [{ severity: 'info' }, github],
    [{ server: 'linear' }, github],
  ] as const) {
    const answer = await make(matcher, token);
    const isAllowed = token === github && Object.keys(matcher).join() === 'env,server';
    expect(answer, JSON.stringify(matcher)).toMatchObject(
      isAllowed ? { status: 201 } : { status: 403, code: 'QUERY_BEYOND_RESTRICTION' },
    );
  }
  // Of an environment that the token does not show not even the name is told.
  const unknown = await make({ env: 'staging' }, production);
  expect([unknown.status, JSON.stringify(unknown.problem)]).toEqual([400, expect.not.stringContaining('env-2')]);
  const own = await make({ env: 'production', agent: 'agent|client-0' }, production);
  expect(own.status).toBe(201);
  const seen = async (token: string) => idsOf((await send('GET', '/v1/silences', undefined, token)).data);
  expect(await seen(production)).toContain(own.data.id);
  expect(await seen(github)).not.toContain(own.data.id);
  expect((await send('DELETE', `/v1/silences/${own.data.id}`, undefined, github)).status).toBe(404);
  expect((await send('DELETE', `/v1/silences/${own.data.id}`, undefined, production)).status).toBe(200);
});

test('an hour is measured by hours, and what counts no denials by nothing', async () => {
  const about = { subject: cursor, openedAtMs: nowMs - 10 * minuteMs };
  const hour = { fromMs: about.openedAtMs - 60 * minuteMs, toMs: about.openedAtMs };
  await record(service.store, [
    stepOf('hour', 1, { ...about, window: hour, observed: 40, expected: 3, bound: 20 }),
    stepOf('sweep', 1, { ...about, detector: 'sweep', observed: 5, expected: null, bound: 4 }),
  ]);
  const { series } = (await get(`/v1/alerts/${uuidOf('hour')}`)).data;
  const points: Record<string, number>[] = series.points;
  expect(series.window_seconds).toBe(3_600);
  const last = points.slice(-12).reduce((sum, { denials }) => sum + (denials ?? 0), 0);
  expect(points.at(-1)).toMatchObject({ in_window: last, expected: 3, bound: 20 });
  expect(last).toBeGreaterThan(points.at(-1)?.denials ?? 0);
  const swept = (await get(`/v1/alerts/${uuidOf('sweep')}`)).data.series;
  expect(swept.window_seconds).toBeNull();
  expect(swept.points.at(-1)).toMatchObject({ in_window: null, expected: null, bound: null });
  expect(swept.points.map(({ denials }: { denials: number }) => denials).slice(-12)).toEqual(
    points.slice(-12).map(({ denials }) => denials),
  );
});

test('what is no alert is not found', async () => {
  const none = await get(`/v1/alerts/${uuidOf('none')}`);
  expect([none.status, none.code]).toEqual([404, 'QUERY_NOT_FOUND']);
  expect((await get('/v1/alerts/x')).code).toBe('QUERY_BAD_PARAMETER');
});
