import { useEffect, useState } from 'preact/hooks';

/** One value that parts of the page share, and who wants to know when it changes. */
export class Store<Value> {
  #value: Value;
  readonly #listeners = new Set<() => void>();

  constructor(value: Value) {
    this.#value = value;
  }

  get value(): Value {
    return this.#value;
  }

  set(value: Value): void {
    if (Object.is(value, this.#value)) return;
    this.#value = value;
    for (const listener of [...this.#listeners]) listener();
  }

  /** Returns what ends it. */
  subscribe(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }
}

/** The value by now; whoever uses it is drawn again when it changes. */
export function useStore<Value>(store: Store<Value>): Value {
  const [seen, setSeen] = useState(store.value);
  useEffect(() => {
    const look = () => setSeen(() => store.value);
    // It may have changed since it was drawn.
    look();
    return store.subscribe(look);
  }, [store]);
  return seen;
}
