import { formatTimestamp, hourOf, secondMs } from '@custody/decision';
import type { Clock, Logger } from '@custody/runtime';
import type { PollerMetrics } from './metrics.ts';
import { hoursOfHistoryLeft, nextOfHistory, type PlanInput } from './window-plan.ts';
import type { WindowProver } from './window-prover.ts';

export interface HistoryOptions {
  readonly prover: WindowProver;
  readonly plan: () => PlanInput;
  readonly metrics: PollerMetrics;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** Progress is told at most this often. */
const reportEveryMs = 5 * secondMs;
/** How soon to look again where nothing can be read right now. */
const idleMs = secondMs;

/** Reads what lies before live time, oldest first, hour by hour, with what live reading leaves of the budget. */
export class History {
  readonly #options: HistoryOptions;
  #reportedAtMs: number | null = null;
  #stretch: { readonly sinceMs: number; readonly decisions: number; readonly requests: number; hours: number } | null =
    null;

  constructor(options: HistoryOptions) {
    this.#options = options;
  }

  /** Reads the next window. False where there is none to read now. */
  async step(signal?: AbortSignal): Promise<boolean> {
    const { prover, plan, metrics, clock } = this.#options;
    const range = nextOfHistory(plan());
    if (range === null) {
      this.#reportEnd();
      return false;
    }
    const { decisions, requests } = metrics.totals();
    this.#stretch ??= { sinceMs: clock.now(), decisions, requests, hours: hoursOfHistoryLeft(plan()) };
    await prover.prove(range, { mode: 'backfill', signal });
    this.#report(range.fromMs);
    return true;
  }

  /** Goes on until the signal aborts. */
  async run(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) if (!(await this.step(signal))) await this.#options.clock.sleep(idleMs, signal);
  }

  #report(windowFromMs: number): void {
    const { clock, logger, metrics, plan } = this.#options;
    const nowMs = clock.now();
    if (this.#stretch === null || nowMs - (this.#reportedAtMs ?? this.#stretch.sinceMs) < reportEveryMs) return;
    this.#reportedAtMs = nowMs;
    const { sinceMs, hours, ...before } = this.#stretch;
    const { decisions, requests } = metrics.totals();
    const left = hoursOfHistoryLeft(plan());
    const elapsedSeconds = (nowMs - sinceMs) / secondMs;
    const isPredictable = hours > left;
    logger.info(
      {
        hour: formatTimestamp(hourOf(windowFromMs)),
        decisions: decisions - before.decisions,
        requests: requests - before.requests,
        hoursLeft: left,
        decisionsPerSecond: Math.round((decisions - before.decisions) / Math.max(elapsedSeconds, 1)),
        ...(isPredictable && { secondsLeft: Math.round((elapsedSeconds / (hours - left)) * left) }),
      },
      'reading history',
    );
  }

  #reportEnd(): void {
    const { logger, metrics, plan } = this.#options;
    // Windows that wait for another reading are history too: it ends when nothing is left.
    if (this.#stretch === null || hoursOfHistoryLeft(plan()) > 0) return;
    const { decisions, requests } = metrics.totals();
    const spent = { decisions: decisions - this.#stretch.decisions, requests: requests - this.#stretch.requests };
    logger.info(spent, 'history is read and proven');
    this.#stretch = null;
    this.#reportedAtMs = null;
  }
}
