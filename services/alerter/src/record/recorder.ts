import type { TickRecord } from '@custody/decision';
import type { InterruptiblePatience } from '@custody/runtime';
import type { RecordedLook, RecordedTransition } from '@custody/store';

export interface RecordStore {
  writeTransitions(transitions: readonly RecordedTransition[], signal: AbortSignal): Promise<void>;
  writeLooks(looks: readonly RecordedLook[], signal: AbortSignal): Promise<void>;
}

export interface RecorderParts {
  readonly store: RecordStore;
  readonly patiently: InterruptiblePatience;
}

/** Copies what counts into the store, tick by tick; what was copied before a crash is copied again, and stays one. */
export class Recorder {
  readonly #parts: RecorderParts;
  readonly #waiting: TickRecord[] = [];
  readonly #copied = new Set<string>();
  #wake = Promise.withResolvers<void>();

  constructor(parts: RecorderParts) {
    this.#parts = parts;
  }

  take(tick: TickRecord): void {
    if (tick.transitions.length === 0) return;
    this.#waiting.push(tick);
    this.#wake.resolve();
  }

  isCopied({ id }: TickRecord): boolean {
    return this.#copied.has(id);
  }

  /** Works until the signal aborts. Throws `ALERTER_INTERRUPTED` then, and what may not pass. */
  async run(signal: AbortSignal): Promise<void> {
    signal.addEventListener('abort', () => this.#wake.resolve(), { once: true });
    while (!signal.aborted) {
      const [tick] = this.#waiting;
      if (tick === undefined) {
        await this.#wake.promise;
        if (!signal.aborted) this.#wake = Promise.withResolvers();
        continue;
      }
      await this.#copy(tick, signal);
      this.#waiting.shift();
      this.#copied.add(tick.id);
    }
  }

  /** Looks first: a step that is there can be judged again. */
  async #copy({ transitions, looks }: TickRecord, signal: AbortSignal): Promise<void> {
    const { store, patiently } = this.#parts;
    await patiently('record alerts', signal, async () => {
      await store.writeLooks(looks, signal);
      await store.writeTransitions(transitions, signal);
    });
  }
}
