const growth = 1.5;
const leastRoom = 16;

/**
 * Counts of buckets in their order, eight bytes each: a back-test holds millions of them. A position stays what it is when
 * the oldest are let go.
 */
export class CountList {
  #buckets = new Uint32Array(0);
  #counts = new Uint32Array(0);
  #length = 0;
  /** The position of the oldest that is kept. */
  #start = 0;

  get start(): number {
    return this.#start;
  }

  /** The position of the next one. */
  get end(): number {
    return this.#start + this.#length;
  }

  bucketAt(position: number): number {
    return this.#buckets[position - this.#start] ?? 0;
  }

  countAt(position: number): number {
    return this.#counts[position - this.#start] ?? 0;
  }

  push(bucket: number, count: number): void {
    if (this.#length === this.#buckets.length) this.#makeRoom(Math.ceil(this.#length * growth) + leastRoom);
    this.#buckets[this.#length] = bucket;
    this.#counts[this.#length] = count;
    this.#length += 1;
  }

  /** Many at once, in parallel lists. */
  pushAll(buckets: ArrayLike<number>, counts: ArrayLike<number>): void {
    if (this.#length + buckets.length > this.#buckets.length) this.#makeRoom(this.#length + buckets.length);
    this.#buckets.set(buckets, this.#length);
    this.#counts.set(counts, this.#length);
    this.#length += buckets.length;
  }

  /** Lets go of what is before a position, once that is most of what is kept. */
  dropBefore(position: number): void {
    const dropped = position - this.#start;
    if (dropped <= 1_024 || dropped * 2 <= this.#length) return;
    this.#buckets = this.#buckets.slice(dropped);
    this.#counts = this.#counts.slice(dropped);
    this.#length -= dropped;
    this.#start = position;
  }

  #makeRoom(room: number): void {
    const [buckets, counts] = [new Uint32Array(room), new Uint32Array(room)];
    buckets.set(this.#buckets.subarray(0, this.#length));
    counts.set(this.#counts.subarray(0, this.#length));
    this.#buckets = buckets;
    this.#counts = counts;
  }
}
