import { grantRecordKey, type TimeRange } from '@custody/decision';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { AttributedPeriods, attribute, type Held, heldAt, periodOfDifference, type Validity } from '../src/index.ts';
import { aGrant, call, dayMs, minute, records } from './arbitraries.ts';
import { at, decision, envId, history, tool } from './facts.ts';

const runs = { numRuns: 1_000 };
/** Moments beside the whole minutes that facts tell, where a period that ends one too late would show. */
const moment = fc.tuple(minute, fc.constantFrom(-1, 0, 1)).map(([minutes, ms]) => dayMs + minutes * 60_000 + ms);
const range: TimeRange = { fromMs: dayMs, toMs: dayMs + 86_400_000 };

test('at every moment the period that holds it says what attribution says', () => {
  fc.assert(
    fc.property(records, call, fc.array(moment, { minLength: 5 }), (known, made, moments) => {
      const learned = history(...known);
      const periods = new AttributedPeriods(envId, learned, range).of(made);
      for (const occurredAtMs of moments) {
        const period = periods.find(({ fromMs, toMs }) => fromMs <= occurredAtMs && occurredAtMs < toMs);
        expect(period?.attribution).toEqual(attribute({ ...made, occurredAtMs }, envId, learned));
      }
    }),
    runs,
  );
});

test('a range that begins and ends amid changes has the same periods, cut to it', () => {
  const inner: TimeRange = { fromMs: dayMs + 11 * 3_600_000, toMs: dayMs + 13 * 3_600_000 };
  fc.assert(
    fc.property(records, call, (known, made) => {
      const learned = history(...known);
      const cut = new AttributedPeriods(envId, learned, range).of(made).flatMap(({ fromMs, toMs, attribution }) => {
        const both = { fromMs: Math.max(fromMs, inner.fromMs), toMs: Math.min(toMs, inner.toMs) };
        return both.fromMs < both.toMs ? [{ ...both, attribution }] : [];
      });
      expect(new AttributedPeriods(envId, learned, inner).of(made)).toEqual(cut);
    }),
    runs,
  );
});

test('what tells tools of another environment matters to no period', () => {
  const known = [tool('linear', 'create_issue', 'medium', { env_id: `${envId}2`, first_seen: at('12:00') })];
  expect(new AttributedPeriods(envId, history(...known), range).of(decision())).toHaveLength(1);
});

test('periods cover their range without a gap, and no two neighbours are alike', () => {
  fc.assert(
    fc.property(records, call, (known, made) => {
      const periods = new AttributedPeriods(envId, history(...known), range).of(made);
      expect(periods[0]?.fromMs).toBe(range.fromMs);
      expect(periods.at(-1)?.toMs).toBe(range.toMs);
      for (const [index, period] of periods.slice(1).entries()) {
        expect(period.fromMs).toBe(periods[index]?.toMs);
        expect(period.attribution).not.toEqual(periods[index]?.attribution);
      }
    }),
    runs,
  );
});

test('a changed fact matters at no moment outside its period of difference', () => {
  const held = (fact: Validity | null, atMs: number): Held =>
    fact === null ? 'absent' : heldAt(fact, undefined, atMs);
  const fact = fc
    .tuple(fc.array(moment, { minLength: 4, maxLength: 4 }), fc.boolean(), fc.boolean())
    .map(([times, hasStart, hasEnded]): Validity => {
      const [start = 0, firstSeenMs = 0, lastSeenMs = 0, end = 0] = times.sort((a, b) => a - b);
      return {
        validFromMs: hasStart ? start : null,
        firstSeenMs,
        lastSeenMs,
        firstMissingMs: hasEnded ? end : null,
      };
    });
  fc.assert(
    fc.property(fc.option(fact), fact, fc.array(moment, { minLength: 10 }), (before, after, moments) => {
      const period = periodOfDifference(before, after, undefined);
      for (const atMs of moments) {
        const isInside = period !== null && period.fromMs <= atMs && atMs < period.toMs;
        if (!isInside) expect(held(before, atMs)).toBe(held(after, atMs));
      }
    }),
    runs,
  );
});

test('a grant learned later changes no attribution outside its period of difference', () => {
  fc.assert(
    fc.property(records, aGrant, call, (known, late, made) => {
      fc.pre(late.kind === 'consent' && known.every((record) => grantRecordKey(record) !== grantRecordKey(late)));
      if (late.kind !== 'consent') return;
      const before = history(...known);
      const validity: Validity = {
        validFromMs: late.valid_from === null ? null : Date.parse(late.valid_from),
        firstSeenMs: Date.parse(late.first_seen),
        lastSeenMs: Date.parse(late.last_seen),
        firstMissingMs: late.first_missing === null ? null : Date.parse(late.first_missing),
      };
      const period = periodOfDifference(null, validity, before.listing(envId, 'consent'));
      const isInside = period !== null && period.fromMs <= made.occurredAtMs && made.occurredAtMs < period.toMs;
      fc.pre(!isInside);
      expect(attribute(made, envId, history(...known, late))).toEqual(attribute(made, envId, before));
    }),
    runs,
  );
});
