import type { EntryRecord } from '../entry-source.ts';
import { Rng } from '../rng.ts';
import { Epochs } from './epoch.ts';

export interface BetweenPages {
  /** Of the entries, 0 to 1: they wait for somebody who pages. */
  readonly share: number;
  /** They appear so long after their timestamp at the latest. */
  readonly upToSeconds: number;
}

/** How likely a waiting entry appears with each page that is turned over it. */
const appearsByPage = 0.4;

/** Entries that appear just while a caller pages over the time in which they lie. */
export class PageArrivals {
  readonly #seed: number;
  readonly #epochs = new Epochs<BetweenPages>();
  readonly #rng: Rng;
  readonly #appearedAtMs = new Map<string, number>();

  constructor(seed: number) {
    this.#seed = seed;
    this.#rng = Rng.of(seed, 'between-pages');
  }

  /** Whether it was never on. */
  get isUntouched(): boolean {
    return this.#epochs.isEmpty;
  }

  set(betweenPages: BetweenPages | undefined, nowMs: number): void {
    this.#epochs.set(betweenPages, nowMs);
  }

  /** When the entry appears or has appeared; -Infinity where it never waits. */
  visibleAtMs(entry: EntryRecord): number {
    const atMs = Math.floor(entry.micros / 1000);
    const epoch = this.#epochs.at(atMs);
    if (!epoch || !Rng.of(this.#seed, 'waits', entry.id).chance(epoch.settings.share)) return Number.NEGATIVE_INFINITY;
    const latestMs = Math.min(atMs + Math.floor(epoch.settings.upToSeconds * 1000), epoch.untilMs);
    return Math.min(latestMs, this.#appearedAtMs.get(entry.id) ?? latestMs);
  }

  /** The timestamp from which on entries may still wait; undefined where none does. */
  waitingFromMs(nowMs: number): number | undefined {
    const settledMs = this.settledMs(nowMs);
    return settledMs === Number.POSITIVE_INFINITY ? undefined : settledMs;
  }

  /** A further page is asked for: some of the entries that wait where it lies appear. */
  turn(waiting: Iterable<EntryRecord>, nowMs: number): void {
    for (const entry of waiting) {
      if (this.visibleAtMs(entry) > nowMs && this.#rng.chance(appearsByPage)) this.#appearedAtMs.set(entry.id, nowMs);
    }
  }

  /** Every entry with an earlier timestamp has appeared, as far as this fault goes. */
  settledMs(nowMs: number): number {
    let settledMs = Number.POSITIVE_INFINITY;
    for (const { settings, sinceMs, untilMs } of this.#epochs.all) {
      if (untilMs > nowMs) settledMs = Math.min(settledMs, Math.max(sinceMs, nowMs - settings.upToSeconds * 1000));
    }
    return settledMs;
  }
}
