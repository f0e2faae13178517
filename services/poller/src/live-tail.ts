import { minuteMs, secondMs, type TimeRange } from '@custody/decision';
import { type DecisionPage, mostEntriesPerPage, permitErrors } from '@custody/permit';
import { isError, isRetriable, type Logger } from '@custody/runtime';
import { type HandOver, type IdentifiedEntry, identify } from './hand-over.ts';
import type { HandedOn } from './handed-on.ts';
import type { ListedBounds } from './listed-bounds.ts';
import type { ReadPosition } from './read-position.ts';
import { type DecisionSource, tooManyResults } from './source.ts';
import type { SourceTime } from './source-time.ts';

export interface LiveTailOptions {
  readonly source: DecisionSource;
  readonly handOver: HandOver;
  readonly handedOn: HandedOn;
  readonly bounds: ListedBounds;
  readonly time: SourceTime;
  readonly position: ReadPosition;
  readonly logger: Logger;
  /** Told how many entries a poll counted in how much time. */
  readonly onRate?: (entries: number, seconds: number) => void;
}

/** Entries usually arrive within seconds; later ones are found by the next look at the open stretch. */
const overlapMs = 30 * secondMs;
/** After a pause of the poller: older rows are history's, fresh ones go first. */
const longestTailMs = 10 * minuteMs;
/** A caller's clock may run ahead of ours. */
const aheadMs = minuteMs;
const mostPagesPerPoll = 30;
/** While fewer entries than a page holds are new, a poll makes no more requests than this. */
const usualPagesPerPoll = 2;

/**
 * Keeps the log fresh. It proves nothing: what it misses, the closing pass of the window finds.
 */
export class LiveTail {
  readonly #options: LiveTailOptions;
  #polledAtMs: number | null = null;

  constructor(options: LiveTailOptions) {
    this.#options = options;
  }

  /** Reads the newest entries. A failure that may pass ends this poll and no more: the next one begins where it did. */
  async poll(signal?: AbortSignal): Promise<void> {
    const { time, logger, position } = this.#options;
    const nowMs = time.earliestMs();
    // A clock that was set back must not leave a hole: the poll before counts only where it lies in the past.
    const polledAtMs = Math.min(this.#polledAtMs ?? nowMs, nowMs);
    const fromMs = Math.max(polledAtMs - overlapMs, nowMs - longestTailMs);
    try {
      const isWhole = await this.#readNewest({ fromMs, toMs: time.latestMs() + aheadMs }, nowMs, signal);
      if (isWhole) position.covers({ fromMs, toMs: nowMs });
      this.#polledAtMs = nowMs;
    } catch (error) {
      if (!isRetriable(error) || signal?.aborted) throw error;
      logger.warn({ err: error }, 'a poll failed: the next one reads further back');
    }
  }

  /** Whether all that the source listed is handed on, as far as can be told. */
  async #readNewest(range: TimeRange, nowMs: number, signal: AbortSignal | undefined): Promise<boolean> {
    const { source, handOver, onRate } = this.#options;
    let found = 0;
    try {
      for (let page = 1; page <= mostPagesPerPoll; page += 1) {
        const answer = await source.listDecisions({ range, page, priority: 'fresh' }, signal);
        const entries = answer.entries.map(identify);
        const fresh = await handOver.handOver({ entries, mode: 'live', windowFromMs: range.fromMs, signal });
        found += fresh;
        if (page === 1) onRate?.(answer.totalCount ?? entries.length, (nowMs - range.fromMs) / secondMs + 1);
        if (entries.length < mostEntriesPerPage || this.#isEnough({ answer, range, page, found, fresh, entries }))
          return true;
      }
    } catch (error) {
      if (!isError(error, permitErrors.PERMIT_TOO_MANY_RESULTS)) throw error;
    }
    return false;
  }

  /** Whether what follows a full page is known, or may wait for the next look at the open stretch. */
  #isEnough(seen: {
    readonly answer: DecisionPage;
    readonly range: TimeRange;
    readonly page: number;
    readonly found: number;
    readonly fresh: number;
    readonly entries: readonly IdentifiedEntry[];
  }): boolean {
    const { answer, range, page, found, fresh, entries } = seen;
    // Newest first, a page without news means that what follows was seen by the polls before.
    if (fresh === 0 && !isOldestFirst(entries)) return true;
    if (fresh < entries.length && this.#isAllKnown(range, answer.totalCount)) return true;
    return page >= usualPagesPerPoll && found < mostEntriesPerPage && !isOldestFirst(entries);
  }

  #isAllKnown(range: TimeRange, counted: number | null): boolean {
    if (counted === null || counted >= tooManyResults) return false;
    const { handedOn, bounds } = this.#options;
    return handedOn.countWithin(bounds.surelyListed(range)) >= counted;
  }
}

function isOldestFirst(entries: readonly IdentifiedEntry[]): boolean {
  const first = entries.find(({ occurredAtMs }) => occurredAtMs !== null)?.occurredAtMs ?? 0;
  const last = entries.findLast(({ occurredAtMs }) => occurredAtMs !== null)?.occurredAtMs ?? 0;
  return first < last;
}
