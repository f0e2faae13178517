import { clickhouseTickStore, Tick } from '@custody/alerter';
import { type AlertTransition, minuteMs, type TickRecord } from '@custody/decision';
import { systemClock } from '@custody/runtime';
import type { StoreClient } from '@custody/store';
import { median, timed } from '../measure.ts';

/** An alerter's ticks over a store, each as of a moment that is said. */
export class Watching {
  readonly #tick: Tick;
  readonly #beginMs: number;
  #head: TickRecord | null = null;
  #atMs: number;
  readonly #signal: AbortSignal;
  /** Series, of the last look. */
  seen = 0;
  /** Findings whose reasons were read out of the store. */
  explained = 0;
  /** Steps of alerts so far, as they go to the one channel there is. */
  readonly steps: AlertTransition[] = [];

  constructor(client: StoreClient, beginMs: number, signal: AbortSignal) {
    this.#beginMs = beginMs;
    this.#atMs = beginMs;
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
        explain: (...asked) => {
          this.explained += 1;
          return store.explain(...asked);
        },
      },
      ...{
        orders: async () => ({ rules: [], actions: [], silences: [] }),
        fileRules: () => [],
        channelNames: () => ['pager'],
      },
      ...{ publicUrl: '', isDemo: false, clock: { ...systemClock, now: () => this.#atMs } },
    });
  }

  /** Milliseconds that the look takes, so many minutes after the first moment. */
  look(laterMinutes: number): Promise<number> {
    this.#signal.throwIfAborted();
    this.#atMs = this.#beginMs + laterMinutes * minuteMs;
    return timed(async () => {
      const outcome = await this.#tick.look(this.#head, this.#atMs, this.#signal);
      this.steps.push(...outcome.transitions.map(({ transition }) => transition));
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
