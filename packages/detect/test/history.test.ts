import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  type BucketCount,
  binOf,
  type CountModel,
  countOfBin,
  decayOf,
  defaultCountModel,
  emptyHistory,
  fiveMinutes,
  type LearnedRange,
  learnedRange,
  ObservedTime,
  RollingHistory,
  type SeriesHistory,
  summarize,
} from '../src/index.ts';

/** Little memory, so that a few counts meet all of its ends. */
const model: CountModel = {
  ...defaultCountModel,
  halfLifeBuckets: 20,
  slowHalfLifeBuckets: 50,
  memoryBuckets: 100,
  lagBuckets: 7,
};
const runs = process.env.CUSTODY_TEST_LONG === '1' ? 2_000 : 150;

const counts = fc
  .uniqueArray(fc.record({ bucket: fc.integer({ min: 0, max: 400 }), count: fc.integer({ min: 1, max: 60 }) }), {
    selector: ({ bucket }) => bucket,
    maxLength: 60,
  })
  .map((all): BucketCount[] => all.sort((a, b) => a.bucket - b.bucket));
const range = fc
  .tuple(fc.integer({ min: 0, max: 400 }), fc.integer({ min: 1, max: 60 }))
  .map(([fromBucket, length]): LearnedRange => ({ fromBucket, untilBucket: fromBucket + length }));

function expectClose(actual: SeriesHistory, exact: SeriesHistory): void {
  expect(actual.fast).toBeCloseTo(exact.fast, 8);
  expect(actual.slow).toBeCloseTo(exact.slow, 8);
  expect(actual.bySlot).toEqual(exact.bySlot);
  // Bins that were emptied again are as good as none.
  const filled = (histogram: readonly number[]) => [...histogram.entries()].filter(([, times]) => times !== 0);
  expect(filled(actual.buckets)).toEqual(filled(exact.buckets));
  expect(filled(actual.blocks)).toEqual(filled(exact.blocks));
}

describe('a history', () => {
  test('kept up to date is the one that is summed up at once', () => {
    fc.assert(
      fc.property(counts, fc.uniqueArray(fc.integer({ min: 0, max: 500 }), { maxLength: 8 }), (all, looks) => {
        const rolling = new RollingHistory(model);
        let added = 0;
        for (const now of looks.sort((a, b) => a - b)) {
          for (let next = all[added]; next !== undefined && next.bucket < now; next = all[added]) {
            rolling.add(next.bucket, next.count);
            added += 1;
          }
          expectClose(rolling.asOf(now), summarize(all.slice(0, added), now, model));
        }
      }),
      { numRuns: runs },
    );
  });

  test('does not know the order of its counts', () => {
    fc.assert(
      fc.property(counts, fc.integer({ min: 0, max: 500 }), (all, now) => {
        expectClose(summarize(all.toReversed(), now, model), summarize(all, now, model));
      }),
      { numRuns: runs },
    );
  });

  test('has nothing of what is younger than the lag, or older than the memory', () => {
    const { fromBucket, untilBucket } = learnedRange(model, 300);
    const outside = [fromBucket - 1, untilBucket, 299].map((bucket) => ({ bucket, count: 5 }));
    expect(summarize(outside, 300, model)).toEqual(emptyHistory(model));
    expect(summarize([{ bucket: untilBucket - 1, count: 5 }], 300, model).fast).toBe(5);
  });

  test('has nothing of what is masked', () => {
    fc.assert(
      fc.property(counts, range, (all, masked) => {
        const others = all.filter(({ bucket }) => bucket < masked.fromBucket || bucket >= masked.untilBucket);
        expectClose(summarize(all, 300, model, [masked]), summarize(others, 300, model));
      }),
      { numRuns: runs },
    );
  });
});

/** Bucket by bucket, as the words say. */
function exposureByHand(since: number, now: number, isLeftOut: (bucket: number) => boolean) {
  const sums = {
    buckets: new Array<number>(48).fill(0),
    fast: new Array<number>(48).fill(0),
    slow: new Array<number>(48).fill(0),
  };
  const { fromBucket, untilBucket } = learnedRange(model, now);
  for (let bucket = Math.max(since, fromBucket); bucket < untilBucket; bucket += 1) {
    if (isLeftOut(bucket)) continue;
    const [slot, age] = [fiveMinutes.slotOf(bucket), untilBucket - 1 - bucket];
    sums.buckets[slot] = (sums.buckets[slot] ?? 0) + 1;
    sums.fast[slot] = (sums.fast[slot] ?? 0) + decayOf(model.halfLifeBuckets) ** age;
    sums.slow[slot] = (sums.slow[slot] ?? 0) + decayOf(model.slowHalfLifeBuckets) ** age;
  }
  return sums;
}

describe('the time that a series was watched in', () => {
  test('is what was read since it was first seen, but for what is masked', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 300 }), range, range, (firstSeen, unread, masked) => {
        const isIn = (it: LearnedRange, bucket: number) => it.fromBucket <= bucket && bucket < it.untilBucket;
        const exact = exposureByHand(firstSeen, 300, (bucket) => isIn(unread, bucket) || isIn(masked, bucket));
        const actual = new ObservedTime(model, 300, 0, [unread]).of(firstSeen, [masked]);
        for (const sums of ['buckets', 'fast', 'slow'] as const) {
          actual[sums].forEach((value, slot) => {
            expect(value).toBeCloseTo(exact[sums][slot] ?? 0, 8);
          });
        }
      }),
      { numRuns: runs },
    );
  });

  test('is none of a series that appeared within the lag', () => {
    const { buckets } = new ObservedTime(model, 300, 0).of(299);
    expect(Math.max(...buckets)).toBe(0);
  });
});

describe('slots', () => {
  test('are hours of the day, those of a weekend apart', () => {
    const slotAt = (text: string) => fiveMinutes.slotOf(Date.parse(text) / fiveMinutes.bucketMs);
    expect(slotAt('2026-03-06T23:55:00Z')).toBe(23);
    expect(slotAt('2026-03-07T00:00:00Z')).toBe(24);
    expect(slotAt('2026-03-08T23:55:00Z')).toBe(47);
    expect(slotAt('2026-03-09T00:00:00Z')).toBe(0);
  });
});

test('a bin stands for its counts to 5 %, small ones exactly', () => {
  for (let count = 1; count < 16; count += 1) expect(countOfBin(binOf(count))).toBe(count);
  for (const count of [16, 17, 23, 100, 999, 12_345, 1e6])
    expect(Math.abs(countOfBin(binOf(count)) / count - 1)).toBeLessThan(0.05);
});
