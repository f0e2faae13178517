import { setTimeout as delay } from 'node:timers/promises';
import type { CustodyInstance } from '../../kit/custody-instance.ts';

interface Counts {
  readonly stored: number;
  readonly ids: number;
  readonly hourly?: number;
}

/** Each read is some twentieth of a second of the store's: more often, and the trial is about the watching. */
const everyMs = 300;
const counts = 'toUInt32(count()) AS stored, toUInt32(uniqExact(decision_id)) AS ids';
const hourly = 'toUInt32((SELECT sum(decisions) FROM custody.decisions_hourly)) AS hourly';
/** Planning the view of hours takes the store ten times as long as the rows themselves: it is asked of every so many times. */
const hourlyEvery = 5;

/**
 * Reads the public views over and over, as a dashboard does, whatever is being killed: at no moment may they show an id
 * twice, more than was served, or less than they showed before.
 */
export class CountWatch {
  /** Reads that were answered. */
  reads = 0;
  /** Reads while the store was away. */
  refused = 0;
  stored = 0;
  readonly #instance: CustodyInstance;
  readonly #served: () => number;
  readonly #watching: Promise<void>;
  #isStopped = false;
  #failure: Error | undefined;

  constructor(instance: CustodyInstance, served: () => number) {
    this.#instance = instance;
    this.#served = served;
    this.#watching = this.#watch();
  }

  /** Throws what was read wrong. */
  check(): void {
    if (this.#failure !== undefined) throw this.#failure;
  }

  async stop(): Promise<void> {
    this.#isStopped = true;
    await this.#watching;
  }

  async #watch(): Promise<void> {
    while (!this.#isStopped && this.#failure === undefined) {
      const asked = this.reads % hourlyEvery === 0 ? [counts, hourly] : [counts];
      try {
        const [row] = await this.#instance.rows<Counts>(`SELECT ${asked.join(', ')} FROM custody.decisions`);
        if (row !== undefined) this.#judge(row);
      } catch (error) {
        // A connection that is not there, or breaks off; whatever the store says itself is a failure.
        if (error instanceof TypeError) this.refused += 1;
        else this.#failure = new Error('a count was refused', { cause: error });
      }
      await delay(everyMs);
    }
  }

  #judge({ stored, ids, hourly = 0 }: Counts): void {
    const served = this.#served();
    const isRight = stored === ids && stored <= served && hourly <= served && stored >= this.stored;
    if (!isRight) {
      const seen = JSON.stringify({ stored, ids, hourly, served, before: this.stored });
      this.#failure = new Error(`a count was wrong: ${seen}`);
    }
    this.stored = stored;
    this.reads += 1;
  }
}
