import { expect, test } from 'vitest';
import { parseTimeText } from '../src/index.ts';

const nowMs = Date.parse('2026-03-04T10:20:30.500Z');

test.each([
  ['now', '2026-03-04T10:20:30.500Z'],
  ['today', '2026-03-04T00:00:00.000Z'],
  ['-30m', '2026-03-04T09:50:30.500Z'],
  ['-24h', '2026-03-03T10:20:30.500Z'],
  ['-30d', '2026-02-02T10:20:30.500Z'],
  ['-2w', '2026-02-18T10:20:30.500Z'],
  ['2026-03-01', '2026-03-01T00:00:00.000Z'],
  ['2026-03-01T10:00:00+01:00', '2026-03-01T09:00:00.000Z'],
  ['2026-03-01T10:00:00 01:00', '2026-03-01T09:00:00.000Z'],
])('%s is a time', (text, instant) => {
  expect(parseTimeText(text, nowMs)).toBe(Date.parse(instant));
});

test.each(['', 'yesterday', '24h', '-24', '-999999w', '2026-02-30', '2026-13-01', '1969-12-31T00:00:00Z'])(
  '%j is none',
  (text) => {
    expect(parseTimeText(text, nowMs)).toBeNull();
  },
);
