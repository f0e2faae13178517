import { contains, hourMs, hourOf, minuteMs, type TimeRange } from '@custody/decision';

/** Ids remembered over all hours, about 100 bytes each. What is forgotten is handed on again, and lands once. */
const mostRemembered = 500_000;
const mostStrays = 10_000;

function minuteOf(atMs: number): number {
  return Math.floor(atMs / minuteMs) * minuteMs;
}

/** Which ids are durable in the log, per minute of source time, and when each occurred. Memory only, and bounded. */
export class HandedOn {
  /** By the minute: a busy hour has a hundred thousand ids, and each page asks for those of a few seconds. */
  readonly #minutes = new Map<number, Map<string, number>>();
  /** Entries without a time of their own: two windows side by side may both list one. */
  readonly #strays = new Set<string>();
  readonly #limit: number;
  #size = 0;

  constructor(limit = mostRemembered) {
    this.#limit = limit;
  }

  /** False for an id that is known with another time: that is another entry, and a fault to be told. */
  has(id: string, atMs: number | null): boolean {
    if (atMs === null) return this.#strays.has(id);
    return this.#minutes.get(minuteOf(atMs))?.get(id) === atMs;
  }

  add(id: string, atMs: number | null): void {
    if (atMs === null) {
      if (this.#strays.size >= mostStrays) this.#strays.clear();
      this.#strays.add(id);
      return;
    }
    const minute = minuteOf(atMs);
    const ids = this.#minutes.get(minute) ?? new Map<string, number>();
    // The minute written last is the last to be forgotten.
    this.#minutes.delete(minute);
    this.#minutes.set(minute, ids);
    if (!ids.has(id)) this.#size += 1;
    ids.set(id, atMs);
    this.#makeRoom(minute);
  }

  /** Ids that occurred in the range. */
  *within(range: TimeRange): Iterable<string> {
    for (const [minute, ids] of this.#minutes) {
      if (minute < minuteOf(range.fromMs) || minute >= range.toMs) continue;
      for (const [id, atMs] of ids) if (contains(range, atMs)) yield id;
    }
  }

  countWithin(range: TimeRange): number {
    let count = 0;
    for (const _ of this.within(range)) count += 1;
    return count;
  }

  /** Forgets the hour that a moment lies in. */
  forget(atMs: number): void {
    const hour = hourOf(atMs);
    for (let minute = hour; minute < hour + hourMs; minute += minuteMs) this.#forgetMinute(minute);
  }

  #forgetMinute(minute: number): void {
    this.#size -= this.#minutes.get(minute)?.size ?? 0;
    this.#minutes.delete(minute);
  }

  #makeRoom(currentMinute: number): void {
    for (const minute of this.#minutes.keys()) {
      if (this.#size <= this.#limit) return;
      if (minute !== currentMinute) this.#forgetMinute(minute);
    }
    const ids = this.#minutes.get(currentMinute);
    for (const id of ids?.keys() ?? []) {
      if (this.#size <= this.#limit) return;
      ids?.delete(id);
      this.#size -= 1;
    }
  }
}
