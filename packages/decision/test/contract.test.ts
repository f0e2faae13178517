import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  compareLevels,
  consent,
  contains,
  decisionHeaders,
  durationMs,
  effectiveLevel,
  grantRecord,
  grantRecordKey,
  hourMs,
  hourOf,
  hourWindowsKey,
  humanOfProfile,
  isTrustLevel,
  parseDecisionHeaders,
  principalKind,
  repairRequestKey,
  splitByHour,
  subjectOfHuman,
  topics,
  trustLevels,
} from '../src/index.ts';

const facts = {
  kind: 'consent',
  env_id: 'e',
  grant_id: 'g',
  valid_from: null,
  first_seen: '2026-01-01T12:00:00.000Z',
  last_seen: '2026-01-01T12:05:00.000Z',
  first_missing: null,
  agent_key: 'agent|a',
  human_key: 'human|h',
  server: 'linear',
  level: 'low',
} as const;

describe('time ranges', () => {
  const range = fc
    .tuple(fc.integer({ min: -1e12, max: 2e12 }), fc.integer({ min: 0, max: 30 * hourMs }))
    .map(([fromMs, lengthMs]) => ({ fromMs, toMs: fromMs + lengthMs }));

  test('splitting by hour loses and doubles nothing, and no part leaves its hour', () => {
    fc.assert(
      fc.property(range, (whole) => {
        const parts = splitByHour(whole);
        expect(parts.reduce((sum, part) => sum + durationMs(part), 0)).toBe(durationMs(whole));
        for (const [index, part] of parts.entries()) {
          expect(part.fromMs).toBe(index === 0 ? whole.fromMs : parts[index - 1]?.toMs);
          expect(hourOf(part.fromMs)).toBe(hourOf(part.toMs - 1));
        }
      }),
    );
  });

  test('a range is half-open, and has no negative length', () => {
    expect([0, 9, 10].map((at) => contains({ fromMs: 0, toMs: 10 }, at))).toEqual([true, true, false]);
    expect(durationMs({ fromMs: 10, toMs: 0 })).toBe(0);
  });
});

describe('trust levels', () => {
  test('the effective level is the weaker of both, and none where either is missing', () => {
    for (const a of trustLevels) {
      for (const b of trustLevels) expect(effectiveLevel(a, b)).toBe(compareLevels(a, b) < 0 ? a : b);
      expect([effectiveLevel(a, null), effectiveLevel(null, a)]).toEqual([null, null]);
    }
  });

  test('only the three names are levels', () => {
    expect(['low', 'medium', 'high', 'LOW', '', 'owner'].filter(isTrustLevel)).toEqual(['low', 'medium', 'high']);
  });
});

describe('principals', () => {
  test('kinds go by the key’s prefix', () => {
    expect(['agent|a', 'human|h', 'svc', '', 'xagent|a'].map(principalKind)).toEqual([
      ...['agent', 'human', 'other', 'other', 'other'],
    ]);
  });

  test('a profile names its human and the human its subject', () => {
    expect(humanOfProfile('user_profile:a:b')).toBe('human|a:b');
    expect(humanOfProfile('linear:linear')).toBeNull();
    expect([subjectOfHuman('human|alice'), subjectOfHuman('svc')]).toEqual(['alice', 'svc']);
  });
});

describe('records of the topics', () => {
  test('a grant that came back is another record, and a longer one is the same', () => {
    const later = { ...facts, last_seen: '2026-01-02T00:00:00.000Z' };
    const again = { ...facts, first_seen: '2026-01-03T00:00:00.000Z' };
    expect(grantRecordKey(later)).toBe(grantRecordKey(facts));
    expect(grantRecordKey(again)).not.toBe(grantRecordKey(facts));
    expect(grantRecordKey({ ...facts, valid_from: '2025-12-31T00:00:00Z' })).toBe('e/consent/g/2025-12-31T00:00:00Z');
  });

  test('a listing has one record for each kind and environment', () => {
    const at = '2026-01-01T12:00:00Z';
    const listing = { kind: 'listing', env_id: 'e', of: 'consent', first_completed_at: at, completed_at: at } as const;
    expect(grantRecordKey(grantRecord.parse(listing))).toBe('e/listing/consent');
  });

  test('a time that no reader could compare is refused', () => {
    expect(consent.safeParse(facts).success).toBe(true);
    expect(consent.safeParse({ ...facts, first_seen: 'yesterday' }).success).toBe(false);
    expect(grantRecord.safeParse({ ...facts, valid_from: '' }).success).toBe(false);
  });

  test('hours and repairs are keyed by environment and hour', () => {
    expect([hourWindowsKey('e', 'h'), repairRequestKey({ env_id: 'e', hour: 'h' })]).toEqual(['e/h', 'e/h']);
  });

  test('topics have distinct, versioned names', () => {
    const names = Object.values(topics).map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
    for (const name of names) expect(name).toMatch(/^custody\.[a-z.]+\.v1$/);
  });
});

describe('headers of a decision', () => {
  const headers = {
    'custody-env-id': 'e',
    'custody-env-name': '',
    'custody-hour': '2026-01-01T12:00:00.000Z',
    'custody-read-at': '2026-01-01T12:00:00.000Z',
    'custody-mode': 'live',
  };

  test('are read, and others beside them ignored', () => {
    const expected = { outcome: 'kept', value: decisionHeaders.parse(headers) };
    expect(parseDecisionHeaders({ ...headers, traceparent: 'x' })).toEqual(expected);
  });

  test.each([{}, { ...headers, 'custody-env-id': '' }, { ...headers, 'custody-mode': 'replay' }])(
    'that no poller wrote are a fault: %j',
    (bad) => expect(parseDecisionHeaders(bad as Record<string, string>)).toMatchObject({ fault: 'missing_header' }),
  );
});
