import { describe, expect, test } from 'vitest';
import { holdEnvironment, holdRange, holdReason } from '../src/retention/hold-range.ts';
import { retentionText, sizeText } from '../src/retention/retention-text.ts';

const nowMs = Date.UTC(2026, 10, 26, 12);
const code = 'RETENTION_REFUSED';

describe('a hold', () => {
  test('is of whole hours, and of all time where nothing is said', () => {
    expect(holdRange({ from: '2026-03-01T10:30:00Z', to: '2026-03-01T11:00:01Z' }, nowMs)).toEqual({
      fromMs: Date.UTC(2026, 2, 1, 10),
      toMs: Date.UTC(2026, 2, 1, 12),
    });
    expect(holdRange({}, nowMs)).toEqual({ fromMs: 0, toMs: Date.UTC(2106, 1, 7) });
  });

  test('is refused where its times, its environment or its reason cannot be meant', () => {
    const refused = (work: () => unknown) => expect(work).toThrow(expect.objectContaining({ code }));
    refused(() => holdRange({ from: 'yesterdayish' }, nowMs));
    refused(() => holdRange({ from: '2026-03-02T00:00:00Z', to: '2026-03-01T00:00:00Z' }, nowMs));
    refused(() => holdReason(' '));
    const environments = [
      { envId: 'e1', envName: 'production' },
      { envId: 'e2', envName: 'production' },
    ];
    expect(holdEnvironment('e2', environments)).toBe('e2');
    expect(holdEnvironment(undefined, environments)).toBeUndefined();
    refused(() => holdEnvironment('production', environments));
    refused(() => holdEnvironment('staging', environments));
  });
});

test('sizes have three digits and a unit', () => {
  expect([0, 999, 1_234, 56_700_000, 1.5e12].map(sizeText)).toEqual(['0 B', '999 B', '1.23 KB', '56.7 MB', '1.5 TB']);
});

test('the report says what is kept, what goes when, what stays and why, and that sums outlive decisions', () => {
  const shared = {
    ...{ env_id: 'e1', env_name: 'production', rows: 2_000, bytes: 4_000, rows_per_day: 10, bytes_per_year: 7_300 },
    ...{ bytes_in_a_year: 8_000, bytes_in_a_year_without_policy: 11_300, held: null, unsealed: null, fresh: null },
  };
  const text = retentionText({
    as_of: '2026-11-26T12:00:00.000Z',
    tables: [
      {
        ...{ ...shared, table: 'decisions', retention_days: 400, oldest: '2026-03-01T00:00:00.000Z', due: null },
        next: { at: '2027-04-06T00:00:00.000Z', rows: 72, bytes: 144 },
        held: { rows: 9, bytes: 18, from: '2026-03-04T02:00:00.000Z', to: '2026-03-04T04:00:00.000Z' },
      },
      { ...shared, table: 'rollups', retention_days: null, oldest: '2025-12-01T00:00:00.000Z', due: null, next: null },
    ],
    holds: [],
    expiries: [],
    unknown_environments: ['gone'],
  });
  for (const part of [
    /production +decisions +400 days +2026-03-01 +2,000 +4 KB .* 72 on 2027-04-06/,
    /production +rollups +for ever/,
    'A policy is for "gone"',
    '9 decisions (18 B, hours 2026-03-04 02:00 to 2026-03-04 04:00) are under a hold',
    'sums reach back to 2025-12-01, decisions begin on 2026-03-01',
  ]) {
    expect(text).toMatch(part);
  }
});
