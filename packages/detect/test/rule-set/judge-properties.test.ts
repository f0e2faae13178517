import { minuteMs } from '@custody/decision';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type HeldAlert, type JudgeInput, judge, parseRules, ruleSetOf } from '../../src/index.ts';
import { cell, environmentOf, nowMs } from './judging.ts';

const runs = process.env.CUSTODY_TEST_LONG === '1' ? 500 : 25;

const someCells = fc.array(
  fc
    .record({
      agent: fc.constantFrom('a', 'b', 'c', 'd', 'e'),
      server: fc.constantFrom('linear', 'github'),
      tool: fc.constantFrom('x', 'y'),
      reason: fc.constantFrom('no_permission', 'no_role_in_tenant'),
      denials: fc.integer({ min: 1, max: 40 }),
      minute: fc.integer({ min: -10, max: 12 }),
    })
    .map(({ agent, server, tool, reason, denials, minute }) =>
      cell(agent, server, denials, { tool: `${server}:${tool}`, reason, atMs: nowMs + minute * minuteMs }),
    ),
  { maxLength: 25 },
);
const someRules = fc.subarray([
  { name: 'own', detectors: 'spike', scope: { server: 'linear' }, budget: 3, severity: 'critical' },
  { name: 'limit', threshold: { at_least: 20, within: '5m', per: 'agent' } },
  { name: 'agents', detectors: ['spike', 'first_denial'], scope: { agent: ['*', '!e'].slice(1), kinds: ['agent'] } },
  { name: 'unusual-denials', enabled: false },
]);
const someActions = fc.array(
  fc.record({
    minute: fc.integer({ min: 0, max: 12 }),
    kind: fc.constantFrom('acknowledge', 'resolve'),
    nth: fc.nat(5),
  }),
  { maxLength: 3 },
);

/** Judges every two minutes, as one that turns what it is given around, or writes everything down in between, does. */
function play(
  cells: Parameters<typeof environmentOf>[0],
  documents: readonly object[],
  actions: readonly { minute: number; kind: 'acknowledge' | 'resolve'; nth: number }[],
  change: <T extends JudgeInput>(input: T) => T,
) {
  const ruleSet = ruleSetOf(parseRules(documents, 'file').rules);
  let alerts: readonly HeldAlert[] = [];
  const all = [];
  for (let minute = 0; minute <= 14; minute += 2) {
    const atMs = nowMs + minute * minuteMs;
    const told = alerts.flatMap((it) => (it.told === null ? [] : [it.told]));
    const given = actions
      .filter((it) => it.minute >= minute - 2 && it.minute < minute)
      .flatMap(({ kind, nth }) => {
        const seen = told[nth];
        return seen === undefined
          ? []
          : [{ alertId: seen.alertId, kind, sequence: seen.sequence, actor: 'Ann', note: '' }];
      });
    const environments = ['one', 'two'].map((envId, at) =>
      environmentOf(at === 0 ? cells : cells.filter(({ agent }) => agent !== 'agent|a'), atMs, { envId }),
    );
    const judged = judge(ruleSet, change({ atMs, environments, alerts, actions: given }));
    alerts = judged.alerts;
    all.push(judged);
  }
  return all;
}

describe('a judgement', () => {
  test('is the same for the same input: judged again from its record, and in whatever order', () => {
    fc.assert(
      fc.property(someCells, someRules, someActions, (cells, documents, actions) => {
        const result = play(cells, documents, actions as never, (input) => input);
        expect(play(cells, documents, actions as never, (input) => JSON.parse(JSON.stringify(input)))).toEqual(result);
        expect(JSON.parse(JSON.stringify(result))).toEqual(result);
        const turned = play(cells.toReversed(), documents.toReversed(), actions as never, (input) => ({
          ...input,
          alerts: input.alerts.toReversed(),
          environments: input.environments.toReversed().map((it) => ({ ...it, series: it.series.toReversed() })),
        }));
        expect(turned).toEqual(result);
      }),
      { numRuns: runs },
    );
  });

  test('tells a life that makes sense: one step after another, ends what it opened, and never two names for one', () => {
    fc.assert(
      fc.property(someCells, someRules, someActions, (cells, documents, actions) => {
        const judged = play(cells, documents, actions as never, (input) => input);
        const transitions = judged.flatMap((it) => it.transitions);
        const ids = transitions.map(({ transitionId }) => transitionId);
        expect(new Set(ids).size).toBe(ids.length);
        for (const [, steps] of Map.groupBy(transitions, ({ alertId }) => alertId)) {
          expect(steps.map(({ sequence }) => sequence)).toEqual(steps.map((_, at) => at + 1));
          let isOpen = false;
          for (const { kind, status } of steps) {
            expect(isOpen).toBe(kind !== 'opened' && kind !== 'reopened');
            isOpen = status === 'open' || status === 'acknowledged';
          }
        }
        // Everything that is open is told by somebody, or waits for it.
        const alerts = judged.at(-1)?.alerts ?? [];
        for (const { alert, leadId, told, waitingSinceMs, isHushed } of alerts) {
          if (alert.status === 'open') expect(leadId ?? told ?? waitingSinceMs ?? isHushed).toBeTruthy();
        }
      }),
      { numRuns: runs },
    );
  });
});
