import { dayMs, hourMs, minuteMs } from '@custody/decision';
import { DecisionBlock, writeDecisions } from '@custody/store';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { record, stepOf, uuidOf } from './alert-world.ts';
import { nowMs, startService, type TestService } from './service.ts';
import { makeWorld, storedRow } from './world.ts';

let service: TestService;
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
  stepOf('linear', 1, { subject: subject('server', 'linear'), openedAtMs: nowMs - 30 * hourMs, severity: 'warning' }),
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
    human: row.human === 'human|robert' ? 'human|bob' : row.human,
  }));
  await writeDecisions(service.store, DecisionBlock.of(rows.map(storedRow)));
});
afterAll(() => service.stop());

const idsOf = (data: readonly Record<string, unknown>[]) => data.map(({ id }) => id);
const named = (...names: string[]) => names.map((name) => uuidOf(name));

test('alerts are listed as their last step left them, with what was found and who has taken them', async () => {
  const { status, data, meta } = await service.get('/v1/alerts');
  expect(status).toBe(200);
  // The tool's goes on since before the range began; what is over is listed while the range has some of it.
  expect(idsOf(data)).toEqual(named('cursor', 'bob', 'linear', 'tool'));
  expect(data[0]).toEqual({
    ...{ id: uuidOf('cursor'), status: 'acknowledged', severity: 'critical', rule: 'denial-spike', rule_version: '1' },
    detector: 'spike',
    subject: { env_id: 'env-1', env_name: 'production', kind: 'agent', key: 'agent|client-0', name: 'Cursor' },
    ...{ title: 'agent Cursor: 29 denials in 5 minutes', sentence: 'Grew from 29 to 120. 120 denials in 5 minutes.' },
    ...{ opened_at: iso(nowMs - 30 * minuteMs), last_at: iso(nowMs - 28 * minuteMs), last_kind: 'escalated' },
    ...{ resolved_at: null, sequence: 3, observed: 120, expected: 0.05, bound: 12, probability: 3e-12, peak: 120 },
    window: { from: iso(nowMs - 35 * minuteMs), to: iso(nowMs - 30 * minuteMs) },
    ...{ is_late: false, completeness: 'proven', silenced_by: [], members: 1 },
    ...{ acknowledged_by: 'Ann', acknowledged_at: iso(nowMs - 29 * minuteMs) },
    url: `https://custody.acme.example/alerts/${uuidOf('cursor')}`,
  });
  expect(data[1]).toMatchObject({ status: 'withdrawn', acknowledged_by: null, silenced_by: [expect.any(String)] });
  expect(data[2]).toMatchObject({
    status: 'resolved',
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
  const { status, data } = await service.get('/v1/alerts', asked as Record<string, string>);
  expect([status, idsOf(data)]).toEqual([200, named(...expected)]);
});

test('counts are of each status whatever status is asked for, and of what else is asked', async () => {
  const { meta } = await service.get('/v1/alerts', { status: 'open', env: 'production' });
  expect(meta.counts).toEqual({ status: { acknowledged: 1, resolved: 1, withdrawn: 1 }, severity: {} });
});

test('pages follow one another by a cursor that belongs to the question', async () => {
  const pages: unknown[] = [];
  let cursor: unknown;
  do {
    const { data, meta } = await service.get('/v1/alerts', {
      limit: '1',
      ...(cursor ? { cursor: String(cursor) } : {}),
    });
    pages.push(...idsOf(data));
    cursor = meta.next;
  } while (cursor !== null);
  expect(pages).toEqual(named('cursor', 'bob', 'linear', 'tool'));
  const { meta } = await service.get('/v1/alerts', { limit: '1' });
  const other = await service.get('/v1/alerts', { cursor: String(meta.next), status: 'open' });
  expect([other.status, other.body.code]).toEqual([400, 'QUERY_BAD_CURSOR']);
});

test.each([
  [{ status: 'loud' }, 'QUERY_BAD_PARAMETER'],
  [{ kind: 'planet' }, 'QUERY_BAD_PARAMETER'],
  [{ from: 'now', to: '-1h' }, 'QUERY_BAD_RANGE'],
  [{ limit: '0' }, 'QUERY_BAD_PARAMETER'],
  [{ tool: 'merge' }, 'QUERY_UNKNOWN_PARAMETER'],
])('alerts cannot be asked for by %o', async (asked, code) => {
  const { status, body } = await service.get('/v1/alerts', asked as Record<string, string>);
  expect([status, body.code]).toEqual([400, code]);
});

test('an alert is told whole: its steps, why it is there, and the denials around it', async () => {
  const { status, body, meta } = await service.get(`/v1/alerts/${uuidOf('cursor')}`);
  expect(status).toBe(200);
  const alert = body.data as Record<string, unknown> & {
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
  const trends = await service.get('/v1/trends', asked);
  expect(points.map(({ at, denials, decisions }) => ({ bucket: at, denials, decisions }))).toEqual(trends.data);
  expect(points.reduce((sum, { denials }) => sum + Number(denials), 0)).toBeGreaterThan(5);
  // What was usual is known while it lasts, as its steps have it; before, nothing is made up.
  expect(points[0]).toMatchObject({ expected: null, bound: null, in_window: 0 });
  expect(points.at(-1)).toMatchObject({ expected: 0.05, bound: 12 });
});

test('what is no alert is not found', async () => {
  const none = await service.get(`/v1/alerts/${uuidOf('none')}`);
  expect([none.status, none.body.code]).toEqual([404, 'QUERY_NOT_FOUND']);
  expect((await service.get('/v1/alerts/x')).body.code).toBe('QUERY_BAD_PARAMETER');
});
