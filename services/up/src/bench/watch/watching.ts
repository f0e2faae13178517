import { clickhouseTickStore, Tick } from '@custody/alerter';
import { minuteMs, type TickRecord } from '@custody/decision';
import { systemClock } from '@custody/runtime';
import type { StoreClient } from '@custody/store';
import { median, timed } from '../measure.ts';
import { watchedAtMs } from './watched-store.ts';

/** An alerter's ticks over a watched store, each as of a moment that is said. */
export class Watching {
  readonly #tick: Tick;
  #head: TickRecord | null = null;
  #atMs = watchedAtMs;
  readonly #signal: AbortSignal;
  /** Of the last look. */
  seen = 0;
  /** Steps of alerts so far. */
  told = 0;

  constructor(client: StoreClient, signal: AbortSignal) {
    this.#signal = signal;
    const store = clickhouseTickStore(client);
    this.#tick = new Tick({
      store: {
        ...store,
        surroundings: async (...asked) => {
          const found = await store.surroundings(...asked);
          this.seen = found.environments.reduce((sum, one) => sum + one.series.length, 0);
          return found;
        },
      },
      ...{
        orders: async () => ({ rules: [], actions: [], silences: [] }),
        fileRules: () => [],
        channelNames: () => [],
      },
      ...{ publicUrl: '', isDemo: false, clock: { ...systemClock, now: () => this.#atMs } },
    });
  }

  /** Milliseconds that the look takes, so many minutes after the first one. */
  look(laterMinutes: number): Promise<number> {
    this.#signal.throwIfAborted();
    this.#atMs = watchedAtMs + laterMinutes * minuteMs;
    return timed(async () => {
      const outcome = await this.#tick.look(this.#head, this.#atMs, this.#signal);
      this.told += outcome.transitions.length;
      // What a tick goes on from, without what the topic adds to it.
      this.#head = { ...outcome, kept: [] } as unknown as TickRecord;
    });
  }

  async medianOf(laterMinutes: readonly number[]): Promise<number> {
    const taken: number[] = [];
    for (const later of laterMinutes) taken.push(await this.look(later));
    return median(taken);
  }
}
