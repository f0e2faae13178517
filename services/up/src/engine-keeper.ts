import {
  type EmbeddedClickHouse,
  type EmbeddedClickHouseOptions,
  startEmbeddedClickHouse,
} from '@custody/embedded-clickhouse';
import type { Clock } from '@custody/runtime';
import type { Console } from './console.ts';

const restartDelayMs = 1_000;

/**
 * Starts the store's engine again, on the same port, whenever its process ends without being asked to. What it had
 * acknowledged is on disk; the services wait for it meanwhile.
 */
export class EngineKeeper {
  readonly #stopping = new AbortController();
  readonly #parts: { readonly console: Console; readonly clock: Clock };
  #engine: EmbeddedClickHouse;
  readonly #done: Promise<void>;

  constructor(
    engine: EmbeddedClickHouse,
    options: EmbeddedClickHouseOptions,
    parts: { readonly console: Console; readonly clock: Clock },
  ) {
    this.#engine = engine;
    this.#parts = parts;
    this.#done = this.#keep(options);
  }

  /** Ends the engine for good. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.#engine.stop();
    await this.#done;
  }

  async #keep(options: EmbeddedClickHouseOptions): Promise<void> {
    const { console } = this.#parts;
    const { signal } = this.#stopping;
    for (;;) {
      const exit = await this.#engine.exited;
      if (signal.aborted) return;
      console.warning('store', `ended (${exit.signal ?? `code ${exit.code}`}); again in ${restartDelayMs / 1000} s`);
      await this.#startAgain(options);
      if (signal.aborted) return this.#engine.stop();
      console.event('store', `up (process ${this.#engine.pid})`);
    }
  }

  async #startAgain(options: EmbeddedClickHouseOptions): Promise<void> {
    const { console, clock } = this.#parts;
    const { signal } = this.#stopping;
    while (!signal.aborted) {
      await clock.sleep(restartDelayMs, signal);
      try {
        this.#engine = await startEmbeddedClickHouse(options);
        return;
      } catch (error) {
        console.warning('store', error instanceof Error ? error.message : String(error));
      }
    }
  }
}
