import { minuteMs } from '@custody/decision';
import { aheadOfUtcMs } from '../filters/time-zone.ts';

const quarterMs = 15 * minuteMs;

/** Instants as the clocks of a zone show them. */
export class LocalClock {
  readonly timeZone: string;
  #quarter = Number.NaN;
  #aheadMs = 0;

  constructor(timeZone: string) {
    this.timeZone = timeZone;
  }

  /** `2026-11-03T13:34:56.789+01:00`. */
  format(epochMs: number): string {
    const aheadMs = this.#aheadAt(epochMs);
    const minutes = Math.round(Math.abs(aheadMs) / minuteMs);
    const two = (value: number) => String(value).padStart(2, '0');
    const offset = `${aheadMs < 0 ? '-' : '+'}${two(Math.floor(minutes / 60))}:${two(minutes % 60)}`;
    return new Date(epochMs + aheadMs).toISOString().replace('Z', offset);
  }

  /** `2026-11-03 13:34:56`, for people; the zone is said elsewhere. */
  text(epochMs: number): string {
    return this.format(epochMs).slice(0, 19).replace('T', ' ');
  }

  /** Rows come in the order of time, and clocks are changed at quarters of an hour only. */
  #aheadAt(epochMs: number): number {
    const quarter = Math.floor(epochMs / quarterMs);
    if (quarter !== this.#quarter) {
      this.#quarter = quarter;
      this.#aheadMs = aheadOfUtcMs(epochMs, this.timeZone);
    }
    return this.#aheadMs;
  }
}
