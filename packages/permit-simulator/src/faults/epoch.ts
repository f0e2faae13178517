/** A fault of the entries while it was switched on. What it decided stays decided after it was switched off. */
export interface Epoch<Settings> {
  readonly settings: Settings;
  readonly sinceMs: number;
  /** Infinity while it lasts. */
  readonly untilMs: number;
}

/** A fault's epochs in order; switching it on again ends the one before. */
export class Epochs<Settings> {
  #epochs: Epoch<Settings>[] = [];

  /** `undefined` switches it off. Setting what is already set changes nothing. */
  set(settings: Settings | undefined, nowMs: number): void {
    const last = this.#epochs.at(-1);
    const current = last?.untilMs === Number.POSITIVE_INFINITY ? last : undefined;
    if (current && JSON.stringify(current.settings) === JSON.stringify(settings)) return;
    if (current) this.#epochs = [...this.#epochs.slice(0, -1), { ...current, untilMs: nowMs }];
    if (settings !== undefined) {
      this.#epochs.push({ settings, sinceMs: nowMs, untilMs: Number.POSITIVE_INFINITY });
    }
  }

  /** Whether it was never on. */
  get isEmpty(): boolean {
    return this.#epochs.length === 0;
  }

  get all(): readonly Epoch<Settings>[] {
    return this.#epochs;
  }

  /** The epoch in which a moment lies; the moment of switching on still belongs to the time before. */
  at(ms: number): Epoch<Settings> | undefined {
    return this.#epochs.findLast((epoch) => ms > epoch.sinceMs && ms <= epoch.untilMs);
  }
}
