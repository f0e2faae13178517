import type { EntryRecord } from '../entry-source.ts';
import { Rng } from '../rng.ts';
import { Epochs } from './epoch.ts';

export interface Late {
  /** Of the entries, 0 to 1. */
  readonly share: number;
  /** The longest time between timestamp and arrival. */
  readonly upToSeconds: number;
}

/** Entries that arrive long after their timestamp. It concerns what happens while it is on: nothing listed vanishes. */
export class LateArrivals {
  readonly #seed: number;
  readonly #epochs = new Epochs<Late>();

  constructor(seed: number) {
    this.#seed = seed;
  }

  /** Whether it was never on. */
  get isUntouched(): boolean {
    return this.#epochs.isEmpty;
  }

  set(late: Late | undefined, nowMs: number): void {
    this.#epochs.set(late, nowMs);
  }

  /** When the entry appears; its own moment where it is not late. Switching the fault off lets everything in. */
  visibleAtMs(entry: EntryRecord): number {
    const atMs = Math.floor(entry.micros / 1000);
    const epoch = this.#epochs.at(atMs);
    if (!epoch) return entry.visibleAtMs;
    const rng = Rng.of(this.#seed, 'late', entry.id);
    if (!rng.chance(epoch.settings.share)) return entry.visibleAtMs;
    const delayMs = Math.ceil(epoch.settings.upToSeconds * 1000 * (0.1 + 0.9 * rng.next()));
    return Math.max(entry.visibleAtMs, Math.min(atMs + delayMs, epoch.untilMs));
  }

  /** Every entry with an earlier timestamp has arrived, as far as this fault goes. */
  settledMs(nowMs: number): number {
    let settledMs = Number.POSITIVE_INFINITY;
    for (const { settings, sinceMs, untilMs } of this.#epochs.all) {
      if (untilMs > nowMs) settledMs = Math.min(settledMs, Math.max(sinceMs, nowMs - settings.upToSeconds * 1000));
    }
    return settledMs;
  }
}
