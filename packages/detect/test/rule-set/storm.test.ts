import { minuteMs } from '@custody/decision';
import { expect, test } from 'vitest';
import { type DeniedCell, defaultRuleSet, type HeldAlert, judge } from '../../src/index.ts';
import { cell, environmentOf, nowMs } from './judging.ts';

const reasons = ['no_permission', 'no_role_in_tenant', 'disabled'];

/** Each agent at a server of its own, so that nothing is one cause with anything else. */
function apart(agents: number): DeniedCell[] {
  return Array.from({ length: agents }, (_, n) =>
    cell(`a${n}`, `server-${n}`, 30, { reason: reasons[n % reasons.length] ?? '' }),
  );
}

/** The alert, and every time that somebody asks whom it is about. */
function counted(held: HeldAlert, onRead: () => void): HeldAlert {
  const { kind, ...subject } = held.alert.subject;
  const asked = Object.defineProperty(subject, 'kind', {
    enumerable: true,
    get() {
      onRead();
      return kind;
    },
  });
  return { ...held, alert: { ...held.alert, subject: asked as HeldAlert['alert']['subject'] } };
}

test('what a storm costs grows with its alerts, and not with their square', () => {
  const costOf = (agents: number) => {
    const cells = apart(agents);
    const first = judge(defaultRuleSet, { atMs: nowMs, environments: [environmentOf(cells, nowMs)], alerts: [] });
    let reads = 0;
    const alerts = first.alerts.map((held) => counted(held, () => (reads += 1)));
    const atMs = nowMs + minuteMs;
    const { transitions } = judge(defaultRuleSet, { atMs, environments: [environmentOf(cells, atMs)], alerts });
    expect(transitions).toHaveLength(agents);
    return reads;
  };
  expect(costOf(80)).toBeLessThan(2.8 * costOf(40));
});
