import { Epochs } from './epoch.ts';

export interface RetentionSettings {
  /** Entries older than this are deleted, all the time. */
  readonly seconds: number;
}

/** The source deletes its oldest entries. What is deleted stays so after the fault is switched off. */
export class Retention {
  readonly #epochs = new Epochs<RetentionSettings>();

  /** Whether it was never on. */
  get isUntouched(): boolean {
    return this.#epochs.isEmpty;
  }

  set(retention: RetentionSettings | undefined, nowMs: number): void {
    this.#epochs.set(retention, nowMs);
  }

  /** Entries with an earlier timestamp are gone. */
  horizonMs(nowMs: number): number {
    const horizons = this.#epochs.all
      .filter(({ sinceMs }) => sinceMs <= nowMs)
      .map(({ settings, untilMs }) => Math.min(nowMs, untilMs) - settings.seconds * 1000);
    return Math.max(Number.NEGATIVE_INFINITY, ...horizons);
  }

  /** When an entry of this timestamp is deleted; Infinity where it is kept. */
  deletedAtMs(atMs: number): number {
    for (const { settings, sinceMs, untilMs } of this.#epochs.all) {
      // The first moment whose horizon is past the entry.
      const goneMs = Math.max(sinceMs, atMs + settings.seconds * 1000 + 1);
      if (goneMs <= untilMs) return goneMs;
    }
    return Number.POSITIVE_INFINITY;
  }
}
