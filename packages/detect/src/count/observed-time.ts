import { type CountModel, decayOf } from './count-model.ts';
import { type LearnedRange, learnedRange } from './series-history.ts';

/** How long a series was watched, by slot: in buckets, and in buckets weighed like counts of their age. */
export interface Exposure {
  readonly buckets: readonly number[];
  readonly fast: readonly number[];
  readonly slow: readonly number[];
}

interface Sums {
  readonly buckets: number[];
  readonly fast: number[];
  readonly slow: number[];
}

/**
 * The time that an environment was read in, as of a moment. Zeros are not stored anywhere: a bucket that was read and in
 * which a series has no count is a zero; one that was not read is nothing.
 */
export class ObservedTime {
  readonly #model: CountModel;
  readonly #learned: LearnedRange;
  readonly #unread: readonly LearnedRange[];
  readonly #bySince = new Map<number, Exposure>();
  /** λ^age for every age there is: powers would be most of the work. */
  readonly #fast: Float64Array;
  readonly #slow: Float64Array;

  /** `since`: the first bucket that was read. `unread`: ranges after it that were not, in order and apart. */
  constructor(model: CountModel, nowBucket: number, since: number, unread: readonly LearnedRange[] = []) {
    const { fromBucket, untilBucket } = learnedRange(model, nowBucket);
    this.#model = model;
    this.#learned = { fromBucket: Math.max(fromBucket, since), untilBucket };
    this.#unread = unread;
    this.#fast = powers(decayOf(model.halfLifeBuckets), model.memoryBuckets);
    this.#slow = powers(decayOf(model.slowHalfLifeBuckets), model.memoryBuckets);
  }

  /** Of a series that was first seen in a bucket, with ranges of its own that are left out of its history. */
  of(firstSeenBucket: number, masked: readonly LearnedRange[] = []): Exposure {
    const since = Math.max(this.#learned.fromBucket, firstSeenBucket);
    const known = this.#bySince.get(since) ?? this.#measure(since);
    this.#bySince.set(since, known);
    if (masked.length === 0) return known;
    const sums: Sums = { buckets: [...known.buckets], fast: [...known.fast], slow: [...known.slow] };
    for (const range of masked) this.#addRead(sums, since, range, -1);
    return sums;
  }

  #measure(since: number): Exposure {
    const { slots } = this.#model.calendar;
    const none = () => new Array<number>(slots).fill(0);
    const sums: Sums = { buckets: none(), fast: none(), slow: none() };
    this.#addRead(sums, since, { fromBucket: since, untilBucket: this.#learned.untilBucket }, 1);
    return sums;
  }

  /** Adds the range, without what was not read of it. */
  #addRead(sums: Sums, since: number, range: LearnedRange, sign: 1 | -1): void {
    const from = Math.max(since, range.fromBucket);
    const until = Math.min(this.#learned.untilBucket, range.untilBucket);
    this.#add(sums, from, until, sign);
    for (const gap of this.#unread) {
      this.#add(sums, Math.max(from, gap.fromBucket), Math.min(until, gap.untilBucket), -sign);
    }
  }

  /** Adds buckets block by block, since a block lies in one slot; weights are sums of a geometric series. */
  #add(sums: Sums, from: number, until: number, sign: number): void {
    const { blockBuckets, slotOf } = this.#model.calendar;
    for (let at = from; at < until; ) {
      const next = Math.min(until, (Math.floor(at / blockBuckets) + 1) * blockBuckets);
      const slot = slotOf(at);
      const [newest, oldest] = [this.#learned.untilBucket - next, this.#learned.untilBucket - at];
      addAt(sums.buckets, slot, sign * (next - at));
      addAt(sums.fast, slot, sign * geometric(this.#fast, newest, oldest));
      addAt(sums.slow, slot, sign * geometric(this.#slow, newest, oldest));
      at = next;
    }
  }
}

const tables = new Map<string, Float64Array>();

function powers(base: number, most: number): Float64Array {
  const known = tables.get(`${base} ${most}`);
  if (known !== undefined) return known;
  const table = new Float64Array(most + 1);
  for (let exponent = 0, power = 1; exponent <= most; exponent += 1, power *= base) table[exponent] = power;
  // A service has one model, and tests a few.
  tables.set(`${base} ${most}`, table);
  return table;
}

/** λ^from + … + λ^(until − 1), of a table of powers. */
function geometric(table: Float64Array, from: number, until: number): number {
  return ((table[from] ?? 0) - (table[until] ?? 0)) / (1 - (table[1] ?? 0));
}

function addAt(values: number[], index: number, value: number): void {
  values[index] = (values[index] ?? 0) + value;
}
