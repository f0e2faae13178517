import { setTimeout as delay } from 'node:timers/promises';
import { expect } from 'vitest';
import { eventually } from '../../kit/eventually.ts';
import { SeededRandom } from '../../kit/seeded-random.ts';
import type { KafkaCluster } from '../../kit/with-kafka.ts';
import { Decisions, usualWorld } from '../kit/decisions.ts';
import { rowsBehind } from '../kit/rows-behind.ts';
import { type Participation, type Stage, usualGroup } from '../kit/stage.ts';
import { Accidents, replayGroup } from './accidents.ts';
import { CountWatch } from './count-watch.ts';
import { faultPlan, type Round } from './fault-plan.ts';
import { Feeder } from './feeder.ts';
import { judgeDeadLetters, judgeRows } from './judge.ts';

/** How long after a slice begins something is killed, at the latest. */
const latestKillMs = 500;
/** So many slices may wait in the log: behind that, the kills wait for the consumers. */
const slicesAhead = 4;
const progressMs = 240_000;
/** A second reading of the log may take longer than the first, and what is learned late comes after both. */
const settledMs = 900_000;
const killsOfABlock = { whole: 20, short: 10 };

export interface TrialOptions {
  readonly seed: number;
  /** How many decisions are served. */
  readonly count: number;
  /** How often every kind of fault is met at least. */
  readonly blocks: number;
  /** Whether most kinds of faults are met once a block. */
  readonly isShort: boolean;
  readonly kafka: KafkaCluster | null;
  readonly participation: Participation;
}

/** One way of many decisions through consumers that are killed, and the judgement of what is stored in the end. */
export class Trial {
  readonly #stage: Stage;
  readonly #options: TrialOptions;
  readonly #random: SeededRandom;
  readonly #plan: readonly Round[];
  readonly #decisions: Decisions;
  readonly #feeder: Feeder;
  readonly #accidents: Accidents;
  readonly #watch: CountWatch;

  constructor(stage: Stage, options: TrialOptions) {
    const { seed, count, kafka, participation } = options;
    this.#stage = stage;
    this.#options = options;
    this.#random = new SeededRandom(seed);
    this.#plan = faultPlan(this.#random, { ...options, hasBroker: kafka !== null });
    this.#decisions = new Decisions(count, seed);
    this.#feeder = new Feeder(stage.log, this.#decisions, { slices: this.#plan.length + 1, seed });
    this.#accidents = new Accidents(stage, this.#random, kafka, participation);
    this.#watch = new CountWatch(stage.instance, () => this.#feeder.served);
  }

  /** Fails with the first thing that is not as it should be; resolves with what was done and survived. */
  async run(): Promise<string> {
    try {
      await this.#travel();
      await this.#settle();
    } finally {
      await this.#watch.stop();
    }
    await this.#judge();
    return this.#told();
  }

  async #travel(): Promise<void> {
    const feeder = this.#feeder;
    await feeder.begin();
    for (const [slice, round] of this.#plan.entries()) {
      const appending = feeder.appendSlice(slice);
      await delay(this.#random.below(latestKillMs));
      await this.#accidents.befall(round);
      await appending;
      await this.#untilStored(slice < slicesAhead ? 0 : feeder.servedBy(slice - slicesAhead));
    }
    await this.#accidents.allAnew();
    await feeder.appendSlice(this.#plan.length);
  }

  /** Until everything is stored, read by both groups, and attributed with what was learned late. */
  async #settle(): Promise<void> {
    const isNone = (left: number) => left === 0;
    const patient = { timeoutMs: settledMs, everyMs: 500 };
    await this.#untilStored(this.#decisions.count);
    for (const group of [usualGroup, replayGroup]) await eventually(() => this.#stage.lag(group), isNone, patient);
    await eventually(() => rowsBehind(this.#stage, usualWorld), isNone, patient);
  }

  async #judge(): Promise<void> {
    const { blocks, isShort } = this.#options;
    this.#watch.check();
    this.#stage.assertAllRun();
    expect(this.#watch.stored).toBe(this.#decisions.count);
    expect(this.#watch.reads).toBeGreaterThan(0);
    expect(this.#accidents.kills).toBeGreaterThanOrEqual(
      (isShort ? killsOfABlock.short : killsOfABlock.whole) * blocks,
    );
    const letters = await judgeDeadLetters(this.#stage, this.#feeder);
    const rows = await judgeRows(this.#stage, this.#decisions);
    expect([...letters, ...rows].slice(0, 5)).toEqual([]);
  }

  async #untilStored(least: number): Promise<void> {
    const stored = () => {
      this.#stage.assertAllRun();
      this.#watch.check();
      return this.#watch.stored;
    };
    await eventually(stored, (count) => count >= least, { timeoutMs: progressMs });
  }

  #told(): string {
    const garbage = this.#feeder.garbage.size;
    const faults = { ...Object.fromEntries(this.#accidents.counts), ...this.#feeder.fed, garbage };
    const survived = Object.entries(faults).map(([kind, times]) => `${kind} ${times}`);
    const { reads, refused } = this.#watch;
    const { count, seed } = this.#options;
    return `${count} decisions, ${this.#accidents.kills} kills, seed ${seed}: ${survived.join(', ')}; ${reads} counts read, ${refused} while the store was away`;
  }
}
