import { expect, test } from 'vitest';
import { alphaOf, type EnvironmentInput, lookByRules, looksADay, parseRules, ruleSetOf } from '../../src/index.ts';
import { environmentAt } from '../watching.ts';
import { nowMs } from './judging.ts';

const activeByKind = { agent: 300, human: 100, server: 8, tool: 150, reason: 6, environment: 1 };
/** Beside the counts ten servers and the environment, whose shares are watched. */
const activeSeries = 565 + 10 + 1;

function alphasOf(documents: readonly object[], given: Partial<EnvironmentInput>): Map<string, number> {
  const { rules, faults } = parseRules(documents, 'file');
  expect(faults).toEqual([]);
  const environments = [environmentAt(nowMs, given)];
  const looks = lookByRules(ruleSetOf(rules), { atMs: nowMs, environments, alerts: [] });
  return new Map(looks.map(({ rule, alpha }) => [rule.name, alpha]));
}

/** A tenth of a budget is spent on the probability of a look. */
const shared = (budget: number, series: number) =>
  alphaOf({ falseAlertsADay: budget * 0.1, activeSeries: series, looksADay });

test('a budget is shared over the series that the rule watches, and over all where that is not known', () => {
  const rules = [
    { name: 'agents', detectors: ['spike'], budget: 1, scope: { kinds: ['agent'] } },
    { name: 'people', detectors: ['spike', 'source_silent'], budget: 1, scope: { kinds: ['agent', 'human'] } },
    { name: 'one', detectors: ['spike'], budget: 1, scope: { agent: 'cursor' } },
  ];
  const known = alphasOf(rules, { activeSeries, activeByKind });
  expect(known.get('agents')).toBe(shared(1, 300));
  expect(known.get('people')).toBe(shared(1, 401));
  expect(known.get('one')).toBe(shared(1, 1));
  // What comes with Custody watches all of it: counts by one rule, with the shares.
  expect(known.get('unusual-denials')).toBe(shared(0.85, activeSeries));
  const unknown = alphasOf(rules, { activeSeries });
  expect(unknown.get('agents')).toBe(shared(1, activeSeries));
  expect(unknown.get('one')).toBe(shared(1, 1));
});
