import { minuteMs } from '@custody/decision';
import { expect, test } from 'vitest';
import { defaultRuleSet, growLate, type HeldAlert, lookByRules } from '../../src/index.ts';
import { cell, environmentOf, nowMs, Story } from './judging.ts';

/** An alert of thirty denials, as it is after some minutes. */
function told(minutes: number): { story: Story; held: readonly HeldAlert[] } {
  const story = new Story();
  for (let minute = 0; minute <= minutes; minute += 5) story.at(minute, [cell('a', 'linear', 30)]);
  return { story, held: story.alerts };
}

function looksAt(denials: number) {
  const environment = environmentOf([cell('a', 'linear', denials)], nowMs);
  return lookByRules(defaultRuleSet, { atMs: nowMs, environments: [environment], alerts: [] });
}

const ofAgent = ({ alert }: HeldAlert) => alert.detector === 'spike' && alert.subject.key === 'agent|a';

test('late decisions that make an open alert a multiple of what was told are told once, under its name', () => {
  const { story, held } = told(5);
  const first = growLate(held, looksAt(200), nowMs);
  expect(first.transitions).toMatchObject([{ kind: 'escalated', status: 'open', sequence: 2, peak: 200, atMs: nowMs }]);
  expect(first.transitions[0]?.alertId).toBe(story.transitions[0]?.alertId);
  expect(first.transitions[0]?.sentence).toContain('it was 200, not 30');
  expect(growLate(first.alerts, looksAt(200), nowMs).transitions).toEqual([]);
});

test('a few late decisions raise the peak and are not told, and fewer than are known change nothing', () => {
  const { held } = told(5);
  const more = growLate(held, looksAt(40), nowMs);
  expect(more.transitions).toEqual([]);
  expect(more.alerts.find(ofAgent)?.alert).toMatchObject({ peak: 40, toldPeak: 30 });
  expect(growLate(held, looksAt(20), nowMs)).toEqual({ alerts: held, transitions: [] });
});

test('of an alert that is over they are told once as what changed, and not when it ended', () => {
  const { story, held } = told(130);
  const ended = story.transitions.at(-1);
  expect(ended?.kind).toBe('resolved');
  const { alerts, transitions } = growLate(held, looksAt(200), nowMs - minuteMs);
  expect(transitions).toMatchObject([
    { kind: 'changed', status: 'resolved', resolvedAtMs: ended?.resolvedAtMs, alertId: ended?.alertId, sequence: 3 },
  ]);
  expect(alerts.find(ofAgent)?.told?.resolvedAtMs).toBe(ended?.resolvedAtMs);
  expect(growLate(alerts, looksAt(200), nowMs - minuteMs).transitions).toEqual([]);
});
