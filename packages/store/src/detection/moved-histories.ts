import type { HistoryModel, HistorySums } from '@custody/decision';
import type { StatementOptions, StoreClient } from '../client.ts';
import { type BucketOfSeries, readBucketCounts } from './bucket-counts.ts';
import { learnedBuckets } from './histories.ts';
import { seenKey } from './seen.ts';
import { blockBuckets, bucketMs, slots } from './series-sql.ts';

interface Sums {
  fast: number;
  slow: number;
  readonly bySlot: number[];
  readonly buckets: number[];
  readonly blocks: number[];
}

/** The bin of a count, and the slot of a block, as the store computes them. */
function binOf(count: number): number {
  return count < 16 ? count : 16 + Math.floor(8 * (Math.log2(count) - 4));
}

function slotOfBlock(block: number): number {
  const weekday = (Math.floor(block / 24) + 4) % 7;
  return (block % 24) + (weekday === 0 || weekday === 6 ? 24 : 0);
}

function addAt(list: number[], index: number, value: number): void {
  while (list.length <= index) list.push(0);
  list[index] = (list[index] ?? 0) + value;
}

/** The range of buckets, and of whole hours by their numbers, that come to be learned from or are forgotten. */
interface Change {
  readonly buckets: readonly [from: number, until: number];
  readonly blocks: readonly [from: number, until: number];
  readonly sign: 1 | -1;
}

function rangeOf({ buckets, blocks }: Change): { fromMs: number; toMs: number } {
  const from = blocks[0] < blocks[1] ? Math.min(buckets[0], blocks[0] * blockBuckets) : buckets[0];
  const until = blocks[0] < blocks[1] ? Math.max(buckets[1], blocks[1] * blockBuckets) : buckets[1];
  return { fromMs: from * bucketMs, toMs: until * bucketMs };
}

function apply(
  { fast, slow, ...own }: Sums,
  rows: readonly BucketOfSeries[],
  { buckets, blocks, sign }: Change,
  { halfLifeBuckets, slowHalfLifeBuckets }: HistoryModel,
  untilBucket: number,
): Sums {
  const next: Sums = { fast, slow, ...own };
  const byBlock = new Map<number, number>();
  for (const { bucket, count } of rows) {
    const block = Math.floor(bucket / blockBuckets);
    byBlock.set(block, (byBlock.get(block) ?? 0) + count);
    if (bucket < buckets[0] || bucket >= buckets[1]) continue;
    const age = bucket + 1 - untilBucket;
    next.fast += sign * count * 2 ** (age / halfLifeBuckets);
    next.slow += sign * count * 2 ** (age / slowHalfLifeBuckets);
    addAt(next.bySlot, slotOfBlock(block), sign * count);
    addAt(next.buckets, binOf(count), sign);
  }
  for (const [block, count] of byBlock) {
    if (block >= blocks[0] && block < blocks[1]) addAt(next.blocks, binOf(count), sign);
  }
  return next;
}

export interface Move {
  readonly envIds: readonly string[];
  readonly model: HistoryModel;
  readonly fromBucket: number;
  readonly toBucket: number;
}

/**
 * Histories as of a later bucket: what came to be learned from since is added, what is forgotten taken away. Exact but for
 * what changed in the store of the time between. Throws `STORE_*`.
 */
export async function movedHistories(
  client: StoreClient,
  known: ReadonlyMap<string, HistorySums | null>,
  { envIds, model, fromBucket, toBucket }: Move,
  options: StatementOptions,
): Promise<Map<string, HistorySums | null>> {
  const [before, after] = [learnedBuckets(model, fromBucket), learnedBuckets(model, toBucket)];
  const floor = (bucket: number) => Math.floor(bucket / blockBuckets);
  const ceil = (bucket: number) => Math.ceil(bucket / blockBuckets);
  const changes: Change[] = [
    {
      buckets: [before.untilBucket, after.untilBucket],
      blocks: [floor(before.untilBucket), floor(after.untilBucket)],
      sign: 1,
    },
    {
      buckets: [before.fromBucket, after.fromBucket],
      blocks: [ceil(before.fromBucket), ceil(after.fromBucket)],
      sign: -1,
    },
  ];
  const rows = await Promise.all(
    changes.map((change) => readBucketCounts(client, { envIds, range: rangeOf(change) }, options)),
  );
  const bySeries = rows.map((some) => Map.groupBy(some, ({ envId, kind, key }) => seenKey(envId, kind, key)));
  const passed = after.untilBucket - before.untilBucket;
  const [fade, slowFade] = [2 ** (-passed / model.halfLifeBuckets), 2 ** (-passed / model.slowHalfLifeBuckets)];
  const moved = new Map<string, HistorySums | null>();
  for (const [name, history] of known) {
    const own = bySeries.map((some) => some.get(name));
    if (history === null && own[0] === undefined) {
      moved.set(name, null);
      continue;
    }
    const { fast = 0, slow = 0, bySlot = new Array<number>(slots).fill(0), buckets = [], blocks = [] } = history ?? {};
    let sums: Sums = {
      fast: fast * fade,
      slow: slow * slowFade,
      bySlot: [...bySlot],
      buckets: [...buckets],
      blocks: [...blocks],
    };
    changes.forEach((change, at) => {
      sums = apply(sums, own[at] ?? [], change, model, after.untilBucket);
    });
    moved.set(name, sums);
  }
  return moved;
}
