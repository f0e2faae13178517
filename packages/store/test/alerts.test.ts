import { afterAll, beforeAll, expect, test } from 'vitest';
import { alertTransition, uuidOf } from '../../../test/kit/alert-transition.ts';
import {
  type AlertsWanted,
  alertCounts,
  alertSteps,
  alertsPage,
  ask,
  everything,
  readAlertActions,
  readAlertLook,
  readAlertTransition,
  readSilences,
  readStoredRules,
  type Scope,
  writeAlertAction,
  writeAlertDeliveries,
  writeAlertLooks,
  writeAlertTransitions,
  writeRule,
  writeSilence,
} from '../src/index.ts';
import { startMigratedEngine, type TestEngine } from './engine.ts';

let engine: TestEngine;
beforeAll(async () => {
  engine = await startMigratedEngine();
});
afterAll(() => engine.stop());

const select = (sql: string) => engine.client.select('test', sql, {});
const lookId = uuidOf('a look');
const opened = alertTransition({ probability: null, expected: null });
const resolved = alertTransition({
  sequence: 2,
  ...{ kind: 'resolved', status: 'resolved', resolvedAtMs: opened.atMs + 3_600_000, silencedBy: ['maintenance'] },
});

test('a step comes back as it was written, and one that is written again stays one', async () => {
  const steps = [
    { transition: opened, lookId },
    { transition: resolved, lookId: null },
  ];
  await writeAlertTransitions(engine.client, steps);
  await writeAlertTransitions(engine.client, steps.slice(0, 1));
  for (const step of steps) {
    expect(await readAlertTransition(engine.client, step.transition.transitionId)).toEqual(step);
  }
  expect(await readAlertTransition(engine.client, uuidOf('none'))).toBeNull();
  expect(
    await select('SELECT kind, subject_key, resolved_at IS NULL AS lasts FROM custody.alerts ORDER BY sequence'),
  ).toEqual([
    { kind: 'opened', subject_key: 'agent|cursor', lasts: 1 },
    { kind: 'resolved', subject_key: 'agent|cursor', lasts: 0 },
  ]);
});

test('a look can be judged again as it was, and is one however often it is written', async () => {
  const input = JSON.stringify({ atMs: opened.atMs, environments: [{ key: 'ä\ud83d\ude00"\\' }] });
  const look = { lookId, atMs: opened.atMs, decidedAtMs: Date.now(), input };
  await writeAlertLooks(engine.client, [look]);
  await writeAlertLooks(engine.client, [look]);
  expect(await readAlertLook(engine.client, lookId)).toBe(input);
  expect(await readAlertLook(engine.client, uuidOf('none'))).toBeNull();
});

test('attempts to deliver are on record, each once', async () => {
  const { transitionId, alertId } = opened;
  const attempt = {
    transitionId,
    alertId,
    channel: 'oncall',
    atMs: Date.now(),
    outcome: 'failed',
    attempt: 1,
  } as const;
  const failed = { ...attempt, detail: 'answered 500' };
  await writeAlertDeliveries(engine.client, [failed]);
  const delivered = { ...attempt, atMs: attempt.atMs + 1_000, outcome: 'delivered', attempt: 2, detail: '' } as const;
  await writeAlertDeliveries(engine.client, [failed, delivered]);
  const sql = 'SELECT outcome, attempt, detail FROM custody_internal.alert_deliveries FINAL ORDER BY at';
  expect(await select(sql)).toEqual([
    { outcome: 'failed', attempt: 1, detail: 'answered 500' },
    { outcome: 'delivered', attempt: 2, detail: '' },
  ]);
});

test('a rule is what was said of it last, until it is deleted', async () => {
  const change = (atMs: number, document: object | null) =>
    writeRule(engine.client, {
      ...{ name: 'linear', atMs, by: 'Ann' },
      rule: document === null ? null : { version: `v${atMs}`, document },
    });
  await change(1_000, { name: 'linear' });
  await change(2_000, { name: 'linear', budget: 0.5 });
  expect(await readStoredRules(engine.client)).toMatchObject([
    { name: 'linear', version: 'v2000', document: '{"name":"linear","budget":0.5}', changed_by: 'Ann' },
  ]);
  await change(3_000, null);
  expect(await readStoredRules(engine.client)).toEqual([]);
  expect(await select('SELECT count() AS changes FROM custody_internal.alert_rules')).toEqual([{ changes: 3 }]);
});

test('a silence that was ended stays so, and what is over is not read', async () => {
  const silence = {
    ...{ id: uuidOf('silence'), matcher: { agent: ['cursor*'] }, reason: 'a move', startsAtMs: 1_000, endsAtMs: 9_000 },
    ...{ createdAtMs: 500, createdBy: 'Ann', endedBy: '' },
  };
  await writeSilence(engine.client, silence);
  expect(await readSilences(engine.client, 9_000)).toEqual([silence]);
  await writeSilence(engine.client, { ...silence, endsAtMs: 4_000, endedBy: 'Bob' });
  await writeSilence(engine.client, silence);
  expect(await readSilences(engine.client, 4_000)).toEqual([{ ...silence, endsAtMs: 4_000, endedBy: 'Bob' }]);
  expect(await readSilences(engine.client, 4_001)).toEqual([]);
});

test('what somebody did to an alert is read since a moment', async () => {
  const nowMs = Date.now();
  const action = {
    ...{ actionId: uuidOf('action'), alertId: opened.alertId, sequence: 1, kind: 'acknowledge' as const },
    ...{ actor: 'Ann', note: 'on it', atMs: nowMs },
  };
  await writeAlertAction(engine.client, action);
  await writeAlertAction(engine.client, action);
  expect(await readAlertActions(engine.client, nowMs)).toEqual([action]);
  expect(await readAlertActions(engine.client, nowMs + 1)).toEqual([]);
});

test('alerts are found by what they are about, and shown to whoever may surely see it', async () => {
  const about = (name: string, kind: string, key: string, envId = 'e1') =>
    alertTransition({
      ...{ alertId: uuidOf(name), transitionId: uuidOf(`${name} 1`), detector: name },
      subject: { envId, envName: `env ${envId}`, kind, key, name: key },
    });
  const all = [
    about('a1', 'agent', 'agent|a'),
    about('h1', 'human', 'human|h'),
    about('s1', 'server', 'linear'),
    about('t1', 'tool', 'linear:create'),
    about('p1', 'pair', 'agent|a → linear', 'e2'),
  ];
  await writeAlertTransitions(
    engine.client,
    all.map((transition) => ({ transition, lookId: null })),
  );
  const range = { fromMs: opened.openedAtMs, toMs: opened.openedAtMs + 1 };
  const found = async (wanted: Partial<AlertsWanted>) => {
    const filters = { detector: [{ text: 'spike', isPrefix: false, isNegated: true }], ...wanted.filters };
    const rows = await ask(engine.client, alertsPage({ range, scope: everything, ...wanted, filters }, null, 100));
    return rows.map(({ detector }) => detector).sort();
  };
  const value = (text: string) => [{ text, isPrefix: false, isNegated: false }];
  const seenBy = (scope: Partial<Scope>) => found({ scope: { ...everything, ...scope } });
  expect(await found({})).toEqual(['a1', 'h1', 'p1', 's1', 't1']);
  expect(await found({ filters: { agent: value('a') } })).toEqual(['a1', 'p1']);
  expect(await found({ filters: { server: value('linear'), env: value('env e1') } })).toEqual(['s1', 't1']);
  expect(await found({ range: { fromMs: 0, toMs: opened.openedAtMs } })).toEqual([]);
  expect(await seenBy({ envIds: ['e2'] })).toEqual(['p1']);
  expect(await seenBy({ servers: ['linear'] })).toEqual(['p1', 's1', 't1']);
  expect(await seenBy({ humans: ['human|h'] })).toEqual(['h1']);
  expect(await seenBy({ humans: ['human|h'], servers: ['linear'] })).toEqual([]);
  const server = uuidOf('s1');
  expect(await ask(engine.client, alertSteps(server, { ...everything, humans: ['human|h'] }))).toEqual([]);
  expect(await ask(engine.client, alertSteps(server, everything))).toHaveLength(1);
  const [first, second] = await ask(engine.client, alertsPage({ range, scope: everything, filters: {} }, null, 2));
  const after = { openedAtMs: first?.openedAtMs ?? 0, alertId: first?.alertId ?? '' };
  const [next] = await ask(engine.client, alertsPage({ range, scope: everything, filters: {} }, after, 1));
  expect(next?.alertId).toBe(second?.alertId);
  expect(await ask(engine.client, alertCounts({ range, scope: everything, filters: {} }))).toEqual([
    { status: 'open', severity: 'critical', alerts: 5 },
    { status: 'resolved', severity: 'critical', alerts: 1 },
  ]);
});
