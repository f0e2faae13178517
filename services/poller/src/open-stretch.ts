import { hourMs, hourOf, minuteMs, secondMs, type TimeRange } from '@custody/decision';
import { mostEntriesPerPage } from '@custody/permit';
import { isRetriable, type Logger } from '@custody/runtime';
import type { HandedOn } from './handed-on.ts';
import type { HourLedger } from './hour-ledger.ts';
import type { ListedBounds } from './listed-bounds.ts';
import type { ReadPosition } from './read-position.ts';
import { type DecisionSource, tooManyResults } from './source.ts';
import type { SourceTime } from './source-time.ts';
import { openWindow } from './window.ts';
import { liveFromOf, openStretches } from './window-plan.ts';
import type { WindowReader } from './window-reader.ts';

export interface OpenStretchOptions {
  readonly source: DecisionSource;
  readonly reader: WindowReader;
  readonly ledger: HourLedger;
  readonly handedOn: HandedOn;
  readonly bounds: ListedBounds;
  readonly time: SourceTime;
  readonly position: ReadPosition;
  readonly logger: Logger;
  readonly horizonMs: number;
  readonly frontierMs: () => number;
}

const lookEveryMs = minuteMs;
/** A look that cost many requests is repeated later: about 30 requests a minute at most. */
const pauseMsPerRequest = 2 * secondMs;
/** The newest seconds are polled all the time. */
const polledMs = 30 * secondMs;
/** A stretch with fewer entries is read rather than cut further to find what is new in it. */
const cheapToRead = 2 * mostEntriesPerPage;

/**
 * Looks for entries that arrive later than a poll looks back, in all that is not proven yet: where the source counts no
 * more than was handed on, a count is enough; where it counts more, the part that holds them is searched and read.
 */
export class OpenStretch {
  readonly #options: OpenStretchOptions;
  #lookedAtMs = Number.NEGATIVE_INFINITY;
  #pauseMs = 0;

  constructor(options: OpenStretchOptions) {
    this.#options = options;
  }

  /** Looks where that is due. A failure that may pass ends this look and no more. */
  async look(signal?: AbortSignal): Promise<void> {
    const { time, logger, ledger, position, horizonMs, frontierMs } = this.#options;
    const nowMs = time.tellMs();
    if (nowMs >= this.#lookedAtMs && nowMs < this.#lookedAtMs + this.#pauseMs) return;
    const input = { windowsOf: (hour: number) => ledger.windowsOf(hour), horizonMs, frontierMs: frontierMs() };
    const untilMs = Math.floor((nowMs - polledMs) / secondMs) * secondMs;
    let requests = 0;
    try {
      for (const stretch of openStretches(input, untilMs)) requests += await this.#look(stretch, signal);
      // What is not among the stretches of live time is proven.
      position.covers({ fromMs: Math.max(liveFromOf(input.frontierMs), horizonMs), toMs: untilMs });
    } catch (error) {
      if (!isRetriable(error) || signal?.aborted) throw error;
      logger.warn({ err: error }, 'the open stretch was not looked at to its end: again in a minute');
    }
    this.#lookedAtMs = nowMs;
    this.#pauseMs = Math.max(lookEveryMs, requests * pauseMsPerRequest);
  }

  /** Looks at a stretch, in halves where it is too large. Returns the requests that it took. */
  async #look(range: TimeRange, signal: AbortSignal | undefined): Promise<number> {
    const { source, ledger } = this.#options;
    const { totalCount } = await source.countDecisions(range, undefined, { priority: 'background', signal });
    if (totalCount !== null && totalCount < tooManyResults && totalCount <= this.#handedOn(range)) {
      await this.#record(range, totalCount);
      return 1;
    }
    const middleMs = range.fromMs + Math.floor((range.toMs - range.fromMs) / (2 * secondMs)) * secondMs;
    const isDivisible = middleMs > range.fromMs;
    if (totalCount === null || totalCount <= cheapToRead || !isDivisible) {
      const { reader } = this.#options;
      const reading = await reader.read({ range, mode: 'live', priority: 'background', signal });
      if (reading.isTooLarge && isDivisible) return reading.pages + 1 + (await this.#halves(range, middleMs, signal));
      if (!reading.isTooLarge) await this.#record(range, totalCount);
      return reading.pages + 1;
    }
    const requests = await this.#halves(range, middleMs, signal);
    if (totalCount < tooManyResults) await ledger.record(...this.#seen(range, totalCount));
    return requests + 1;
  }

  /** The newer half first. */
  async #halves({ fromMs, toMs }: TimeRange, middleMs: number, signal: AbortSignal | undefined): Promise<number> {
    const newer = await this.#look({ fromMs: middleMs, toMs }, signal);
    return newer + (await this.#look({ fromMs, toMs: middleMs }, signal));
  }

  /** Known entries that the padded request lists for sure. */
  #handedOn(range: TimeRange): number {
    const { handedOn, bounds } = this.#options;
    return handedOn.countWithin(bounds.surelyListed(range));
  }

  async #record(range: TimeRange, counted: number | null): Promise<void> {
    await this.#options.ledger.record(...this.#seen(range, counted));
  }

  /** Only the end of live time is put on record as open: an older stretch keeps the reason why it is. */
  #seen(range: TimeRange, counted: number | null) {
    const { handedOn, time, frontierMs } = this.#options;
    if (range.toMs <= frontierMs()) return [];
    const toMs = Math.min(range.toMs, hourOf(range.fromMs) + hourMs);
    const listed = handedOn.countWithin(range);
    return [openWindow({ fromMs: range.fromMs, toMs }, { listed, counted, readAtMs: time.earliestMs() })];
  }
}
