import type { EntryRecord, EntrySource } from '../entry-source.ts';
import { LateArrivals } from './late-arrivals.ts';
import { PageArrivals } from './page-arrivals.ts';
import { Retention } from './retention.ts';

/** When entries appear and vanish: what the source says, delayed and cut short by the faults. */
export class Arrivals {
  readonly late: LateArrivals;
  readonly pages: PageArrivals;
  readonly retention = new Retention();

  constructor(seed: number) {
    this.late = new LateArrivals(seed);
    this.pages = new PageArrivals(seed);
  }

  visibleAtMs(entry: EntryRecord): number {
    return Math.max(this.late.visibleAtMs(entry), this.pages.visibleAtMs(entry));
  }

  deletedAtMs(entry: EntryRecord): number {
    return Math.min(entry.deletedAtMs, this.retention.deletedAtMs(Math.floor(entry.micros / 1000)));
  }

  isListed(entry: EntryRecord, nowMs: number): boolean {
    // Asked of every entry of every listing, and mostly there was never any of these faults.
    const isUntouched = this.late.isUntouched && this.pages.isUntouched && this.retention.isUntouched;
    if (isUntouched) return entry.visibleAtMs <= nowMs && nowMs < entry.deletedAtMs;
    return this.visibleAtMs(entry) <= nowMs && nowMs < this.deletedAtMs(entry);
  }

  /** Whether the API listed the entry at some moment up to this one, to whoever asked. */
  wasListed(entry: EntryRecord, nowMs: number): boolean {
    const visibleAtMs = this.visibleAtMs(entry);
    return visibleAtMs <= nowMs && visibleAtMs < this.deletedAtMs(entry);
  }

  /** No entry with an earlier timestamp is listed. */
  firstMicros(nowMs: number): number {
    return Math.ceil(this.retention.horizonMs(nowMs)) * 1000;
  }

  /** Every entry with a timestamp up to here, and from the first one on, is listed. */
  settledMicros(source: EntrySource, nowMs: number): number {
    const settledMs = Math.min(this.late.settledMs(nowMs), this.pages.settledMs(nowMs));
    return Math.min(source.settledMicros(nowMs), settledMs * 1000 - 1);
  }
}
