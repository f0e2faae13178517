import { expect, test } from 'vitest';
import { readKey, writeKey } from '../src/hours/hour-key.ts';
import { after, isMonth, monthOf, monthText, rangeOf } from '../src/hours/months.ts';

const november = { year: 2026, month: 10 };
const nowMs = Date.parse('2026-11-27T12:00:00Z');

test('an hour in an address is the hour of that environment', () => {
  const key = { envId: 'env@1', startMs: Date.parse('2026-11-25T04:00:00Z') };
  expect(writeKey(key)).toBe('2026-11-25T04Z@env@1');
  expect(readKey(writeKey(key))).toEqual(key);
  expect(['', '2026-11-25T04Z@', '2026-13-45T99Z@env', 'nonsense'].map(readKey)).toEqual([null, null, null, null]);
});

test('months follow each other, over the end of a year too', () => {
  expect(after(november, 2)).toEqual({ year: 2027, month: 0 });
  expect(after(november, -11)).toEqual({ year: 2025, month: 11 });
  expect(monthText(november)).toBe('November 2026');
  // A range that ends at midnight is of the month before.
  expect(monthOf({ fromMs: 0, toMs: Date.UTC(2026, 11, 1) })).toEqual(november);
});

test('a month is whole, and goes on where it is not over', () => {
  const own = rangeOf(november, nowMs);
  const october = rangeOf(after(november, -1), nowMs);
  expect(own).toEqual({ from: '2026-11-01T00:00:00.000Z', to: '' });
  expect(october).toEqual({ from: '2026-10-01T00:00:00.000Z', to: '2026-11-01T00:00:00.000Z' });
  expect(isMonth({ from: '2026-11-01', to: 'now' }, november, nowMs)).toBe(true);
  expect(isMonth({ from: '-30d', to: '' }, november, nowMs)).toBe(false);
  expect(isMonth({ ...october, to: '2026-10-31' }, after(november, -1), nowMs)).toBe(false);
});
