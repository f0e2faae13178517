import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { faultsOf, type Variables } from '@custody/runtime';
import { afterAll, expect, test } from 'vitest';
import { readRetention, retentionOf } from '../src/index.ts';

const directory = mkdtempSync(join(tmpdir(), 'custody-retention-'));
afterAll(() => rmSync(directory, { recursive: true }));

function fileWith(retention: string): string {
  const path = join(directory, 'custody.config.yaml');
  writeFileSync(path, `environments: []\nretention:\n${retention}`);
  return path;
}

const variables = { CUSTODY_RETENTION_DECISIONS_DAYS: '400', CUSTODY_RETENTION_ENTRIES_DAYS: '90' };

function faultsWith(retention: string, given: Variables = {}): string[] {
  const path = fileWith(retention);
  return faultsOf(() => readRetention({ ...given, CUSTODY_CONFIG: path })).map((fault) =>
    fault.replace(`${path}: `, ''),
  );
}

test('everything is kept for ever unless something is said', () => {
  expect(readRetention({})).toEqual({ general: { decisions: null, entries: null }, named: new Map() });
});

test('an environment goes by what is said of it, by id before name, and otherwise by what is said of all', () => {
  const path = fileWith(`
  production: { decisions_days: never, entries_days: never }
  env-2: { decisions_days: 60 }
  gone: { entries_days: 45 }
`);
  const policies = readRetention({ ...variables, CUSTODY_CONFIG: path });
  const environments = [
    { envId: 'env-1', envName: 'production' },
    { envId: 'env-2', envName: 'production' },
    { envId: 'env-3', envName: 'staging' },
  ];
  const { environments: found, unknown } = retentionOf(policies, environments);
  expect(found.map(({ retention }) => retention)).toEqual([
    { decisions: null, entries: null },
    // What is kept of all entries would outlive these decisions: they go together.
    { decisions: 60, entries: 60 },
    { decisions: 400, entries: 90 },
  ]);
  expect(unknown).toEqual(['gone']);
});

test('entries go with their decisions where nothing is said of them', () => {
  expect(readRetention({ CUSTODY_RETENTION_DECISIONS_DAYS: '365' }).general).toEqual({ decisions: 365, entries: 365 });
});

test('what could come back after it expired, and entries that outlive their decisions, are faults', () => {
  const [tooShort, ...others] = faultsOf(() =>
    readRetention({ CUSTODY_RETENTION_DECISIONS_DAYS: '44', CUSTODY_RETENTION_ENTRIES_DAYS: '1.5' }),
  );
  expect(tooShort).toMatch(
    /^CUSTODY_RETENTION_DECISIONS_DAYS: must be never or a whole number of days from 45 .*come back/,
  );
  expect(others).toHaveLength(1);
  expect(faultsOf(() => readRetention({ ...variables, CUSTODY_RETENTION_ENTRIES_DAYS: 'never' }))).toEqual([
    expect.stringContaining(
      'CUSTODY_RETENTION_ENTRIES_DAYS: entries would be kept for ever and their decisions for 400',
    ),
  ]);
  expect(faultsWith('  staging: { decisions_days: 60, entries_days: 61 }')).toEqual([
    expect.stringContaining('retention.staging: entries would be kept for 61 days and their decisions for 60'),
  ]);
});

test('where Permit keeps decisions for longer, more is the least', () => {
  const given = { CUSTODY_RETENTION_DECISIONS_DAYS: '97', CUSTODY_SOURCE_RETENTION_DAYS: '90' };
  expect(faultsOf(() => readRetention(given))).toEqual([expect.stringContaining('from 98 to')]);
  expect(readRetention({ ...given, CUSTODY_RETENTION_DECISIONS_DAYS: '98' }).general.decisions).toBe(98);
});

test('faults of the file are told by their path', () => {
  expect(faultsWith('  staging: { decision_days: 60 }\n  other: 7\n  third: { entries_days: 30 }')).toEqual([
    'retention.staging.decision_days: is not known; decisions_days is meant?',
    'retention.other: must be decisions_days, entries_days or both',
    expect.stringMatching(/^retention\.third\.entries_days: must be never or/),
  ]);
});
