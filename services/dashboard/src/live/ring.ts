/** The last so many of what came; adding never copies, however fast it comes. */
export class Ring<Item> {
  readonly #items: (Item | undefined)[];
  #next = 0;
  #count = 0;

  constructor(size: number) {
    this.#items = Array.from({ length: size });
  }

  get length(): number {
    return this.#count;
  }

  push(item: Item): void {
    this.#items[this.#next] = item;
    this.#next = (this.#next + 1) % this.#items.length;
    this.#count = Math.min(this.#count + 1, this.#items.length);
  }

  /** The newest first, so many at most. */
  newest(most: number): Item[] {
    const size = this.#items.length;
    return Array.from({ length: Math.min(most, this.#count) }, (_, ago) => {
      return this.#items[(this.#next - 1 - ago + 2 * size) % size] as Item;
    });
  }

  clear(): void {
    this.#items.fill(undefined);
    this.#next = 0;
    this.#count = 0;
  }
}
