import { contains, hourOf, type TimeRange } from '@custody/decision';

/** Ids remembered over all hours, about 100 bytes each. What is forgotten is handed on again, and lands once. */
const mostRemembered = 500_000;
const mostStrays = 10_000;

/** Which ids are durable in the log, per hour of source time, and when each occurred. Memory only, and bounded. */
export class HandedOn {
  readonly #hours = new Map<number, Map<string, number>>();
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
    return this.#hours.get(hourOf(atMs))?.get(id) === atMs;
  }

  add(id: string, atMs: number | null): void {
    if (atMs === null) {
      if (this.#strays.size >= mostStrays) this.#strays.clear();
      this.#strays.add(id);
      return;
    }
    const hour = hourOf(atMs);
    const ids = this.#hours.get(hour) ?? new Map<string, number>();
    // The hour written last is the last to be forgotten.
    this.#hours.delete(hour);
    this.#hours.set(hour, ids);
    if (!ids.has(id)) this.#size += 1;
    ids.set(id, atMs);
    this.#makeRoom(hour);
  }

  /** Ids that occurred in the range. */
  *within(range: TimeRange): Iterable<string> {
    for (const [hour, ids] of this.#hours) {
      if (hour < hourOf(range.fromMs) || hour >= range.toMs) continue;
      for (const [id, atMs] of ids) if (contains(range, atMs)) yield id;
    }
  }

  countWithin(range: TimeRange): number {
    let count = 0;
    for (const _ of this.within(range)) count += 1;
    return count;
  }

  forget(hourMs: number): void {
    this.#size -= this.#hours.get(hourMs)?.size ?? 0;
    this.#hours.delete(hourMs);
  }

  #makeRoom(currentHour: number): void {
    for (const hour of this.#hours.keys()) {
      if (this.#size <= this.#limit) return;
      if (hour !== currentHour) this.forget(hour);
    }
    const ids = this.#hours.get(currentHour);
    for (const id of ids?.keys() ?? []) {
      if (this.#size <= this.#limit) return;
      ids?.delete(id);
      this.#size -= 1;
    }
  }
}
