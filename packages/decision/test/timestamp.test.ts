import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { formatTimestamp, parseTimestamp } from '../src/index.ts';

const noonMs = Date.UTC(2026, 0, 1, 12);

describe('a timestamp', () => {
  test.each([
    ['2026-01-01T12:00:00+00:00', noonMs],
    ['2026-01-01T12:00:00Z', noonMs],
    ['2026-01-01t12:00:00z', noonMs],
    ['2026-01-01 12:00:00', noonMs],
    ['2026-01-01T12:00Z', noonMs],
    ['2026-01-01T14:00:00+02:00', noonMs],
    ['2026-01-01T06:30:00-0530', noonMs],
    ['2026-01-01T17:45:00+05:45', noonMs],
    ['2026-01-01T13:00:00+01', noonMs],
    ['2026-01-01T12:00:00.1Z', noonMs + 100],
    ['2026-01-01T12:00:00,25Z', noonMs + 250],
    ['2026-01-01T12:00:00.123456+00:00', noonMs + 123],
    ['2026-01-01T12:00:00.999999999Z', noonMs + 999],
    ['2024-02-29T00:00:00Z', Date.UTC(2024, 1, 29)],
    ['1970-01-01T01:00:00+01:00', 0],
    ['2106-02-06T23:59:59.999Z', Date.UTC(2106, 1, 7) - 1],
  ])('%s is read', (text, ms) => expect(parseTimestamp(text)).toBe(ms));

  test.each([
    '',
    'now',
    '2026-01-01',
    '2026-13-01T00:00:00Z',
    '2026-02-30T00:00:00Z',
    '2025-02-29T00:00:00Z',
    '2026-01-01T24:00:00Z',
    '2026-01-01T12:60:00Z',
    '2026-01-01T12:00:60Z',
    '2026-01-01T12:00:00+24:00',
    '2026-01-01T12:00:00+01:60',
    '0099-01-01T12:00:00Z',
    '2026-01-01T12:00:00.Z',
    '1969-12-31T23:59:59.999Z',
    '1970-01-01T00:00:00+00:01',
    '2106-02-07T00:00:00Z',
    '9999-12-31T23:59:59-23:00',
    '1767268800',
  ])('%j names no instant that can be kept', (text) => expect(parseTimestamp(text)).toBeNull());
});

const instant = fc.integer({ min: 0, max: Date.UTC(2105, 11, 31) });

test('what Custody writes it reads as the same millisecond', () => {
  fc.assert(
    fc.property(instant, (ms) => {
      expect(parseTimestamp(formatTimestamp(ms))).toBe(ms);
    }),
  );
});

test('digits beyond the millisecond never change it: cut, never rounded', () => {
  fc.assert(
    fc.property(instant, fc.stringMatching(/^\d{1,9}$/), (ms, digits) => {
      expect(parseTimestamp(formatTimestamp(ms).replace('Z', `${digits}Z`))).toBe(ms);
    }),
  );
});

test('an instant is the same in every offset', () => {
  const offset = fc.integer({ min: -14 * 60, max: 14 * 60 });
  fc.assert(
    fc.property(instant, offset, (ms, minutes) => {
      const clock = formatTimestamp(ms + minutes * 60_000).slice(0, -1);
      const [hours, rest] = [Math.floor(Math.abs(minutes) / 60), Math.abs(minutes) % 60];
      const zone = `${minutes < 0 ? '-' : '+'}${String(hours).padStart(2, '0')}:${String(rest).padStart(2, '0')}`;
      expect(parseTimestamp(clock + zone)).toBe(ms);
    }),
  );
});
