/** How many a second came lately: counted in seconds, over the last five whole ones. */
export class Rate {
  readonly #seconds = new Map<number, number>();

  add(nowMs: number, count = 1): void {
    const second = Math.floor(nowMs / 1000);
    this.#seconds.set(second, (this.#seconds.get(second) ?? 0) + count);
    for (const old of this.#seconds.keys()) if (old < second - 6) this.#seconds.delete(old);
  }

  perSecond(nowMs: number): number {
    const second = Math.floor(nowMs / 1000);
    let sum = 0;
    for (let ago = 1; ago <= 5; ago++) sum += this.#seconds.get(second - ago) ?? 0;
    return sum / 5;
  }
}
