import { randomUUID } from 'node:crypto';
import { type AlertTransition, minuteMs } from '@custody/decision';

/** An alert that says in every place that people read that it is a test; nothing of it is kept. */
export function testTransitions(
  nowMs: number,
  publicUrl: string,
): [opened: AlertTransition, resolved: AlertTransition] {
  const alertId = randomUUID();
  const opened: AlertTransition = {
    ...{ transitionId: randomUUID(), alertId, sequence: 1, kind: 'opened', status: 'open', severity: 'critical' },
    ...{
      atMs: nowMs,
      decidedAtMs: nowMs,
      openedAtMs: nowMs,
      resolvedAtMs: null,
      readUntilMs: nowMs,
      provenUntilMs: nowMs,
    },
    ...{ rule: 'send-test', ruleVersion: '0', detector: 'test', completeness: 'proven', isLate: false },
    subject: { envId: 'test', envName: 'test', kind: 'environment', key: '', name: 'test' },
    window: { fromMs: nowMs - 5 * minuteMs, toMs: nowMs },
    ...{ observed: 0, expected: null, bound: 0, probability: null, peak: 0 },
    title: 'TEST: this is no alert',
    sentence: 'TEST: somebody ran "custody rules send-test". Nothing happened, and nothing has to be done.',
    unless: '',
    ...{ contributors: {}, newPairs: [], grantChanges: [], examples: [], members: [], silencedBy: [], channels: [] },
    ...{ actor: '', note: '', runbook: '', url: publicUrl, isDemo: false },
  };
  const ends = {
    transitionId: randomUUID(),
    sequence: 2,
    kind: 'resolved',
    status: 'resolved',
    resolvedAtMs: nowMs,
  } as const;
  return [opened, { ...opened, ...ends }];
}
