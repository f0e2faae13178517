import { type GrantRecord, hourMs, type TimeRange } from '@custody/decision';
import { describe, expect, test } from 'vitest';
import { GrantChanges } from '../src/reattribution/grant-changes.ts';
import { planJobs } from '../src/reattribution/jobs.ts';
import { planSteps } from '../src/reattribution/steps.ts';
import { ceilingOf, consentOf, listings, noonMs, toolOf, userOf } from './kit/calls.ts';

const envId = 'env';
const always: TimeRange = { fromMs: Number.NEGATIVE_INFINITY, toMs: Number.POSITIVE_INFINITY };
const ms = (hours: number) => noonMs + hours * hourMs;

/** A history that is known and worked off, with all listings as of noon. */
function known(...records: readonly GrantRecord[]) {
  const changes = new GrantChanges({ position: 0, listings: [] });
  let position = 0;
  const learn = (record: GrantRecord) => {
    position += 1;
    return changes.apply(record, position);
  };
  for (const record of [toolOf(envId, 'create_issue', 'high'), ...listings(envId, 0), ...records]) learn(record);
  changes.caughtUp();
  return { changes, learn: (...news: readonly GrantRecord[]) => news.flatMap(learn) };
}

describe('what a change may bear on', () => {
  test('a new consent: the calls of its agent since it was given', () => {
    const [change] = known().learn(consentOf(envId, 'alice', { from: -2, seen: 1 }));
    expect(change).toMatchObject({ scope: { kind: 'agent', key: 'agent|a' }, range: { ...always, fromMs: ms(-2) } });
  });

  test('its end: only the calls since it was last seen', () => {
    const { learn } = known(consentOf(envId, 'alice'));
    const [change] = learn(consentOf(envId, 'alice', { lastSeen: 0, missing: 1 }));
    expect(change?.range).toEqual({ ...always, fromMs: ms(0) + 1 });
  });

  test('the next listing: what it confirms, of everybody, once for each kind that matters', () => {
    const changes = known().learn(...listings(envId, 1));
    const confirmed = { scope: { kind: 'all' }, range: { fromMs: ms(0) + 1, toMs: ms(1) + 1 }, isConfirmation: true };
    expect(changes).toHaveLength(3);
    for (const change of changes) expect(change).toMatchObject(confirmed);
  });

  test('a level: the calls of its server; the first tool of all: whether there are servers, so everybody’s', () => {
    const levels = [ceilingOf(envId, 'alice', 'low', { seen: 1 }), toolOf(envId, 'delete_issue', 'high', { seen: 1 })];
    for (const change of known().learn(...levels)) expect(change.scope).toEqual({ kind: 'server', key: 'linear' });
    const first = new GrantChanges({ position: 0, listings: [] });
    expect(first.apply(toolOf(envId, 'create_issue', 'high'), 1)).toMatchObject([{ scope: { kind: 'all' } }]);
  });

  test('a name: all calls of the user in all time', () => {
    const [change] = known().learn(userOf(envId, 'alice', 'Alice', { seen: 1 }));
    expect(change).toMatchObject({ scope: { kind: 'user', key: 'human|alice' }, range: always });
  });

  test('what was worked off before: nothing; after a restart a predecessor may be gone, so all of a fact’s time counts', () => {
    const changes = new GrantChanges({ position: 1, listings: [{ envId, kind: 'consent', listedAtMs: ms(-1) }] });
    expect(changes.apply(consentOf(envId, 'bob'), 1)).toEqual([]);
    const [ended] = changes.apply(consentOf(envId, 'alice', { from: -5, lastSeen: 0, missing: 1 }), 2);
    expect(ended?.range).toEqual({ ...always, fromMs: ms(-5) });
    const [listed] = listings(envId, 0);
    expect(changes.apply(listed as GrantRecord, 3)).toMatchObject([{ range: { fromMs: ms(-1) + 1, toMs: ms(0) + 1 } }]);
  });
});

describe('jobs', () => {
  test('one for each of few agents, however often they changed, and what a listing confirms first', () => {
    const { learn } = known();
    const changes = learn(
      consentOf(envId, 'alice', { seen: 1 }),
      consentOf(envId, 'bob', { seen: 1 }),
      consentOf(envId, 'bob', { seen: 1 }, 'agent|b'),
      ...listings(envId, 1),
    );
    expect(
      planJobs(changes).map(({ agents, isConfirmation, causes }) => [agents, isConfirmation, causes.length]),
    ).toEqual([
      [[], true, 3],
      [['agent|a'], false, 2],
      [['agent|b'], false, 1],
    ]);
  });

  test('one for many agents together', () => {
    const { learn } = known();
    const many = Array.from({ length: 40 }, (_, n) => consentOf(envId, 'alice', { seen: 1 }, `agent|${n}`));
    const jobs = planJobs(learn(...many));
    expect(jobs.map(({ agents, position }) => [agents.length, position])).toEqual([[40, 45]]);
  });

  test('none beside one that looks at everybody’s rows anyway', () => {
    const first = new GrantChanges({ position: 0, listings: [] });
    const news = [consentOf(envId, 'alice'), ...listings(envId, 0)].flatMap((record, n) => first.apply(record, n + 1));
    expect(planJobs(news)).toMatchObject([{ agents: [], range: always, isConfirmation: false, position: 4 }]);
  });
});

test('steps hold so many rows at most, end with the month, and cover every hour once', () => {
  const monthMs = Date.UTC(2026, 10, 1);
  const hours = [3, 2, 1, 0, -1, -2].map((n) => ({ hourStartMs: monthMs + n * hourMs, rows: n === 2 ? 250 : 40 }));
  const steps = planSteps(hours, 100);
  expect(steps.map(({ fromMs, toMs }) => [(fromMs - monthMs) / hourMs, (toMs - monthMs) / hourMs])).toEqual([
    [3, 4],
    [expect.closeTo(2.667), 3],
    [expect.closeTo(2.333), expect.closeTo(2.667)],
    [2, expect.closeTo(2.333)],
    [0, 2],
    [-2, 0],
  ]);
  for (const { rows } of steps) expect(rows).toBeLessThanOrEqual(100);
});
