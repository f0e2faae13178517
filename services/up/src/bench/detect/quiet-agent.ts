import {
  type Breadth,
  bucketsIn,
  defaultCountModel,
  type LearnedRange,
  RollingHistory,
  type SeriesHistory,
  type Span,
  spans,
} from '@custody/detect';
import { Draws } from './draws.ts';
import type { RealSweep } from './real-sweep.ts';
import { halvesPerBucket, type SimulatedSeries } from './world.ts';

const model = defaultCountModel;
const { blockBuckets } = model.calendar;
/** How long each window is, in half minutes. */
const windows = spans.map((span) => [span, bucketsIn(span, model.calendar) * halvesPerBucket] as const);
export const quietServers = 10;
/** Tools beyond those that an agent uses, for sweeps over tools that it never called. */
const mostBits = 31;

export interface QuietAgentOptions {
  readonly seed: number;
  readonly index: number;
  readonly series: SimulatedSeries;
  /** Where the week begins. */
  readonly fromBucket: number;
  /** An agent that is denied again and again is so on a few tools: on no more than so many. */
  readonly mostTools: number;
  /** What it does that is no everyday work. */
  readonly sweep?: RealSweep | undefined;
}

/** One agent: what it is denied, half minute by half minute, on tools of its own. */
export class QuietAgent {
  readonly key: string;
  readonly server: number;
  readonly series: SimulatedSeries;
  /** What alerts keep out of its history. */
  readonly masked: LearnedRange[] = [];
  /** Denials of the windows that are watched: the last five minutes to the last hour. */
  readonly observed: Record<Span, number> = { bucket: 0, quarter: 0, half: 0, block: 0 };
  readonly #history = new RollingHistory(model);
  readonly #first: number;
  /** From an hour before the week on: denials, and the tools of them, a bit each. */
  readonly #halves: Uint16Array;
  readonly #tools: Uint32Array;
  /** The tools that it was denied in each bucket, a bit each. */
  readonly #toolsOfBuckets: Uint32Array;
  #now: number;
  #learned = 0;
  /** Buckets by their tools, of those from one on and before another. */
  readonly #wide: number[] = [];
  #wideFrom = 0;
  #wideUntil = 0;
  readonly #usual = { epoch: -1, bucket: 0, quarter: 0, half: 0, block: 0 };

  constructor({ seed, index, series, fromBucket, mostTools, sweep }: QuietAgentOptions) {
    this.key = `agent|${index}`;
    this.server = index % quietServers;
    this.series = series;
    const draws = new Draws(seed, 200_000 + index);
    const toolCount = 1 + draws.below(mostTools);
    this.#first = fromBucket - blockBuckets;
    const length = (series.counts.length - this.#first) * halvesPerBucket;
    this.#halves = new Uint16Array(length);
    this.#tools = new Uint32Array(length);
    this.#toolsOfBuckets = new Uint32Array(series.counts.length);
    this.#now = blockBuckets * halvesPerBucket;
    for (let bucket = 0; bucket < series.counts.length; bucket += 1) {
      for (let left = series.counts[bucket] ?? 0; left > 0; left -= 1) {
        // Half of them of the tool that it uses most, a quarter of the next, and so on.
        const tool = draws.geometric(0.5) % toolCount;
        this.#deny(bucket, tool, () => draws.below(halvesPerBucket));
      }
    }
    for (const [tool, half] of (sweep?.halves ?? []).entries()) this.#sweep(half, mostBits - 1 - tool);
    for (const [span, halves] of windows) this.observed[span] = this.inLast(halves);
  }

  #deny(bucket: number, tool: number, halfOf: () => number): void {
    this.#toolsOfBuckets[bucket] = (this.#toolsOfBuckets[bucket] ?? 0) | (1 << tool);
    if (bucket < this.#first) return;
    const half = (bucket - this.#first) * halvesPerBucket + halfOf();
    this.#halves[half] = (this.#halves[half] ?? 0) + 1;
    this.#tools[half] = (this.#tools[half] ?? 0) | (1 << tool);
  }

  /** One denial on a tool that it never called. */
  #sweep(half: number, tool: number): void {
    const bucket = Math.floor(half / halvesPerBucket);
    this.series.counts[bucket] = (this.series.counts[bucket] ?? 0) + 1;
    this.#deny(bucket, tool, () => half % halvesPerBucket);
  }

  /** A half minute goes by. */
  pass(): void {
    const came = this.#halves[this.#now] ?? 0;
    for (const [span, halves] of windows) this.observed[span] += came - (this.#halves[this.#now - halves] ?? 0);
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
    const all = Array.from({ length: mostBits }, (_, tool) => tool);
    return all.filter((tool) => (tools & (1 << tool)) !== 0).map((tool) => `server-${this.server}:${this.key}-${tool}`);
  }

  /** How wide it was denied in the buckets that may be learned from: none is older than the memory. */
  breadthAsOf(now: number): Breadth {
    const until = now - model.lagBuckets;
    const from = Math.max(0, until - model.memoryBuckets);
    for (; this.#wideUntil < until; this.#wideUntil += 1) this.#count(this.#wideUntil, 1);
    for (; this.#wideFrom < from; this.#wideFrom += 1) this.#count(this.#wideFrom, -1);
    const watched = Math.max(0, until - Math.max(from, this.series.firstBucket));
    return { watchedBuckets: watched, buckets: this.#wide };
  }

  #count(bucket: number, times: 1 | -1): void {
    const tools = this.#isMasked(bucket) ? 0 : bitsOf(this.#toolsOfBuckets[bucket] ?? 0);
    while (this.#wide.length <= tools) this.#wide.push(0);
    if (tools > 0) this.#wide[tools] = (this.#wide[tools] ?? 0) + times;
  }

  #isMasked(bucket: number): boolean {
    return this.masked.some((range) => range.fromBucket <= bucket && bucket < range.untilBucket);
  }

  /** Learns what has become old enough. */
  historyAsOf(now: number): SeriesHistory {
    for (; this.#learned < now - model.lagBuckets; this.#learned += 1) {
      const [bucket, count] = [this.#learned, this.series.counts[this.#learned] ?? 0];
      if (count > 0 && !this.#isMasked(bucket)) this.#history.add(bucket, count);
    }
    return this.#history.asOf(now);
  }

  /** Whether as much was no spike before, in the windows of the epoch. */
  isKnownUsual(epoch: number): boolean {
    return this.#usual.epoch === epoch && windows.every(([span]) => this.observed[span] <= this.#usual[span]);
  }

  wasUsual(epoch: number): void {
    const isKnown = this.#usual.epoch === epoch;
    for (const [span] of windows) this.#usual[span] = Math.max(isKnown ? this.#usual[span] : 0, this.observed[span]);
    this.#usual.epoch = epoch;
  }
}

function bitsOf(mask: number): number {
  let count = 0;
  for (let left = mask; left !== 0; left &= left - 1) count += 1;
  return count;
}
