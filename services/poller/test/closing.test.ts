import { expect, test } from 'vitest';
import { type ClosingEvidence, judgeClosing } from '../src/closing.ts';

const latenessMs = 900_000;
const reading = { beganAtMs: 10_000_000, listedPadded: 5, digest: 'a', counts: [5], pages: 1, missing: 0 };

function judge(evidence: Partial<ClosingEvidence>) {
  return judgeClosing({ reading, countedAfter: 5, latenessMs, before: null, ...evidence });
}

test('a count no larger than what was listed proves a window', () => {
  expect(judge({}).proof).toBe('count');
  expect(judge({ countedAfter: 4 }).proof).toBe('count');
  expect(judge({ countedAfter: 6 })).toMatchObject({ proof: null, reason: expect.stringContaining('counted 6') });
});

test('a pass of several pages proves only where its counts never shrank: a row may have slipped over an edge', () => {
  const long = { ...reading, pages: 2 };
  expect(judge({ reading: { ...long, counts: [4, 5] } }).proof).toBe('count');
  expect(judge({ reading: { ...long, counts: [6, 5] } }).proof).toBeNull();
  expect(judge({ reading: { ...long, counts: [5, 5] }, countedAfter: 4 }).proof).toBeNull();
  expect(judge({ reading: { ...long, counts: [] } }).proof).toBeNull();
});

test('entries that are gone have to be gone from two readings', () => {
  const short = { ...reading, missing: 2 };
  const first = judge({ reading: short });
  expect(first).toMatchObject({ proof: null, reason: expect.stringContaining('no longer lists 2') });
  expect(judge({ reading: short, before: first.identical }).proof).toBe('count');
});

test('a count of ten thousand or more says nothing', () => {
  const large = { ...reading, listedPadded: 12_000, counts: [12_000] };
  expect(judge({ reading: large, countedAfter: 10_000 }).proof).toBeNull();
});

test('without a usable count, equal readings over one lateness prove a window, and an unequal one begins anew', () => {
  const first = judge({ countedAfter: null });
  expect(first).toMatchObject({ proof: null, identical: { digest: 'a', sinceMs: 10_000_000, isShort: false } });
  const later = (afterMs: number, digest = 'a') =>
    judge({
      countedAfter: null,
      before: first.identical,
      reading: { ...reading, digest, beganAtMs: reading.beganAtMs + afterMs },
    });
  expect(later(latenessMs - 1).proof).toBeNull();
  expect(later(latenessMs).proof).toBe('reread');
  expect(later(latenessMs, 'b')).toMatchObject({
    proof: null,
    identical: { digest: 'b', sinceMs: 10_900_000, isShort: false },
  });
});
