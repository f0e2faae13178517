import { tally } from './count-histogram.ts';
import { CountList } from './count-list.ts';
import { type CountModel, decayOf } from './count-model.ts';
import type { SeriesHistory } from './series-history.ts';

export interface RollingOptions {
  /** Counts that somebody else adds to, and lets go of. Default: a list of its own. */
  readonly counts?: CountList;
  /** Buckets that count as not observed. Default: none. */
  readonly isLeftOut?: (bucket: number) => boolean;
}

/**
 * The history of one series, kept up to date while time goes on: what `summarize` says of the same counts, at the cost
 * of what is new and what is forgotten. Counts arrive in the order of their buckets, each bucket once.
 */
export class RollingHistory {
  readonly #model: CountModel;
  /** λ^age for every age there is: powers would be most of the work. */
  readonly #fastPowers: Float64Array;
  readonly #slowPowers: Float64Array;
  readonly #kept: CountList;
  readonly #isShared: boolean;
  readonly #isLeftOut: ((bucket: number) => boolean) | null;
  readonly #bySlot: number[];
  readonly #buckets: number[] = [];
  readonly #blocks: number[] = [];
  #fast = 0;
  #slow = 0;
  #untilBucket = 0;
  #view: SeriesHistory | null = null;
  /** Positions: what is before was forgotten, what is from the other on is not learned yet; and so with whole blocks. */
  #forgotten: number;
  #learned: number;
  #forgottenBlocks: number;
  #learnedBlocks: number;

  constructor(model: CountModel, { counts, isLeftOut }: RollingOptions = {}) {
    this.#model = model;
    this.#fastPowers = powersOf(decayOf(model.halfLifeBuckets), model.memoryBuckets);
    this.#slowPowers = powersOf(decayOf(model.slowHalfLifeBuckets), model.memoryBuckets);
    this.#bySlot = new Array<number>(model.calendar.slots).fill(0);
    this.#kept = counts ?? new CountList();
    this.#isShared = counts !== undefined;
    this.#isLeftOut = isLeftOut ?? null;
    this.#forgotten = this.#kept.start;
    this.#learned = this.#forgotten;
    this.#forgottenBlocks = this.#forgotten;
    this.#learnedBlocks = this.#forgotten;
  }

  /** The position of the oldest count that is still needed. */
  get oldest(): number {
    return Math.min(this.#forgotten, this.#forgottenBlocks);
  }

  add(bucket: number, count: number): void {
    this.#kept.push(bucket, count);
    this.#view = null;
  }

  /** What may be learned from as of the bucket that has just begun. It is a view: the next call changes its lists. */
  asOf(nowBucket: number): SeriesHistory {
    const untilBucket = nowBucket - this.#model.lagBuckets;
    if (this.#view !== null && untilBucket === this.#untilBucket) return this.#view;
    const fromBucket = untilBucket - this.#model.memoryBuckets;
    const passed = Math.max(0, untilBucket - this.#untilBucket);
    this.#fast *= powerIn(this.#fastPowers, passed);
    this.#slow *= powerIn(this.#slowPowers, passed);
    this.#untilBucket = untilBucket;
    this.#learn(untilBucket);
    this.#forget(fromBucket);
    this.#moveBlocks(fromBucket, untilBucket);
    if (!this.#isShared) this.#kept.dropBefore(this.oldest);
    this.#view = {
      ...{ fast: this.#fast, slow: this.#slow },
      ...{ bySlot: this.#bySlot, buckets: this.#buckets, blocks: this.#blocks },
    };
    return this.#view;
  }

  #count(position: number, times: 1 | -1): void {
    const bucket = this.#kept.bucketAt(position);
    if (this.#isLeftOut?.(bucket) === true) return;
    const count = this.#kept.countAt(position);
    const age = this.#untilBucket - 1 - bucket;
    this.#fast = Math.max(0, this.#fast + times * count * powerIn(this.#fastPowers, age));
    this.#slow = Math.max(0, this.#slow + times * count * powerIn(this.#slowPowers, age));
    const slot = this.#model.calendar.slotOf(bucket);
    this.#bySlot[slot] = (this.#bySlot[slot] ?? 0) + times * count;
    tally(this.#buckets, count, times);
  }

  #learn(untilBucket: number): void {
    const { end } = this.#kept;
    for (; this.#learned < end && this.#kept.bucketAt(this.#learned) < untilBucket; this.#learned += 1) {
      this.#count(this.#learned, 1);
    }
  }

  #forget(fromBucket: number): void {
    while (this.#forgotten < this.#learned && this.#kept.bucketAt(this.#forgotten) < fromBucket) {
      this.#count(this.#forgotten, -1);
      this.#forgotten += 1;
    }
  }

  #moveBlocks(fromBucket: number, untilBucket: number): void {
    const { blockBuckets } = this.#model.calendar;
    const [firstWhole, afterWhole] = [Math.ceil(fromBucket / blockBuckets), Math.floor(untilBucket / blockBuckets)];
    this.#learnedBlocks = this.#tallyBlocks(this.#learnedBlocks, this.#kept.end, afterWhole, 1);
    this.#forgottenBlocks = this.#tallyBlocks(this.#forgottenBlocks, this.#learnedBlocks, firstWhole, -1);
  }

  /** Counts whole blocks before one, from a position on; returns where the next block begins. */
  #tallyBlocks(from: number, end: number, beforeBlock: number, times: 1 | -1): number {
    const { blockBuckets } = this.#model.calendar;
    let at = from;
    while (at < end) {
      const block = Math.floor(this.#kept.bucketAt(at) / blockBuckets);
      if (block >= beforeBlock) break;
      let sum = 0;
      for (; at < end; at += 1) {
        const bucket = this.#kept.bucketAt(at);
        if (Math.floor(bucket / blockBuckets) !== block) break;
        if (this.#isLeftOut?.(bucket) !== true) sum += this.#kept.countAt(at);
      }
      tally(this.#blocks, sum, times);
    }
    return at;
  }
}

const tables = new Map<string, Float64Array>();

function powersOf(base: number, most: number): Float64Array {
  const known = tables.get(`${base} ${most}`);
  if (known !== undefined) return known;
  const table = Float64Array.from({ length: most + 1 }, (_, exponent) => base ** exponent);
  // A service has one model, and tests a few.
  tables.set(`${base} ${most}`, table);
  return table;
}

function powerIn(table: Float64Array, exponent: number): number {
  return table[exponent] ?? (table[1] ?? 1) ** exponent;
}
