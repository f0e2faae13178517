import { formatTimestamp } from '@custody/decision';
import { permitErrors } from '@custody/permit';
import { type Clock, isError, isRetriable, type Logger } from '@custody/runtime';
import { isSteady } from './closing.ts';
import type { Deferrals } from './deferrals.ts';
import type { HourLedger } from './hour-ledger.ts';
import type { PollerMetrics } from './metrics.ts';
import { type DecisionSource, tooManyResults } from './source.ts';
import type { SourceTime } from './source-time.ts';
import type { Window } from './window.ts';
import type { Reading, WindowReader } from './window-reader.ts';

export interface VerificationOptions {
  readonly source: DecisionSource;
  readonly reader: WindowReader;
  readonly ledger: HourLedger;
  readonly deferrals: Deferrals;
  readonly time: SourceTime;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly metrics: PollerMetrics;
  /** How long after closing a window is looked at, milliseconds, ascending. */
  readonly verifyAfterMs: readonly number[];
}

const idleMs = 10_000;

/** What the next count of the same request is compared with; `null` where it cannot be known. */
function expected({ counted, listed, beside, verifiedAtMs }: Window): number | null {
  if (verifiedAtMs !== null) return counted;
  return beside === null ? null : listed + beside.before + beside.after;
}

/** Whether a reading can stand in the place of the one that proved the window: a short one would tell of rows deleted. */
function isWhole({ counts, listed, listedPadded, pages }: Reading, window: Window): boolean {
  const last = counts.at(-1);
  if (last === undefined) return listed >= window.listed;
  return last <= listedPadded && (pages === 1 || isSteady(counts, last));
}

/**
 * Asks for the count of closed windows again, long after: for rows that came later than the lateness allows. A window
 * whose count has grown is opened and read again; one that has shrunk tells of rows deleted at the source, and is read
 * again as it stands. As many rows deleted as came late between two looks leave the count as it was: nothing shows them.
 */
export class Verification {
  readonly #options: VerificationOptions;

  constructor(options: VerificationOptions) {
    this.#options = options;
  }

  /** Looks at the next window that is due. False where none is. A failure that may pass leaves it due for later. */
  async step(signal?: AbortSignal): Promise<boolean> {
    const { deferrals, logger } = this.#options;
    const window = this.#due();
    if (window === null) return false;
    try {
      await this.#look(window, signal);
    } catch (error) {
      const isOfWindow = isRetriable(error) || isError(error, permitErrors.PERMIT_REQUEST_REJECTED);
      if (!isOfWindow || signal?.aborted) throw error;
      logger.warn({ err: error, from: new Date(window.fromMs) }, 'a closed window could not be looked at: later');
      deferrals.defer(window, null);
    }
    return true;
  }

  /** Goes on until the signal aborts. */
  async run(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) if (!(await this.step(signal))) await this.#options.clock.sleep(idleMs, signal);
  }

  #due(): Window | null {
    const { ledger, time, deferrals, verifyAfterMs } = this.#options;
    const nowMs = time.earliestMs();
    for (const window of ledger.all()) {
      const { state, closedAtMs, verifiedAtMs } = window;
      if (state === 'open' || closedAtMs === null || deferrals.isDeferred(window)) continue;
      const dueMs = verifyAfterMs.map((afterMs) => closedAtMs + afterMs).findLast((atMs) => atMs <= nowMs);
      if (dueMs !== undefined && (verifiedAtMs === null || verifiedAtMs < dueMs)) return window;
    }
    return null;
  }

  async #look(window: Window, signal: AbortSignal | undefined): Promise<void> {
    const { source, ledger, time, metrics, logger } = this.#options;
    if (window.state === 'unreadable') return ledger.reopen([window], `${window.reason}: tried again`);
    const { totalCount } = await source.countDecisions(window, undefined, { priority: 'background', signal });
    const before = expected(window);
    // What facets proved was proven by a count above the limit; for any other window such a count says "too many".
    const isUsable = totalCount !== null && (totalCount < tooManyResults || window.facets.length > 0);
    if (window.proof === 'reread' || totalCount === null) return this.#reread(window, totalCount, signal);
    if (!isUsable || before === null || totalCount > before) {
      metrics.windowsReopened.inc();
      const counts = { from: formatTimestamp(window.fromMs), counted: totalCount, before };
      logger.info(counts, 'a closed window counts more than it listed: it is read again');
      return ledger.reopen([window], `the source counts ${totalCount} after ${before ?? 'an unknown number'}`);
    }
    // Fewer than before: rows were deleted, and may hide as many that came late.
    if (totalCount < before) return this.#reread(window, totalCount, signal);
    await ledger.replace(window, { ...window, counted: totalCount, verifiedAtMs: time.earliestMs() });
  }

  /** Where a count says too little, reading is the look: what it lists is in the log before anything is said about it. */
  async #reread(window: Window, counted: number | null, signal: AbortSignal | undefined): Promise<void> {
    const { reader, ledger, time, metrics } = this.#options;
    const reading = await reader.read({ range: window, mode: 'backfill', priority: 'background', signal });
    if (reading.isTooLarge) return ledger.reopen([window], 'the source lists more than it did');
    if (!isWhole(reading, window)) {
      metrics.windowsReopened.inc();
      return ledger.reopen([window], 'a look at it listed less than it should: it is read again');
    }
    const { listed, idsXor, beside, beganAtMs: readAtMs } = reading;
    const deletedAtSource = Math.max(window.deletedAtSource, window.listed + window.deletedAtSource - listed);
    const verifiedAtMs = time.earliestMs();
    const seen = { listed, idsXor, beside, counted, deletedAtSource, readAtMs, verifiedAtMs };
    await ledger.replace(window, { ...window, ...seen });
  }
}
