import { expect, test } from 'vitest';
import { midnight, monthIn } from '../src/format/midnight.ts';
import { isPeriod, periodsOf } from '../src/reports/periods.ts';
import { shellWord } from '../src/reports/shell-word.ts';

/** Whole and half hours, both sides of UTC, with and without summer time, and a zone that has its summer at year's end. */
const zones = ['UTC', 'Europe/Berlin', 'America/New_York', 'Asia/Kathmandu', 'Pacific/Auckland', 'Australia/Lord_Howe'];

test.each(zones)('every month begins at midnight in %s', (zone) => {
  const local = new Intl.DateTimeFormat('en-GB', { timeZone: zone, dateStyle: 'short', timeStyle: 'medium' });
  for (let month = 0; month < 24; month++) {
    const ms = midnight(2026, month, 1, zone);
    const [year, of] = [2026 + Math.floor(month / 12), (month % 12) + 1];
    expect(local.format(ms)).toBe(`01/${String(of).padStart(2, '0')}/${year}, 00:00:00`);
    expect(monthIn(ms, zone)).toEqual([year, of - 1]);
    expect(monthIn(ms - 1, zone)).toEqual(of === 1 ? [year - 1, 11] : [year, of - 2]);
  }
});

test('periods are whole months of the zone, and end where they are over', () => {
  const periods = periodsOf(Date.parse('2026-02-28T23:30:00Z'), 'Europe/Berlin');
  const of = (name: string) => periods.find((period) => period.name === name);
  // In Berlin it is March already.
  expect(of('Last month')).toMatchObject({ from: '2026-01-31T23:00:00.000Z', to: '2026-02-28T23:00:00.000Z' });
  expect(of('Last quarter')).toMatchObject({ from: '2025-09-30T22:00:00.000Z', to: '2025-12-31T23:00:00.000Z' });
  expect(of('This year')).toMatchObject({ from: '2025-12-31T23:00:00.000Z', to: '' });
  const month = periods[1] ?? { name: '', from: '', to: '' };
  expect([isPeriod({ from: month.from, to: 'now' }, month), isPeriod({ from: '-30d', to: '' }, month)]).toEqual([
    true,
    false,
  ]);
});

test('a word of a shell is the text, whatever it holds', () => {
  expect(['alice@acme.example', '-30d', 'a b', "O'Neil", '$(x)', ''].map(shellWord)).toEqual([
    ...['alice@acme.example', '-30d', "'a b'", "'O'\\''Neil'", "'$(x)'", "''"],
  ]);
});
