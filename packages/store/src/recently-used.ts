interface Entry<Value> {
  readonly value: Value;
  size: number;
}

export interface RecentlyUsedLimits {
  /** Of all sizes together, in whatever the sizes are. */
  readonly mostSize: number;
  /** Default: as many as their sizes allow. */
  readonly mostEntries?: number;
}

/** Values by key, up to a size of all together: those that were asked for longest ago make room. */
export class RecentlyUsed<Value> {
  readonly #entries = new Map<string, Entry<Value>>();
  readonly #mostSize: number;
  readonly #mostEntries: number;
  #size = 0;

  constructor({ mostSize, mostEntries = Number.POSITIVE_INFINITY }: RecentlyUsedLimits) {
    this.#mostSize = mostSize;
    this.#mostEntries = mostEntries;
  }

  /** How many there are. */
  get count(): number {
    return this.#entries.size;
  }

  /** The one that was asked for longest ago first. */
  *[Symbol.iterator](): IterableIterator<readonly [key: string, value: Value]> {
    for (const [key, { value }] of this.#entries) yield [key, value];
  }

  /** Looks without asking for it. */
  peek(key: string): Value | undefined {
    return this.#entries.get(key)?.value;
  }

  /** The value, which goes last from then on. */
  get(key: string): Value | undefined {
    const entry = this.#entries.get(key);
    if (entry === undefined) return undefined;
    this.#entries.delete(key);
    this.#entries.set(key, entry);
    return entry.value;
  }

  /** Keeps a value in the place of what was kept; others make room for it. */
  set(key: string, value: Value, size: number): void {
    this.delete(key);
    this.#entries.set(key, { value, size: 0 });
    this.resize(key, size);
  }

  /** Takes what is kept for so large; others make room for it. */
  resize(key: string, size: number): void {
    const entry = this.#entries.get(key);
    if (entry === undefined) return;
    this.#size += size - entry.size;
    entry.size = size;
    for (const oldest of this.#entries.keys()) {
      if (this.#size <= this.#mostSize && this.#entries.size <= this.#mostEntries) break;
      if (oldest !== key) this.delete(oldest);
    }
  }

  delete(key: string): void {
    this.#size -= this.#entries.get(key)?.size ?? 0;
    this.#entries.delete(key);
  }
}
