import { defaultCountModel, type LearnedRange, RollingHistory, type SeriesHistory } from '@custody/detect';
import { Draws } from './draws.ts';
import { halvesPerBucket, type SimulatedSeries } from './world.ts';

const model = defaultCountModel;
const { blockBuckets } = model.calendar;
export const quietServers = 10;
/** An agent that is denied again and again is so on a few tools. */
const mostTools = 3;

/** One agent: what it is denied, half minute by half minute, on tools of its own. */
export class QuietAgent {
  readonly key: string;
  readonly server: number;
  readonly series: SimulatedSeries;
  /** What alerts keep out of its history. */
  readonly masked: LearnedRange[] = [];
  /** Denials of the last five minutes, and of the last hour. */
  inBucket = 0;
  inBlock = 0;
  readonly #history = new RollingHistory(model);
  /** From an hour before the week on: denials, and the tools of them, a bit each. */
  readonly #halves: Uint16Array;
  readonly #tools: Uint8Array;
  /** How many different tools it was denied in each bucket. */
  readonly #toolCounts: Uint8Array;
  #now: number;
  #learned = 0;
  #most = { now: -1, count: 0 };
  #usual = { epoch: -1, bucket: 0, block: 0 };

  constructor(seed: number, index: number, series: SimulatedSeries, fromBucket: number) {
    this.key = `agent|${index}`;
    this.server = index % quietServers;
    this.series = series;
    const draws = new Draws(seed, 200_000 + index);
    const toolCount = 1 + draws.below(mostTools);
    const first = fromBucket - blockBuckets;
    const length = (series.counts.length - first) * halvesPerBucket;
    this.#halves = new Uint16Array(length);
    this.#tools = new Uint8Array(length);
    this.#toolCounts = new Uint8Array(series.counts.length);
    this.#now = blockBuckets * halvesPerBucket;
    for (let bucket = 0; bucket < series.counts.length; bucket += 1) {
      let tools = 0;
      for (let left = series.counts[bucket] ?? 0; left > 0; left -= 1) {
        // Half of them of the tool that it uses most, a quarter of the next, and so on.
        const tool = 1 << (draws.geometric(0.5) % toolCount);
        tools |= tool;
        if (bucket < first) continue;
        const half = (bucket - first) * halvesPerBucket + draws.below(halvesPerBucket);
        this.#halves[half] = (this.#halves[half] ?? 0) + 1;
        this.#tools[half] = (this.#tools[half] ?? 0) | tool;
      }
      this.#toolCounts[bucket] = bitsOf(tools);
    }
    this.inBucket = this.inLast(halvesPerBucket);
    this.inBlock = this.inLast(blockBuckets * halvesPerBucket);
  }

  /** A half minute goes by. */
  pass(): void {
    const came = this.#halves[this.#now] ?? 0;
    this.inBucket += came - (this.#halves[this.#now - halvesPerBucket] ?? 0);
    this.inBlock += came - (this.#halves[this.#now - blockBuckets * halvesPerBucket] ?? 0);
    this.#now += 1;
  }

  /** Denials of the last half minutes. */
  inLast(halves: number): number {
    let sum = 0;
    for (let at = this.#now - halves; at < this.#now; at += 1) sum += this.#halves[at] ?? 0;
    return sum;
  }

  /** Tools of the last five minutes. */
  toolsOfBucket(): string[] {
    let tools = 0;
    for (let at = this.#now - halvesPerBucket; at < this.#now; at += 1) tools |= this.#tools[at] ?? 0;
    const all = Array.from({ length: mostTools }, (_, tool) => tool);
    return all.filter((tool) => (tools & (1 << tool)) !== 0).map((tool) => `server-${this.server}:${this.key}-${tool}`);
  }

  /** The most tools of a bucket that may be learned from. */
  mostToolsBefore(now: number): number {
    if (this.#most.now !== now) {
      const until = now - model.lagBuckets;
      let count = 0;
      for (let at = Math.max(0, until - model.memoryBuckets); at < until; at += 1) {
        count = Math.max(count, this.#toolCounts[at] ?? 0);
      }
      this.#most = { now, count };
    }
    return this.#most.count;
  }

  /** Learns what has become old enough. */
  historyAsOf(now: number): SeriesHistory {
    for (; this.#learned < now - model.lagBuckets; this.#learned += 1) {
      const [bucket, count] = [this.#learned, this.series.counts[this.#learned] ?? 0];
      const isMasked = this.masked.some((range) => range.fromBucket <= bucket && bucket < range.untilBucket);
      if (count > 0 && !isMasked) this.#history.add(bucket, count);
    }
    return this.#history.asOf(now);
  }

  /** Whether as much was no spike before, in the windows of the epoch. */
  isKnownUsual(epoch: number): boolean {
    const { epoch: known, bucket, block } = this.#usual;
    return known === epoch && this.inBucket <= bucket && this.inBlock <= block;
  }

  wasUsual(epoch: number): void {
    const { epoch: known, bucket, block } = this.#usual;
    const before = known === epoch ? { bucket, block } : { bucket: 0, block: 0 };
    this.#usual = {
      ...{ epoch, bucket: Math.max(before.bucket, this.inBucket), block: Math.max(before.block, this.inBlock) },
    };
  }
}

function bitsOf(mask: number): number {
  let count = 0;
  for (let left = mask; left > 0; left &= left - 1) count += 1;
  return count;
}
