import { minuteMs } from '@custody/decision';
import { describe, expect, test } from 'vitest';
import { type DeniedCell, judge, parseRules, ruleSetOf } from '../../src/index.ts';
import { cell, environmentOf, nowMs, Story } from './judging.ts';

const attack = [cell('a', 'linear', 30)];
function repeated(cells: readonly DeniedCell[], minutes: number): DeniedCell[] {
  return Array.from({ length: minutes }, (_, at) =>
    cells.map((it) => ({ ...it, atMs: it.atMs + at * minuteMs })),
  ).flat();
}
function rulesOf(...documents: readonly object[]) {
  const { rules, faults } = parseRules(documents, 'file');
  expect(faults).toEqual([]);
  return ruleSetOf(rules);
}

describe('one incident', () => {
  test('is one alert, told after half a minute, with everything else of its cause as members', () => {
    const story = new Story();
    story.at(0, attack);
    expect(story.lines).toEqual([]);
    story.at(1, attack);
    expect(story.lines).toEqual(['1 opened agent|a']);
    expect(story.told[0]?.members).toEqual(
      expect.arrayContaining(['environment', 'human|of a', 'linear', 'linear:t', 'no_permission']),
    );
    expect(story.transitions[0]).toMatchObject({ atMs: nowMs, sequence: 1, severity: 'warning', channels: null });
  });

  test('ends once, and comes back under the same name', () => {
    const story = new Story();
    // An hour until it lies outside of the longer window, and one of quiet.
    for (let minute = 0; minute < 130; minute += 5) story.at(minute, attack);
    const again = [cell('a', 'linear', 30, { atMs: nowMs + 149 * minuteMs })];
    story.at(150, again);
    expect(story.lines).toEqual(['5 opened agent|a', '115 resolved agent|a', '150 reopened agent|a']);
    expect(new Set(story.transitions.map(({ alertId }) => alertId)).size).toBe(1);
    expect(story.told.map(({ sequence }) => sequence)).toEqual([1, 2, 3]);
  });

  test('of three agents at one server is the server’s, and what was told of the first goes into it', () => {
    const story = new Story();
    story.at(0, attack);
    story.at(1, attack);
    const all = [...attack, ...['b', 'c'].map((agent) => cell(agent, 'linear', 30, { atMs: nowMs + minuteMs }))];
    story.at(2, all);
    story.at(3, all);
    expect(story.lines).toEqual(['1 opened agent|a', '3 opened linear', '3 merged agent|a']);
    const [, opened, merged] = story.transitions;
    expect(merged).toMatchObject({ status: 'resolved', mergedInto: opened?.alertId });
  });

  test('stays apart from another one at the same time', () => {
    const story = new Story();
    const both = [...attack, cell('b', 'github', 25)];
    story.at(0, both);
    story.at(1, both);
    expect(story.lines).toEqual(['1 opened agent|a', '1 opened agent|b']);
  });
});

describe('a member', () => {
  test('is told by itself when its lead ends and it goes on', () => {
    const rules = rulesOf(
      { name: 'unusual-denials', enabled: false },
      { name: 'agents', detectors: 'spike', scope: { kinds: 'agent' }, alert: { resolve_after: '10m' } },
      { name: 'servers', detectors: 'spike', scope: { kinds: 'server' } },
    );
    const story = new Story(rules);
    // Every minute another agent is denied once, which nobody would notice of any of them.
    const others = Array.from({ length: 120 }, (_, at) =>
      cell(`other ${at}`, 'linear', 1, { atMs: nowMs + at * minuteMs }),
    );
    for (let minute = 0; minute <= 90; minute += 1) story.at(minute, [...attack, ...others]);
    expect(story.lines).toEqual(['1 opened agent|a', '69 resolved agent|a', '70 opened linear']);
  });

  test('that is worse makes its lead grow', () => {
    const story = new Story();
    story.at(0, attack);
    story.at(1, attack);
    const tools = ['linear:a', 'linear:b', 'linear:c', 'linear:t'];
    const deniedTools = [{ agentKey: 'agent|a', tools, denials: 31, usualMost: 0 }];
    const [escalated] = story.at(2, attack, { deniedTools });
    expect(escalated).toMatchObject({
      kind: 'escalated',
      severity: 'critical',
      rules: ['unusual-denials', 'suspicious-agents'],
    });
    expect(escalated?.sentence).toMatch(/^Now also: Denied on 4 tools/);
  });
});

describe('what somebody does', () => {
  const opened = () => {
    const story = new Story();
    story.at(0, attack);
    const [first] = story.at(1, attack);
    const action = { alertId: first?.alertId ?? '', sequence: 1, actor: 'Ann', note: 'on it' };
    return { story, action };
  };

  test('is on record, once', () => {
    const { story, action } = opened();
    const acknowledge = { ...action, kind: 'acknowledge' as const };
    story.at(2, attack, {}, [acknowledge]);
    story.at(3, attack, {}, [acknowledge]);
    expect(story.lines).toEqual(['1 opened agent|a', '2 acknowledged agent|a']);
    expect(story.transitions[1]).toMatchObject({ actor: 'Ann', note: 'on it', status: 'acknowledged' });
  });

  test('ends an alert until it grows', () => {
    const { story, action } = opened();
    story.at(2, attack, {}, [{ ...action, kind: 'resolve' }]);
    for (let minute = 3; minute < 8; minute += 1) story.at(minute, attack);
    expect(story.lines).toEqual(['1 opened agent|a', '2 resolved agent|a']);
    story.at(8, [cell('a', 'linear', 200, { atMs: nowMs + 7 * minuteMs })], {}, [{ ...action, kind: 'resolve' }]);
    expect(story.lines.slice(2)).toContain('8 reopened agent|a');
    // What was done before it came back says nothing about it now.
    story.at(9, attack, {}, [{ ...action, kind: 'resolve' }]);
    expect(story.lines.filter((line) => line.endsWith('resolved agent|a'))).toHaveLength(1);
  });
});

test('a rule that is gone ends its alerts', () => {
  const story = new Story();
  story.at(0, attack);
  story.at(1, attack);
  const atMs = nowMs + 2 * minuteMs;
  const off = rulesOf({ name: 'unusual-denials', enabled: false });
  const { alerts, transitions } = judge(off, {
    atMs,
    environments: [environmentOf(attack, atMs)],
    alerts: story.alerts,
  });
  expect(transitions).toMatchObject([{ kind: 'resolved', sequence: 2 }]);
  expect(alerts).toEqual([]);
});

test('a limit counts what lies within its scope, by what it is counted per', () => {
  const rules = rulesOf({
    name: 'limit',
    threshold: { at_least: 10, within: '10m', per: 'human' },
    scope: { server: 'linear', tool: '!linear:t2' },
    severity: 'info',
  });
  const cells = [
    ...['a', 'b'].map((it) => cell(it, 'linear', 6, { human: 'human|h' })),
    cell('a', 'jira', 9),
    cell('c', 'linear', 9, { tool: 'linear:t2' }),
  ];
  const { findings } = judge(rules, {
    atMs: nowMs,
    environments: [environmentOf(cells, nowMs, { series: [] })],
    alerts: [],
  });
  expect(findings).toMatchObject([
    { rule: 'limit', finding: { subject: { kind: 'human', key: 'human|h' }, observed: 12 } },
  ]);
});

test('minutes that are repeated keep an alert open', () => {
  const story = new Story();
  const lasting = repeated(attack, 180);
  for (let minute = 0; minute < 180; minute += 5) story.at(minute, lasting);
  expect(story.lines.filter((line) => line.includes('resolved'))).toEqual([]);
});
