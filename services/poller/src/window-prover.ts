import { hourMs, hourOf, joinIdsXor, type Proof, type SourceFacet, type TimeRange } from '@custody/decision';
import { type Priority, permitErrors } from '@custody/permit';
import { isError, isRetriable, type Logger } from '@custody/runtime';
import { isSteady, judgeClosing } from './closing.ts';
import type { Deferrals } from './deferrals.ts';
import type { Mode } from './hand-over.ts';
import type { HandedOn } from './handed-on.ts';
import type { HourLedger } from './hour-ledger.ts';
import type { PollerMetrics } from './metrics.ts';
import { type KnownValues, SecondCover } from './second-cover.ts';
import { type DecisionSource, tooManyResults } from './source.ts';
import type { SourceTime } from './source-time.ts';
import { openWindow, type Window } from './window.ts';
import { frontierOf } from './window-plan.ts';
import type { Reading, ReadRequest, WindowReader } from './window-reader.ts';
import { splitWindow } from './window-split.ts';

export interface WindowProverOptions {
  readonly source: DecisionSource;
  readonly reader: WindowReader;
  readonly ledger: HourLedger;
  readonly handedOn: HandedOn;
  readonly deferrals: Deferrals;
  readonly knownValues: KnownValues;
  readonly time: SourceTime;
  readonly metrics: PollerMetrics;
  readonly logger: Logger;
  readonly latenessMs: number;
}

export interface ProvingOptions {
  readonly mode: Mode;
  /** Default `background`. */
  readonly priority?: Priority;
  readonly signal?: AbortSignal | undefined;
}

/** How the attempt to prove a window ended. */
export type Proving = 'closed' | 'early' | 'open' | 'split' | 'unreadable' | 'failed';

/** So many readings of one length may fail or find the source changing; then shorter ones are tried. */
const attemptsBeforeParts = 2;
/** Parts of a window that is too large hold about this many entries, where its count can be believed. */
const wantedPerPart = 0.8 * tooManyResults;

const splitReasons = {
  tooLarge: 'part of a window with more entries than one query can list',
  changing: 'part of a window that changed whenever it was read',
  failing: 'part of a window whose readings failed half-way',
} as const;

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
  async prove(range: TimeRange, { mode, priority = 'background', signal }: ProvingOptions): Promise<Proving> {
    const { deferrals, logger } = this.#options;
    let pages = 0;
    const onPage = () => {
      pages += 1;
    };
    try {
      return await this.#prove({ range, mode, priority, signal, onPage });
    } catch (error) {
      const isOfWindow = isRetriable(error) || isError(error, permitErrors.PERMIT_REQUEST_REJECTED);
      if (!isOfWindow || signal?.aborted) throw error;
      logger.warn({ err: error, from: new Date(range.fromMs), to: new Date(range.toMs) }, 'a window is set aside');
      // One that always fails half-way would begin anew for ever: shorter ones get to their end.
      const isHopeless = pages > 1 && deferrals.attempts(range) >= attemptsBeforeParts;
      if (isHopeless && (await this.#split(range, pages + 1, splitReasons.failing))) return 'split';
      deferrals.defer(range, deferrals.identicalReadings(range));
      return 'failed';
    }
  }

  async #prove(request: ReadRequest): Promise<Proving> {
    const { source, reader, deferrals, time, latenessMs } = this.#options;
    const { range, priority, signal } = request;
    const reading = await reader.read(request);
    // The answers tell the time: by a clock that was ahead, the window looked older than it is.
    if (range.toMs > frontierOf(time.earliestMs(), latenessMs)) {
      deferrals.defer(range, null);
      return 'early';
    }
    if (reading.isTooLarge) return this.#narrow(request, reading.counts);
    const { totalCount } = await source.countDecisions(range, undefined, { priority, signal });
    if ((totalCount ?? 0) >= tooManyResults) return this.#narrow(request, [totalCount ?? 0]);
    const before = deferrals.identicalReadings(range);
    const closing = judgeClosing({ reading, countedAfter: totalCount, latenessMs, before });
    if (closing.proof !== null) return this.#settle(request, reading, { proof: closing.proof, counted: totalCount });
    const isRestless = deferrals.attempts(range) >= attemptsBeforeParts && reading.pages > 1 && totalCount !== null;
    if (isRestless && (await this.#split(range, reading.pages, splitReasons.changing))) return 'split';
    await this.#keepOpen(range, reading, totalCount, closing.reason);
    deferrals.defer(range, closing.identical, latenessMs);
    return 'open';
  }

  /** Halves a window that is too large, or cuts it finer where its count says how fine; a second is read by facets. */
  async #narrow(request: ReadRequest, counts: readonly number[]): Promise<Proving> {
    const parts = Math.ceil(Math.max(...counts, 0) / wantedPerPart);
    if (await this.#split(request.range, parts, splitReasons.tooLarge)) return 'split';
    return this.#cover(request);
  }

  /** Reads a second by facets. Their proof is the count of the whole: exactly what they listed, before and after. */
  async #cover(request: ReadRequest): Promise<Proving> {
    const { source, reader, ledger, knownValues, deferrals, metrics, latenessMs, logger } = this.#options;
    const { range, priority, signal } = request;
    const onFacets = (facets: readonly SourceFacet[]) =>
      ledger.record(
        openWindow(range, { ...this.#carried(range), facets: [...facets], reason: 'being read by facets' }),
      );
    const cover = new SecondCover({ source, reader, knownValues, request, onFacets });
    await cover.read();
    const { totalCount } = await source.countDecisions(range, undefined, { priority, signal });
    const reading = reader.reading(cover.pass);
    const found = { facets: cover.facets, counted: totalCount };
    const isStill = totalCount !== null && isSteady(reading.counts, totalCount) && reading.counts[0] === totalCount;
    // A count of exactly the limit is where some sources stop counting: it is the whole of nothing.
    if (isStill && totalCount === reading.listedPadded && totalCount !== tooManyResults) {
      return this.#settle(request, reading, { ...found, proof: 'count' });
    }
    const isRestless = totalCount !== null && reading.counts.some((count) => count !== totalCount);
    // Some sources only estimate what is more than they list: a count that never stands still proves nothing, ever.
    if (isRestless && deferrals.attempts(range) < attemptsBeforeParts) {
      await this.#keepOpen(range, reading, totalCount, 'the source changed while it was read by facets');
      deferrals.defer(range, null, latenessMs);
      return 'open';
    }
    const isKnown = totalCount !== null && totalCount !== tooManyResults && !isRestless;
    const whole = isKnown ? totalCount : 'an unknown number of';
    const reason = `facets list ${reading.listedPadded} of ${whole} entries, more than ${tooManyResults} of them in seconds`;
    logger.warn({ from: new Date(range.fromMs), listed: reading.listed }, 'a second is unreadable');
    metrics.windowsUnreadable.inc();
    return this.#settle(request, reading, { ...found, proof: null, reason });
  }

  /** What stays on record of a range that is read again: what was listed and deleted, and whether a repair wants it. */
  #carried(range: TimeRange): Pick<Window, 'listed' | 'idsXor' | 'deletedAtSource' | 'repair'> {
    const known = this.#options.ledger.touching(range).filter(({ fromMs, toMs }) => {
      return fromMs >= range.fromMs && toMs <= range.toMs;
    });
    return {
      listed: known.reduce((sum, window) => sum + window.listed, 0),
      idsXor: joinIdsXor(...known.map(({ idsXor }) => idsXor)),
      deletedAtSource: known.reduce((sum, window) => sum + window.deletedAtSource, 0),
      repair: known.some(({ repair }) => repair),
    };
  }

  /** Records a window as closed by its proof, or as unreadable without one. */
  async #settle(
    { range }: ReadRequest,
    reading: Reading,
    found: { proof: Proof | null; counted: number | null; facets?: readonly SourceFacet[]; reason?: string },
  ): Promise<Proving> {
    const { ledger, handedOn, deferrals, metrics, time } = this.#options;
    const { listed, idsXor, beside, beganAtMs: readAtMs } = reading;
    const before = this.#carried(range);
    // Entries that earlier passes handed on, in this run or on record, or that were only counted, and are listed no more.
    const gone = Math.max(before.listed + before.deletedAtSource, countedBefore(reading, found.counted)) - listed;
    const deletedAtSource = Math.max(reading.missing, gone, before.deletedAtSource, 0);
    const state = found.proof === null ? 'unreadable' : 'closed';
    const closedAtMs = time.earliestMs();
    const seen = { listed, idsXor, beside, deletedAtSource, readAtMs, closedAtMs };
    await ledger.record(openWindow(range, { ...found, state, ...seen }));
    deferrals.forget(range);
    if (found.proof !== null) metrics.windowsClosed.inc({ proof: found.proof });
    // The hour after it pads its requests with seconds of this one, and knows them until it is settled itself.
    for (const hour of [hourOf(range.fromMs), hourOf(range.fromMs) - hourMs]) {
      if (ledger.isSettled(hour) && ledger.isSettled(hour + hourMs)) handedOn.forget(hour);
    }
    return state;
  }

  async #keepOpen(range: TimeRange, reading: Reading, counted: number | null, reason: string): Promise<void> {
    const { beside, beganAtMs: readAtMs } = reading;
    const carried = this.#carried(range);
    // What was listed before stays told where this pass listed less.
    const { listed, idsXor } = reading.listed >= carried.listed ? reading : carried;
    const gone = countedBefore(reading, counted) - listed;
    const deletedAtSource = Math.max(carried.deletedAtSource, gone);
    const seen = { listed, idsXor, deletedAtSource, counted, beside, readAtMs, reason };
    await this.#options.ledger.record(openWindow(range, { ...carried, ...seen }));
  }

  async #split(range: TimeRange, parts: number, reason: string): Promise<boolean> {
    const windows = splitWindow(range, parts, { reason, repair: this.#carried(range).repair });
    if (windows === null) return false;
    this.#options.deferrals.forget(range);
    await this.#options.ledger.record(...windows);
    return true;
  }
}

/**
 * What the source counted inside the window while a pass read it, where the count after the pass has no more than the pass
 * listed: what is less by now was deleted, some of it before anybody read it. 0 where nothing is said about that.
 */
function countedBefore({ counts, beside, listedPadded }: Reading, countedAfter: number | null): number {
  if (countedAfter === null || countedAfter > listedPadded) return 0;
  return Math.max(0, ...counts) - beside.before - beside.after;
}
