import { Rng } from '../rng.ts';
import type { DateSettings } from './settings.ts';

/** A server whose clock is wrong, jumps, or is not told. */
export class DateFault {
  readonly #rng: Rng;
  #settings: DateSettings | undefined;

  constructor(seed: number) {
    this.#rng = Rng.of(seed, 'date');
  }

  set(settings: DateSettings | undefined): void {
    this.#settings = settings;
  }

  /** The `Date` header of an answer; undefined where there is none. */
  header(nowMs: number): string | undefined {
    if (!this.#settings) return new Date(nowMs).toUTCString();
    const { absent, jumpSeconds, offSeconds } = this.#settings;
    if (absent) return undefined;
    const jump = jumpSeconds === 0 ? 0 : jumpSeconds * (2 * this.#rng.next() - 1);
    return new Date(nowMs + (offSeconds + jump) * 1000).toUTCString();
  }
}
