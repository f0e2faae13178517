import { afterAll, beforeAll, expect, test } from 'vitest';
import { alertTransition, uuidOf } from '../../../test/kit/alert-transition.ts';
import {
  readAlertLook,
  readAlertTransition,
  writeAlertDeliveries,
  writeAlertLooks,
  writeAlertTransitions,
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
