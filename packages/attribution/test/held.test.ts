import { expect, test } from 'vitest';
import { heldAt } from '../src/index.ts';

const listing = { firstMs: 100, newestMs: 1_000 };
const fact = { validFromMs: null, firstSeenMs: 100, lastSeenMs: 1_000, firstMissingMs: null };

test.each([
  [50, 'assumed'],
  [100, 'observed'],
  [1_000, 'observed'],
  [1_001, 'assumed'],
])('a fact that was in the first listing and is in the newest: at %d %s', (at, held) => {
  expect(heldAt(fact, listing, at)).toBe(held);
});

test('a newer listing of its kind stands for every fact that has not ended', () => {
  const stale = { ...fact, lastSeenMs: 200 };
  expect([heldAt(stale, listing, 900), heldAt(stale, undefined, 900)]).toEqual(['observed', 'assumed']);
});

test.each([
  [499, 'absent'],
  [500, 'assumed'],
  [599, 'assumed'],
  [600, 'observed'],
])('a fact that the source says was created at 500, first listed at 600: at %d %s', (at, held) => {
  expect(heldAt({ ...fact, validFromMs: 500, firstSeenMs: 600 }, listing, at)).toBe(held);
});

test.each([
  [100, 'absent'],
  [101, 'uncertain'],
  [599, 'uncertain'],
  [600, 'observed'],
])('a fact without a start that the first listing lacked and that of 600 shows: at %d %s', (at, held) => {
  expect(heldAt({ ...fact, firstSeenMs: 600 }, listing, at)).toBe(held);
});

test.each([
  [700, 'observed'],
  [701, 'uncertain'],
  [799, 'uncertain'],
  [800, 'absent'],
])('a fact listed until 700 and missing at 800: at %d %s', (at, held) => {
  expect(heldAt({ ...fact, lastSeenMs: 700, firstMissingMs: 800 }, listing, at)).toBe(held);
});
