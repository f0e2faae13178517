import { eventually } from '../../kit/eventually.ts';
import type { SeededRandom } from '../../kit/seeded-random.ts';
import { rowsBehind } from '../kit/rows-behind.ts';
import type { Stage } from '../kit/stage.ts';
import {
  compareAnswers,
  compareChains,
  compareCorrections,
  compareCoverage,
  compareRows,
  compareSeals,
  compareSums,
} from './compare.ts';
import { endMs, startMs, worlds } from './history.ts';
import type { Poller } from './poller.ts';
import { questionsOver } from './questions.ts';
import type { Source } from './source-hour.ts';
import type { ViewWatch } from './view-watch.ts';
import type { Views } from './views.ts';

const settledMs = 240_000;
/** Most differences that are told. */
const shown = 8;
/** So many questions are asked after a step, unless it is said which. */
const usuallyAsked = 5;
const [first, second] = worlds;
export const allQuestions = questionsOver(startMs, endMs, [first.envId, second.envId]);

export interface JudgeParts {
  readonly stage: Stage;
  readonly views: Views;
  readonly watch: ViewWatch;
  readonly poller: Poller;
  readonly random: SeededRandom;
  readonly sources: readonly Source[];
}

/** Holds what the views say against the oracle. Whatever differs is thrown. */
export class Judge {
  comparisons = 0;
  readonly #parts: JudgeParts;

  constructor(parts: JudgeParts) {
    this.#parts = parts;
  }

  /** Everything, once all that can be sealed is; rows and sums before that as well. */
  async all(questions = this.#parts.random.shuffled(allQuestions).slice(0, usuallyAsked)): Promise<void> {
    const { stage, views, sources } = this.#parts;
    await this.rows();
    const left = await eventually(
      () => this.#unsealed(),
      (faults) => faults.length === 0,
      {
        timeoutMs: settledMs,
        everyMs: 700,
      },
    );
    this.#fail([
      ...left,
      ...(await compareRows(views, sources)),
      ...(await compareChains(views)),
      ...(await compareCoverage(views, sources)),
      ...(await compareAnswers(stage, sources, questions)),
    ]);
  }

  /** Rows and sums as soon as everything is stored, sealed or not. */
  async rows(): Promise<void> {
    const { views, sources } = this.#parts;
    await eventually(
      () => this.pass(),
      (left) => left === 0,
      { timeoutMs: settledMs, everyMs: 150 },
    );
    this.comparisons += 1;
    this.#fail(await compareRows(views, sources));
  }

  /** Sums, whatever becomes of rows. */
  async sums(): Promise<void> {
    this.#fail(await compareSums(this.#parts.views, this.#parts.sources));
  }

  async corrections(expected: readonly string[]): Promise<void> {
    this.#fail(await compareCorrections(this.#parts.views, expected));
  }

  /** What the pollers do while everybody waits: resolves with what is in the log and not stored, or behind what is known. */
  async pass(): Promise<number> {
    const { stage, watch, poller, sources } = this.#parts;
    stage.assertAllRun();
    watch.check();
    await poller.answerRepairs(sources);
    const behind = sources.map(({ lateKnown, decisions }) =>
      lateKnown > 0 ? rowsBehind(stage, decisions.world, lateKnown) : 0,
    );
    const [lag = 0, ...rows] = await Promise.all([stage.lag(), ...behind]);
    return rows.reduce((sum, count) => sum + count, lag);
  }

  async #unsealed(): Promise<string[]> {
    await this.pass();
    return compareSeals(this.#parts.views, this.#parts.sources);
  }

  #fail(faults: readonly string[]): void {
    this.#parts.watch.check();
    if (faults.length > 0) throw new Error(faults.slice(0, shown).join('\n  '));
  }
}
