import { tally } from './count-histogram.ts';
import { type CountModel, decayOf } from './count-model.ts';
import { type BucketCount, learnedRange, type SeriesHistory } from './series-history.ts';

/**
 * The history of one series, kept up to date while time goes on: what `summarize` says of the same counts, at the cost
 * of what is new and what is forgotten. Counts arrive in the order of their buckets, each bucket once.
 */
export class RollingHistory {
  readonly #model: CountModel;
  readonly #fastDecay: number;
  readonly #slowDecay: number;
  readonly #kept: BucketCount[] = [];
  readonly #keptBlocks: BucketCount[] = [];
  readonly #bySlot: number[];
  readonly #buckets: number[] = [];
  readonly #blocks: number[] = [];
  #fast = 0;
  #slow = 0;
  #untilBucket = 0;
  /** Of `#kept`: what is before was forgotten, what is from the other on is not learned yet. */
  #forgotten = 0;
  #learned = 0;
  #forgottenBlocks = 0;
  #learnedBlocks = 0;

  constructor(model: CountModel) {
    this.#model = model;
    this.#fastDecay = decayOf(model.halfLifeBuckets);
    this.#slowDecay = decayOf(model.slowHalfLifeBuckets);
    this.#bySlot = new Array<number>(model.calendar.slots).fill(0);
  }

  add(bucket: number, count: number): void {
    this.#kept.push({ bucket, count });
    const block = Math.floor(bucket / this.#model.calendar.blockBuckets);
    const last = this.#keptBlocks.at(-1);
    if (last?.bucket === block)
      this.#keptBlocks[this.#keptBlocks.length - 1] = { bucket: block, count: last.count + count };
    else this.#keptBlocks.push({ bucket: block, count });
  }

  /** What may be learned from as of the bucket that has just begun. It is a view: the next call changes its lists. */
  asOf(nowBucket: number): SeriesHistory {
    const { fromBucket, untilBucket } = learnedRange(this.#model, nowBucket);
    const passed = Math.max(0, untilBucket - this.#untilBucket);
    this.#fast *= this.#fastDecay ** passed;
    this.#slow *= this.#slowDecay ** passed;
    this.#untilBucket = untilBucket;
    this.#learn(untilBucket);
    this.#forget(fromBucket);
    this.#moveBlocks(fromBucket, untilBucket);
    return { fast: this.#fast, slow: this.#slow, bySlot: this.#bySlot, buckets: this.#buckets, blocks: this.#blocks };
  }

  #count({ bucket, count }: BucketCount, times: 1 | -1): void {
    const age = this.#untilBucket - 1 - bucket;
    this.#fast = Math.max(0, this.#fast + times * count * this.#fastDecay ** age);
    this.#slow = Math.max(0, this.#slow + times * count * this.#slowDecay ** age);
    const slot = this.#model.calendar.slotOf(bucket);
    this.#bySlot[slot] = (this.#bySlot[slot] ?? 0) + times * count;
    tally(this.#buckets, count, times);
  }

  #learn(untilBucket: number): void {
    for (let next = this.#kept[this.#learned]; next !== undefined; next = this.#kept[this.#learned]) {
      if (next.bucket >= untilBucket) return;
      this.#count(next, 1);
      this.#learned += 1;
    }
  }

  #forget(fromBucket: number): void {
    for (let first = this.#kept[this.#forgotten]; first !== undefined; first = this.#kept[this.#forgotten]) {
      if (first.bucket >= fromBucket || this.#forgotten >= this.#learned) break;
      this.#count(first, -1);
      this.#forgotten += 1;
    }
    if (this.#forgotten > 1_024 && this.#forgotten * 2 > this.#kept.length) {
      this.#kept.splice(0, this.#forgotten);
      this.#learned -= this.#forgotten;
      this.#forgotten = 0;
    }
  }

  #moveBlocks(fromBucket: number, untilBucket: number): void {
    const { blockBuckets } = this.#model.calendar;
    const [firstWhole, afterWhole] = [Math.ceil(fromBucket / blockBuckets), Math.floor(untilBucket / blockBuckets)];
    for (
      let next = this.#keptBlocks[this.#learnedBlocks];
      next !== undefined;
      next = this.#keptBlocks[this.#learnedBlocks]
    ) {
      if (next.bucket >= afterWhole) break;
      tally(this.#blocks, next.count);
      this.#learnedBlocks += 1;
    }
    for (
      let first = this.#keptBlocks[this.#forgottenBlocks];
      first !== undefined;
      first = this.#keptBlocks[this.#forgottenBlocks]
    ) {
      if (first.bucket >= firstWhole || this.#forgottenBlocks >= this.#learnedBlocks) break;
      tally(this.#blocks, first.count, -1);
      this.#forgottenBlocks += 1;
    }
    if (this.#forgottenBlocks > 1_024 && this.#forgottenBlocks * 2 > this.#keptBlocks.length) {
      this.#keptBlocks.splice(0, this.#forgottenBlocks);
      this.#learnedBlocks -= this.#forgottenBlocks;
      this.#forgottenBlocks = 0;
    }
  }
}
