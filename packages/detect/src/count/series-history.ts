import type { CountInBucket } from '@custody/decision';
import { type CountHistogram, tally } from './count-histogram.ts';
import { type CountModel, decayOf } from './count-model.ts';

/** Counts of one series: those of a bucket, buckets in order, zeros left out. */
export type BucketCount = CountInBucket;

/**
 * What the baseline needs to know of a series, as sums: a store can make them in one statement over all series, and
 * `RollingHistory` keeps them up to date. They are of the buckets `[until − memory, until)`, `until` being the lag before
 * the moment that is judged.
 */
export interface SeriesHistory {
  /** Σ count·λ^(until − 1 − bucket) with the fast and the slow λ. */
  readonly fast: number;
  readonly slow: number;
  /** Σ count by slot. */
  readonly bySlot: readonly number[];
  /** Buckets and whole blocks by what was counted in them. */
  readonly buckets: CountHistogram;
  readonly blocks: CountHistogram;
}

export interface LearnedRange {
  readonly fromBucket: number;
  readonly untilBucket: number;
}

/** What may be learned from at a moment: a bucket counts once it is older than the lag. */
export function learnedRange({ lagBuckets, memoryBuckets }: CountModel, nowBucket: number): LearnedRange {
  const untilBucket = nowBucket - lagBuckets;
  return { fromBucket: untilBucket - memoryBuckets, untilBucket };
}

export function emptyHistory({ calendar }: CountModel): SeriesHistory {
  return { fast: 0, slow: 0, bySlot: new Array<number>(calendar.slots).fill(0), buckets: [], blocks: [] };
}

/** Sums up counts as of the bucket that has just begun; what is masked counts as not observed. */
export function summarize(
  counts: readonly BucketCount[],
  nowBucket: number,
  model: CountModel,
  masked: readonly LearnedRange[] = [],
): SeriesHistory {
  const { fromBucket, untilBucket } = learnedRange(model, nowBucket);
  const { calendar, halfLifeBuckets, slowHalfLifeBuckets } = model;
  const [fastDecay, slowDecay] = [decayOf(halfLifeBuckets), decayOf(slowHalfLifeBuckets)];
  const isMasked = (bucket: number) => masked.some((it) => it.fromBucket <= bucket && bucket < it.untilBucket);
  const bySlot = new Array<number>(calendar.slots).fill(0);
  const [buckets, blocks]: [number[], number[]] = [[], []];
  const byBlock = new Map<number, number>();
  let [fast, slow] = [0, 0];
  for (const { bucket, count } of counts) {
    if (bucket < fromBucket || bucket >= untilBucket || isMasked(bucket)) continue;
    const age = untilBucket - 1 - bucket;
    fast += count * fastDecay ** age;
    slow += count * slowDecay ** age;
    const slot = calendar.slotOf(bucket);
    bySlot[slot] = (bySlot[slot] ?? 0) + count;
    tally(buckets, count);
    const block = Math.floor(bucket / calendar.blockBuckets);
    byBlock.set(block, (byBlock.get(block) ?? 0) + count);
  }
  const firstWhole = Math.ceil(fromBucket / calendar.blockBuckets);
  const afterWhole = Math.floor(untilBucket / calendar.blockBuckets);
  for (const [block, count] of byBlock) if (block >= firstWhole && block < afterWhole) tally(blocks, count);
  return { fast, slow, bySlot, buckets, blocks };
}
