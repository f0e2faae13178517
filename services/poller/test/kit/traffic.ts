import type { ListedEntry } from '@custody/permit';
import type { DecisionSource } from '../../src/source.ts';
import { entryAt } from './entries.ts';

type ListRequest = Parameters<DecisionSource['listDecisions']>[0];

export interface TrafficOptions {
  /** When each entry occurs, ascending; its place here is its number. */
  readonly occurredAtMs: Float64Array;
  /** Entries appear up to so much later, each at its own moment, as a PDP that ships in batches has them. */
  readonly longestDelayMs?: number;
  /** Entries of this age are deleted. Default: never. */
  readonly retentionMs?: number;
  readonly nowMs: () => number;
}

const encoder = new TextEncoder();

/** Moments as evenly spread as the rate says. */
export function steadyTimes(fromMs: number, toMs: number, perSecond: number): Float64Array {
  const count = Math.round(((toMs - fromMs) / 1_000) * perSecond);
  return Float64Array.from({ length: count }, (_, index) => Math.floor(fromMs + (index * 1_000) / perSecond));
}

export function joined(...stretches: readonly Float64Array[]): Float64Array {
  return Float64Array.from(stretches.flatMap((stretch) => [...stretch]));
}

/** Decisions by the million: a listing, newest first, that costs no more than the page that is asked for. */
export class Traffic {
  readonly occurredAtMs: Float64Array;
  readonly #options: TrafficOptions;

  constructor(options: TrafficOptions) {
    this.occurredAtMs = options.occurredAtMs;
    this.#options = options;
  }

  visibleAtMs(index: number): number {
    const { longestDelayMs = 0 } = this.#options;
    const delayMs = longestDelayMs === 0 ? 0 : (index * 7_919) % longestDelayMs;
    return this.#at(index) + delayMs;
  }

  deletedAtMs(index: number): number {
    return this.#at(index) + (this.#options.retentionMs ?? Number.POSITIVE_INFINITY);
  }

  /** The number of the first entry at this moment or later. */
  firstFrom(atMs: number): number {
    let [low, high] = [0, this.occurredAtMs.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.#at(middle) < atMs) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  /** A page and the count as the API answers now, seconds and bounds included. */
  list({ range, page = 1, perPage = 100 }: ListRequest): { entries: ListedEntry[]; totalCount: number } {
    const { longestDelayMs = 0, retentionMs = Number.POSITIVE_INFINITY, nowMs } = this.#options;
    const now = nowMs();
    const fromMs = Math.max((Math.floor(range.fromMs / 1_000) - 1) * 1_000, now - retentionMs + 1);
    const toMs = Math.min((Math.ceil(range.toMs / 1_000) + 1) * 1_000, now);
    const from = this.firstFrom(fromMs);
    const to = this.firstFrom(toMs + 1);
    const settled = Math.max(from, Math.min(to, this.firstFrom(now - longestDelayMs)));
    const young: number[] = [];
    for (let index = to - 1; index >= settled; index -= 1) if (this.visibleAtMs(index) <= now) young.push(index);
    const totalCount = young.length + settled - from;
    const first = (page - 1) * perPage;
    const numbers = young.slice(first, first + perPage);
    for (let rank = Math.max(first, young.length); rank < Math.min(first + perPage, totalCount); rank += 1) {
      numbers.push(settled - 1 - (rank - young.length));
    }
    return { entries: numbers.map((index) => this.#entry(index)), totalCount };
  }

  #at(index: number): number {
    return this.occurredAtMs[index] ?? Number.POSITIVE_INFINITY;
  }

  #entry(index: number): ListedEntry {
    const occurredAtMs = this.#at(index);
    const entry = entryAt(index, new Date(occurredAtMs).toISOString());
    return { bytes: encoder.encode(JSON.stringify(entry)), id: entry.id, occurredAtMs };
  }
}
