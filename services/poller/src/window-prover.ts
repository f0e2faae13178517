import { hourOf, secondMs, type TimeRange } from '@custody/decision';
import { type Priority, permitErrors } from '@custody/permit';
import { isError, isRetriable, type Logger } from '@custody/runtime';
import { judgeClosing } from './closing.ts';
import type { Deferrals } from './deferrals.ts';
import type { Mode } from './hand-over.ts';
import type { HandedOn } from './handed-on.ts';
import type { HourLedger } from './hour-ledger.ts';
import type { PollerMetrics } from './metrics.ts';
import { type DecisionSource, tooManyResults } from './source.ts';
import { openWindow } from './window.ts';
import type { Reading, WindowReader } from './window-reader.ts';

export interface WindowProverOptions {
  readonly source: DecisionSource;
  readonly reader: WindowReader;
  readonly ledger: HourLedger;
  readonly handedOn: HandedOn;
  readonly deferrals: Deferrals;
  readonly metrics: PollerMetrics;
  readonly logger: Logger;
  readonly latenessMs: number;
}

/** How the attempt to prove a window ended. */
export type Proving = 'closed' | 'open' | 'split' | 'unreadable' | 'failed';

/** Parts of a window that is too large hold about this many entries, where its count can be believed. */
const wantedPerPart = 5_000;
const mostParts = 60;

/** Reads windows that are older than the lateness, and closes those that are proven. */
export class WindowProver {
  readonly #options: WindowProverOptions;

  constructor(options: WindowProverOptions) {
    this.#options = options;
  }

  /**
   * Reads a window inside one hour and records what that showed. Everything read is durable in the log before the window
   * changes; a crash in between costs another reading. A failure that may pass, or is of this request alone, sets the
   * window aside, so that it holds up no other; any other failure is thrown.
   */
  async prove(range: TimeRange, mode: Mode, signal?: AbortSignal): Promise<Proving> {
    const { deferrals, logger } = this.#options;
    try {
      return await this.#prove(range, mode, signal);
    } catch (error) {
      const isOfWindow = isRetriable(error) || isError(error, permitErrors.PERMIT_REQUEST_REJECTED);
      if (!isOfWindow || signal?.aborted) throw error;
      logger.warn({ err: error, from: new Date(range.fromMs), to: new Date(range.toMs) }, 'a window is set aside');
      deferrals.defer(range, deferrals.identicalReadings(range));
      return 'failed';
    }
  }

  async #prove(range: TimeRange, mode: Mode, signal: AbortSignal | undefined): Promise<Proving> {
    const { source, reader, deferrals, latenessMs } = this.#options;
    const priority: Priority = 'background';
    const isSmallest = range.toMs - range.fromMs <= secondMs;
    const reading = await reader.read({ range, mode, priority, signal, asFarAsPossible: isSmallest });
    if (reading.isTooLarge) return this.#split(range, reading);
    const { totalCount } = await source.countDecisions(range, undefined, { priority, signal });
    if ((totalCount ?? 0) >= tooManyResults) return this.#split(range, reading);
    const before = deferrals.identicalReadings(range);
    const closing = judgeClosing({ reading, countedAfter: totalCount, latenessMs, before });
    if (closing.proof === null) {
      await this.#keepOpen(range, reading, totalCount, closing.reason);
      deferrals.defer(range, closing.identical, latenessMs);
      return 'open';
    }
    await this.#close(range, reading, { proof: closing.proof, counted: totalCount });
    return 'closed';
  }

  /** Entries that earlier passes handed on, in this run or on record, and the source lists no more. */
  #deletedAtSource(range: TimeRange, reading: Reading): number {
    const known = this.#options.ledger.touching(range).filter(({ fromMs, toMs }) => {
      return fromMs >= range.fromMs && toMs <= range.toMs;
    });
    const recorded = known.reduce((sum, window) => sum + window.listed + window.deletedAtSource, 0);
    return Math.max(reading.missing, recorded - reading.listed, 0);
  }

  async #close(range: TimeRange, reading: Reading, proven: { proof: 'count' | 'reread'; counted: number | null }) {
    const { ledger, handedOn, deferrals, metrics } = this.#options;
    const deletedAtSource = this.#deletedAtSource(range, reading);
    const { listed, beganAtMs: readAtMs } = reading;
    await ledger.record(openWindow(range, { ...proven, state: 'closed', listed, deletedAtSource, readAtMs }));
    deferrals.forget(range);
    metrics.windowsClosed.inc({ proof: proven.proof });
    const hour = hourOf(range.fromMs);
    if (ledger.isSettled(hour)) handedOn.forget(hour);
  }

  async #keepOpen(range: TimeRange, reading: Reading, counted: number | null, reason: string): Promise<void> {
    const { listed, beganAtMs: readAtMs } = reading;
    await this.#options.ledger.record(openWindow(range, { listed, counted, readAtMs, reason }));
  }

  /** Halves a window, or cuts it finer where its count says how fine; a second cannot be cut in time. */
  async #split(range: TimeRange, reading: Reading): Promise<Proving> {
    const { ledger, deferrals } = this.#options;
    const seconds = Math.round((range.toMs - range.fromMs) / secondMs);
    if (seconds <= 1) return this.#narrow(range, reading);
    const counted = Math.max(...reading.counts, 0);
    const parts = Math.min(seconds, mostParts, Math.max(2, Math.ceil(counted / wantedPerPart)));
    const partMs = Math.ceil(seconds / parts) * secondMs;
    const windows = [];
    for (let fromMs = range.fromMs; fromMs < range.toMs; fromMs += partMs) {
      const part = { fromMs, toMs: Math.min(fromMs + partMs, range.toMs) };
      windows.push(openWindow(part, { reason: 'part of a window with more entries than one query can list' }));
    }
    deferrals.forget(range);
    await ledger.record(...windows);
    return 'split';
  }

  /**
   * The end of splitting in time: narrower requests would be the second's facets, by decision, action, resource and
   * user, each a window with a `facet`. Until they exist, such a second is recorded as what it is.
   */
  async #narrow(range: TimeRange, reading: Reading): Promise<Proving> {
    const { ledger, deferrals, metrics, logger } = this.#options;
    const reason = `more than ${tooManyResults} entries within seconds: one query cannot list them`;
    const { listed, beganAtMs: readAtMs } = reading;
    logger.warn(
      { from: new Date(range.fromMs), listed },
      'a second is unreadable: it holds more than a query can list',
    );
    await ledger.record(openWindow(range, { state: 'unreadable', listed, readAtMs, reason }));
    deferrals.forget(range);
    metrics.windowsUnreadable.inc();
    return 'unreadable';
  }
}
