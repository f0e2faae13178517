import type { TrustLevel } from '@custody/decision';
import { describe, expect, test } from 'vitest';
import type { GrantAt } from '../src/index.ts';
import { couldHaveProduced } from '../src/levels-at.ts';

function grants(...levels: [TrustLevel, GrantAt['held']][]): GrantAt[] {
  const times = { validFromMs: null, firstSeenMs: 0, lastSeenMs: 0, firstMissingMs: null };
  return levels.map(([level, held], index) => {
    const key = String(index);
    return { held, grant: { ...times, key, grantId: key, humanKey: 'human|h', server: 'linear', level } };
  });
}

const low = grants(['low', 'observed']);
const high = grants(['high', 'observed']);
const maybeHigh = grants(['high', 'uncertain']);
const highThenMaybeLow = grants(['high', 'observed'], ['low', 'uncertain']);

/** Whether an allowed and a denied call of a tool that requires `medium` are possible; ceilings are known. */
function possible(consents: GrantAt[], ceilings: GrantAt[], required: TrustLevel | null = 'medium', areKnown = true) {
  return (['allow', 'deny', 'unknown'] as const).map((verdict) =>
    couldHaveProduced(verdict, required, consents, ceilings, areKnown),
  );
}

describe('what min(consent, ceiling) may have led to: allowed, denied, unknown', () => {
  test.each([
    ['enough of both', high, high, [true, false, true]],
    ['too weak a consent', low, high, [false, true, true]],
    ['too weak a ceiling', high, low, [false, true, true]],
    ['no consent', [], high, [false, true, true]],
    ['no ceiling', high, [], [false, true, true]],
    ['a consent that may have been gone', maybeHigh, high, [true, true, true]],
    ['a ceiling that may have been gone', high, maybeHigh, [true, true, true]],
    ['a ceiling that may have been lowered', high, highThenMaybeLow, [true, true, true]],
    ['two sure levels of which either counts', [...low, ...high], high, [true, true, true]],
  ])('%s', (_, consents, ceilings, expected) => expect(possible(consents, ceilings)).toEqual(expected));

  test('a grant that surely held leaves no doubt that there was one, beside one that may have', () => {
    const sureBesideUnsure = grants(['high', 'observed'], ['high', 'uncertain']);
    expect(possible(sureBesideUnsure, sureBesideUnsure)).toEqual([true, false, true]);
    expect(possible(grants(['high', 'assumed']), grants(['high', 'assumed']))).toEqual([true, false, true]);
  });

  test('ceilings that nobody had listed exclude nothing', () => {
    expect(possible(high, [], 'medium', false)).toEqual([true, true, true]);
    expect(possible(low, [], 'medium', false)).toEqual([false, true, true]);
    expect(possible(high, low, 'medium', false)).toEqual([false, true, true]);
  });

  test('an unknown tool excludes only an allowed call without any consent', () => {
    expect(possible(low, low, null)).toEqual([true, true, true]);
    expect(possible([], [], null)).toEqual([false, true, true]);
  });
});
