import type { CountInBucket, TimeRange } from '@custody/decision';
import type { CountModel } from './count-model.ts';
import { learnedRange } from './series-history.ts';

/** How many distinct tools an agent was denied in buckets of its history. */
export interface Breadth {
  /** Buckets that it was watched in, without what is masked; those without a denial are among them. */
  readonly watchedBuckets: number;
  /** How many of them had n tools, by n; what index 0 holds does not matter. */
  readonly buckets: readonly number[];
}

/** The tools of a bucket or window that are told apart; more count as so many. */
export const mostToolsTold = 100;

/** Buckets by the number of their tools, of those that may be learned from as of a bucket; what is masked was not watched. */
export function bucketsByTools(
  counts: Iterable<CountInBucket>,
  nowBucket: number,
  model: CountModel,
  masked: readonly TimeRange[],
): number[] {
  const { bucketMs } = model.calendar;
  const { fromBucket, untilBucket } = learnedRange(model, nowBucket);
  const buckets: number[] = [];
  for (const { bucket, count } of counts) {
    if (bucket < fromBucket || bucket >= untilBucket) continue;
    const isMasked = masked.some(({ fromMs, toMs }) => fromMs < (bucket + 1) * bucketMs && bucket * bucketMs < toMs);
    if (!isMasked) tallyTools(buckets, count, 1);
  }
  return buckets;
}

/** Adds buckets with so many tools; a negative number takes them away. */
export function tallyTools(buckets: number[], tools: number, times: 1 | -1): void {
  const at = Math.min(tools, mostToolsTold);
  while (buckets.length <= at) buckets.push(0);
  buckets[at] = (buckets[at] ?? 0) + times;
}

/** The most tools of a bucket. */
export function mostTools({ buckets }: Pick<Breadth, 'buckets'>): number {
  return Math.max(
    0,
    buckets.findLastIndex((count, tools) => tools > 0 && count > 0),
  );
}
