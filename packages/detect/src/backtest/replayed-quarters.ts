import { minuteMs, type QuarterRow } from '@custody/decision';
import { bucketOf } from '../count/calendar.ts';
import type { CountModel } from '../count/count-model.ts';
import { type SeriesHistory, summarize } from '../count/series-history.ts';
import type { AllDecisions } from '../environment-input.ts';
import { bucketsOfQuarters } from '../environment-rows.ts';
import { leastSilentMs } from '../rules/source-silent.ts';

const quarterMs = 15 * minuteMs;

/** All decisions of an environment by quarters of an hour: enough to tell a silence, none of which is shorter. */
export class ReplayedQuarters {
  readonly #quarters: readonly QuarterRow[];
  readonly #model: CountModel;
  readonly #firstSeenMs: number;
  /** The first quarter that has not ended before the moment that was asked for last. */
  #next = 0;
  #known: { readonly bucket: number; readonly history: SeriesHistory } | null = null;

  constructor(quarters: readonly QuarterRow[], firstSeenMs: number, model: CountModel) {
    this.#quarters = quarters;
    this.#firstSeenMs = firstSeenMs;
    this.#model = model;
  }

  /** What is looked at where the environment has been silent for long; `null` where it has not. Moments come in order. */
  silentAt(atMs: number): AllDecisions | null {
    while ((this.#quarters[this.#next]?.startMs ?? Number.POSITIVE_INFINITY) + quarterMs <= atMs) this.#next += 1;
    const lastDecisionMs = this.#lastBefore(atMs);
    if (lastDecisionMs === null || atMs - lastDecisionMs < leastSilentMs) return null;
    return { history: this.#historyAt(atMs), firstSeenMs: this.#firstSeenMs, lastDecisionMs };
  }

  /** Within a quarter that has decisions before and after the moment the last one is not known, and near. */
  #lastBefore(atMs: number): number | null {
    const current = this.#quarters[this.#next];
    if (current !== undefined && current.firstMs < atMs) return current.lastMs < atMs ? current.lastMs : atMs - 1;
    return this.#quarters[this.#next - 1]?.lastMs ?? null;
  }

  #historyAt(atMs: number): SeriesHistory {
    const bucket = bucketOf(this.#model.calendar, atMs);
    if (this.#known?.bucket !== bucket) {
      const counts = bucketsOfQuarters({ quarters: this.#quarters.slice(0, this.#next) }, this.#model);
      this.#known = { bucket, history: summarize(counts, bucket, this.#model) };
    }
    return this.#known.history;
  }
}
