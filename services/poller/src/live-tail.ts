import { hourMs, hourOf, minuteMs, secondMs, type TimeRange } from '@custody/decision';
import { mostEntriesPerPage, permitErrors } from '@custody/permit';
import { type Clock, isError, isRetriable, type Logger } from '@custody/runtime';
import { type HandOver, type IdentifiedEntry, identify } from './hand-over.ts';
import type { HourLedger } from './hour-ledger.ts';
import type { DecisionSource } from './source.ts';
import type { SourceTime } from './source-time.ts';
import { openWindow } from './window.ts';
import { openStretches } from './window-plan.ts';
import type { Reading, WindowReader } from './window-reader.ts';

export interface LiveTailOptions {
  readonly source: DecisionSource;
  readonly reader: WindowReader;
  readonly handOver: HandOver;
  readonly ledger: HourLedger;
  readonly time: SourceTime;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly horizonMs: number;
  readonly frontierMs: () => number;
}

/** Entries usually arrive within seconds; later ones are found by the next reading of the open stretch. */
const overlapMs = 30 * secondMs;
/** After a pause of the poller: older rows are history's, fresh ones go first. */
const longestTailMs = 10 * minuteMs;
/** A caller's clock may run ahead of ours. */
const aheadMs = minuteMs;
const mostPagesPerPoll = 30;
const rereadEveryMs = minuteMs;
/** A reading of the open stretch that cost many requests is repeated later: about 30 requests a minute at most. */
const rereadPauseMsPerRequest = 2 * secondMs;

/**
 * Keeps the log fresh. It proves nothing: what it misses, the closing pass of the window finds.
 */
export class LiveTail {
  readonly #options: LiveTailOptions;
  #polledAtMs: number | null = null;
  #rereadDueMs = 0;

  constructor(options: LiveTailOptions) {
    this.#options = options;
  }

  /** Reads the newest entries. A failure that may pass ends this poll and no more: the next one begins where it did. */
  async poll(signal?: AbortSignal): Promise<void> {
    const { time, clock, logger } = this.#options;
    const nowMs = clock.now();
    const newestMs = time.latestMs();
    const fromMs = Math.max((this.#polledAtMs ?? nowMs) - overlapMs, nowMs - longestTailMs);
    try {
      await this.#readNewest({ fromMs, toMs: newestMs + aheadMs }, signal);
      this.#polledAtMs = nowMs;
    } catch (error) {
      if (!isRetriable(error) || signal?.aborted) throw error;
      logger.warn({ err: error }, 'a poll failed: the next one reads further back');
    }
  }

  async #readNewest(range: TimeRange, signal: AbortSignal | undefined): Promise<void> {
    const { source, handOver } = this.#options;
    try {
      for (let page = 1; page <= mostPagesPerPoll; page += 1) {
        const { entries } = await source.listDecisions({ range, page, priority: 'fresh' }, signal);
        const identified = entries.map(identify);
        const own = identified.filter(({ occurredAtMs }) => occurredAtMs === null || occurredAtMs >= range.fromMs);
        const request = { entries: own, mode: 'live' as const, windowFromMs: range.fromMs, signal };
        const fresh = await handOver.handOver(request);
        if (entries.length < mostEntriesPerPage) return;
        // Newest first, a page without news means that what follows was seen by the polls before.
        if (fresh === 0 && !isOldestFirst(identified)) return;
      }
    } catch (error) {
      if (!isError(error, permitErrors.PERMIT_TOO_MANY_RESULTS)) throw error;
    }
  }

  /** Reads the whole open stretch again where that is due: for entries that arrive later than a poll looks back. */
  async readOpenStretch(signal?: AbortSignal): Promise<void> {
    const { clock, logger, ledger, horizonMs, frontierMs } = this.#options;
    if (clock.now() < this.#rereadDueMs) return;
    const input = { windowsOf: (hour: number) => ledger.windowsOf(hour), horizonMs, frontierMs: frontierMs() };
    const untilMs = Math.ceil(clock.now() / secondMs) * secondMs;
    let requests = 0;
    try {
      for (const stretch of openStretches(input, untilMs)) requests += await this.#readOpen(stretch, signal);
    } catch (error) {
      if (!isRetriable(error) || signal?.aborted) throw error;
      logger.warn({ err: error }, 'the open stretch was not read to its end: again in a minute');
    }
    this.#rereadDueMs = clock.now() + Math.max(rereadEveryMs, requests * rereadPauseMsPerRequest);
  }

  /** Reads a stretch, in halves where it is too large. Returns the requests that it took. */
  async #readOpen(range: TimeRange, signal: AbortSignal | undefined): Promise<number> {
    const { reader, ledger } = this.#options;
    const reading = await reader.read({ range, mode: 'live', priority: 'background', signal });
    const middleMs = range.fromMs + Math.floor((range.toMs - range.fromMs) / (2 * secondMs)) * secondMs;
    if (reading.isTooLarge) {
      if (middleMs <= range.fromMs) return reading.pages;
      const newer = await this.#readOpen({ fromMs: middleMs, toMs: range.toMs }, signal);
      return reading.pages + newer + (await this.#readOpen({ fromMs: range.fromMs, toMs: middleMs }, signal));
    }
    if (isGrowing(range, this.#options.frontierMs())) await ledger.record(seen(range, reading));
    return reading.pages;
  }
}

/** Only the end of live time is put on record as open: an older stretch keeps the reason why it is. */
function isGrowing({ toMs }: TimeRange, frontierMs: number): boolean {
  return toMs > frontierMs;
}

function seen(range: TimeRange, { listed, beganAtMs }: Reading) {
  return openWindow(
    { fromMs: range.fromMs, toMs: Math.min(range.toMs, hourOf(range.fromMs) + hourMs) },
    {
      listed,
      readAtMs: beganAtMs,
    },
  );
}

function isOldestFirst(entries: readonly IdentifiedEntry[]): boolean {
  const first = entries.find(({ occurredAtMs }) => occurredAtMs !== null)?.occurredAtMs ?? 0;
  const last = entries.findLast(({ occurredAtMs }) => occurredAtMs !== null)?.occurredAtMs ?? 0;
  return first < last;
}
