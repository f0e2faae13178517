import { minuteMs } from '@custody/decision';
import { expect, test } from 'vitest';
import { defaultRuleSet, growLate, type HeldAlert, lookByRules, settle, unsettledMoments } from '../../src/index.ts';
import { cell, environmentOf, nowMs, Story } from './judging.ts';

const unproven = { reading: { readUntilMs: nowMs + 24 * 60 * minuteMs, unread: [], provenUntilMs: 0 } };

/** An alert of thirty denials that was told before its time was proven, as it is after some minutes. */
function told(minutes: number): { story: Story; held: readonly HeldAlert[] } {
  const story = new Story();
  for (let minute = 0; minute <= minutes; minute += 5) story.at(minute, [cell('a', 'linear', 30)], unproven);
  return { story, held: story.alerts };
}

/** Looks at the moment that it was opened of, with so many denials known of it. */
function known(held: readonly HeldAlert[], denials: number) {
  const [momentMs = 0] = unsettledMoments(held);
  const cells = denials === 0 ? [] : [cell('a', 'linear', denials)];
  const environments = [environmentOf(cells, momentMs)];
  return { momentMs, looks: lookByRules(defaultRuleSet, { atMs: momentMs, environments, alerts: [] }) };
}

function settled(held: readonly HeldAlert[], denials: number) {
  const { momentMs, looks } = known(held, denials);
  return settle(held, looks, momentMs, nowMs + 20 * minuteMs);
}

const ofAgent = ({ alert }: HeldAlert) => alert.detector === 'spike' && alert.subject.key === 'agent|a';

test('what is found again is confirmed, once, and says what it was as first read', () => {
  const { held } = told(10);
  const same = settled(held, 30);
  expect(same.transitions).toMatchObject([{ kind: 'confirmed', status: 'open', sequence: 2, resolvedAtMs: null }]);
  expect(same.transitions[0]?.sentence).toMatch(/^Proven\. 30 denials/);
  expect(unsettledMoments(same.alerts)).toEqual([]);
  const [more] = settled(held, 40).transitions;
  expect(more).toMatchObject({ kind: 'confirmed', peak: 40, finding: { observed: 40, completeness: 'proven' } });
  expect(more?.sentence).toContain('It was 30 as first read.');
});

test('what is not found again is withdrawn, and stays quiet while it goes on', () => {
  const { alerts, transitions } = settled(told(10).held, 0);
  expect(transitions).toMatchObject([{ kind: 'withdrawn', status: 'withdrawn' }]);
  expect(alerts.find(ofAgent)?.isHushed).toBe(true);
});

test('what is a multiple of what was told is told as grown, and not again by late decisions of the same moment', () => {
  const { held } = told(10);
  const grown = settled(held, 200);
  expect(grown.transitions).toMatchObject([{ kind: 'escalated', peak: 200, finding: { observed: 200 } }]);
  const { looks } = known(held, 200);
  expect(growLate(grown.alerts, looks, nowMs).transitions).toEqual([]);
  // The other way round: what late decisions told, proof only confirms.
  const late = growLate(held, looks, nowMs);
  expect(late.transitions).toMatchObject([{ kind: 'escalated' }]);
  expect(settled(late.alerts, 200).transitions).toMatchObject([{ kind: 'confirmed' }]);
});

test('whatever is learned of an alert that is over, it ended when it ended', () => {
  const { story, held } = told(130);
  const endedMs = story.transitions.at(-1)?.resolvedAtMs;
  expect(story.transitions.at(-1)).toMatchObject({ kind: 'resolved', resolvedAtMs: expect.any(Number) });
  for (const [denials, kind] of [
    [30, 'confirmed'],
    [0, 'withdrawn'],
    [200, 'changed'],
  ] as const) {
    const { alerts, transitions } = settled(held, denials);
    expect(transitions).toMatchObject([{ kind, resolvedAtMs: endedMs }]);
    expect(alerts.find(ofAgent)?.told?.resolvedAtMs).toBe(endedMs);
  }
  // What late decisions told, proof only confirms: it is said once, and as no second end.
  const late = growLate(held, known(held, 200).looks, nowMs);
  expect(late.transitions).toMatchObject([{ kind: 'changed', status: 'resolved', resolvedAtMs: endedMs, peak: 200 }]);
  expect(growLate(late.alerts, known(held, 200).looks, nowMs).transitions).toEqual([]);
  expect(settled(late.alerts, 200).transitions).toMatchObject([{ kind: 'confirmed', resolvedAtMs: endedMs }]);
});

test('more of a moment that was read again as history is on record, and told to nobody', () => {
  const { held } = told(10);
  const { momentMs, looks } = known(held, 200);
  const envIds = [...new Set(held.map(({ alert }) => alert.subject.envId))];
  const { transitions, alerts } = settle(held, looks, momentMs, nowMs + 20 * minuteMs, envIds);
  expect(transitions).toMatchObject([{ kind: 'confirmed', peak: 200, finding: { observed: 200 } }]);
  expect(alerts.find(ofAgent)?.alert.toldPeak).toBe(30);
});
