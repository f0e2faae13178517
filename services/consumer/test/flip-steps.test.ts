import { hourMs } from '@custody/decision';
import { expect, test } from 'vitest';
import { planFlipSteps } from '../src/flips/flip-steps.ts';

const monthStartMs = Date.UTC(2026, 10, 1);
const hour = (n: number, decisions = 10, isDue = true, envId = 'env-1') => ({
  ...{ envId, hourStartMs: monthStartMs + n * hourMs, decisions, isDue },
  ...{ newestIngestedAt: '', readAt: '' },
});
type Hours = readonly ReturnType<typeof hour>[];
const plan = (hours: Hours, isComplete: boolean, mostRows = 100) =>
  planFlipSteps(hours, { mostRows, isComplete }).map(({ fromMs, toMs, hours: own }) => [
    (fromMs - monthStartMs) / hourMs,
    (toMs - monthStartMs) / hourMs,
    own.length,
  ]);

test('hours side by side are a step, up to its rows, and a larger hour is one by itself', () => {
  expect(plan([hour(0), hour(1), hour(2, 81), hour(3, 500), hour(4)], false)).toEqual([
    [0, 2, 2],
    [2, 3, 1],
    [3, 4, 1],
    [4, 5, 1],
  ]);
});

test('a step reaches across a gap only where the gap is known to have no decisions', () => {
  const apart = [hour(0), hour(5)];
  expect(plan(apart, true)).toEqual([[0, 6, 2]]);
  expect(plan(apart, false)).toHaveLength(2);
  expect(plan([hour(0), hour(3, 10, false), hour(5)], true)).toEqual([
    [0, 1, 1],
    [5, 6, 1],
  ]);
});

test('a step stays inside a month and an environment, and nothing due is no step', () => {
  expect(plan([hour(-1), hour(0), hour(1, 10, true, 'env-2')], true)).toHaveLength(3);
  expect(plan([hour(0, 10, false)], true)).toEqual([]);
});
