/** Deterministic randomness: everything in the world derives from labels such as (seed, "bucket", 12). */

/** 32-bit hash of a text; avalanche-mixed so that neighbouring labels give unrelated streams. */
function hash32(text: string, start = 0x811c9dc5): number {
  let hash = start | 0;
  for (let index = 0; index < text.length; index += 1) {
    hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193);
  }
  return mix32(hash);
}

/** Bijective scramble of a 32-bit number. */
export function mix32(value: number): number {
  let mixed = value | 0;
  mixed = Math.imul(mixed ^ (mixed >>> 16), 0x7feb352d);
  mixed = Math.imul(mixed ^ (mixed >>> 15), 0x846ca68b);
  return (mixed ^ (mixed >>> 16)) >>> 0;
}

/** A small, fast stream of numbers with 64 bits of state. Not for secrets. */
export class Rng {
  #a: number;
  #b: number;

  constructor(a: number, b: number) {
    this.#a = a | 0;
    this.#b = b | 0;
  }

  /** A stream of its own for these labels. */
  static of(...labels: readonly (string | number)[]): Rng {
    const text = labels.join('\u0000');
    return new Rng(hash32(text), hash32(text, 0x9747b28c));
  }

  uint32(): number {
    this.#a = (this.#a + 0x9e3779b9) | 0;
    this.#b = (Math.imul(this.#b, 0x19660d) + 0x3c6ef35f) | 0;
    return mix32(this.#a ^ mix32(this.#b));
  }

  /** Uniform in [0, 1). */
  next(): number {
    return this.uint32() / 4294967296;
  }

  chance(probability: number): boolean {
    return this.next() < probability;
  }

  /** Whole number in [from, to], both included. */
  int(from: number, to: number): number {
    return from + Math.floor(this.next() * (to - from + 1));
  }

  pick<T>(items: readonly T[]): T {
    const item = items[Math.floor(this.next() * items.length)];
    if (item === undefined) throw new RangeError('pick needs at least one item');
    return item;
  }

  /** Item with probability proportional to its weight; undefined where all weights are 0. */
  weighted<T>(items: readonly T[], weightOf: (item: T, index: number) => number): T | undefined {
    const sums = new Float64Array(items.length);
    let total = 0;
    for (let index = 0; index < items.length; index += 1) {
      total += weightOf(items[index] as T, index);
      sums[index] = total;
    }
    return total > 0 ? items[indexAbove(sums, this.next() * total, items.length)] : undefined;
  }

  /** The same over weights that never change. */
  from<T>(table: WeightTable<T>): T {
    return table.at(this.next());
  }

  /** Popularity by rank: the first items are picked most. */
  zipf<T>(items: readonly T[], exponent = 1): T {
    const sums = zipfSums(exponent);
    const total = sums[Math.min(items.length, zipfLength) - 1] ?? 0;
    const item = items[indexAbove(sums, this.next() * total, items.length)];
    if (item === undefined) throw new RangeError('zipf needs at least one item');
    return item;
  }

  /** A different order of the same items. */
  shuffled<T>(items: readonly T[]): T[] {
    const keyed = items.map((item) => ({ item, key: this.uint32() }));
    return keyed.sort((left, right) => left.key - right.key).map(({ item }) => item);
  }
}

/** Items with weights that are summed once. */
export class WeightTable<T> {
  readonly #items: readonly T[];
  readonly #sums: Float64Array;

  constructor(weights: readonly (readonly [item: T, weight: number])[]) {
    let total = 0;
    this.#items = weights.map(([item]) => item);
    this.#sums = Float64Array.from(weights, ([, weight]) => {
      total += weight;
      return total;
    });
  }

  /** The item at a share of all weights, 0 to 1. */
  at(share: number): T {
    const total = this.#sums.at(-1) ?? 0;
    return this.#items[indexAbove(this.#sums, share * total, this.#items.length)] as T;
  }
}

const zipfLength = 256;
const zipfTables = new Map<number, Float64Array>();

/** Running sums of 1 / rank^exponent; the same for every list, so built once for each exponent. */
function zipfSums(exponent: number): Float64Array {
  const known = zipfTables.get(exponent);
  if (known) return known;
  let total = 0;
  const sums = Float64Array.from({ length: zipfLength }, (_, index) => {
    total += (index + 1) ** -exponent;
    return total;
  });
  zipfTables.set(exponent, sums);
  return sums;
}

/** Index of the first running sum above a value, the last one where rounding leaves none. */
function indexAbove(sums: Float64Array, value: number, length: number): number {
  let index = 0;
  while (index < length - 1 && (sums[index] ?? 0) <= value) index += 1;
  return index;
}
