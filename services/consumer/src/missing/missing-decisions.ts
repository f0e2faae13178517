import { askForRepairs, DeadLetterAccount, type ListedHour, readListedHours } from '@custody/account';
import { formatTimestamp, hourMs, hourWindowsKey, type RepairRequest, secondMs } from '@custody/decision';
import type { Log } from '@custody/log';
import type { Clock, Logger } from '@custody/runtime';
import type { ConsumerStore } from '../consumer-store.ts';
import type { ConsumerMetrics } from '../metrics.ts';
import type { Patience } from '../patience.ts';

export interface MissingDecisionsParts {
  readonly log: Log;
  readonly store: Pick<ConsumerStore, 'countByHour'>;
  /** Resolves when every decision is stored that stood in the log when it was called. */
  readonly decisionsStored: (signal: AbortSignal) => Promise<void>;
  readonly patiently: Patience;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly metrics: ConsumerMetrics;
}

interface Deficit extends ListedHour {
  /** How many of the listed decisions are neither stored nor dead letters. */
  readonly missing: number;
}

/** After a gap, hours whose loss is not on record yet are found by the next looks. */
const firstPauseMs = 10 * secondMs;
const longestPauseMs = hourMs;

/**
 * Compares what the poller says the source listed with what is stored or kept as a dead letter, hour by hour, and asks
 * for the hours that lack something to be read again. Such loss needs a fault from outside (a log that deleted what was
 * not read yet, a store put back from an older copy): it is looked for at the start, after each gap in the log, and then
 * ever more rarely.
 */
export class MissingDecisions {
  readonly #parts: MissingDecisionsParts;
  #wake = new AbortController();
  readonly #letters: DeadLetterAccount;
  #gapAtMs = Number.NEGATIVE_INFINITY;

  constructor(parts: MissingDecisionsParts) {
    this.#parts = parts;
    this.#letters = new DeadLetterAccount(parts.log);
  }

  /** Takes note that records were lost: looks as soon as what is left of the log is stored. */
  lost(): void {
    this.#gapAtMs = this.#parts.clock.now();
    this.#wake.abort();
  }

  /** Looks until the signal aborts. */
  async run(signal: AbortSignal): Promise<void> {
    const { clock } = this.#parts;
    for (let pauseMs = firstPauseMs; !signal.aborted; pauseMs = Math.min(2 * pauseMs, longestPauseMs)) {
      if (this.#wake.signal.aborted) {
        this.#wake = new AbortController();
        pauseMs = firstPauseMs;
      }
      await this.look(signal);
      await clock.sleep(pauseMs, AbortSignal.any([signal, this.#wake.signal]));
    }
  }

  /** One look; resolves with the requests that it wrote. */
  async look(signal: AbortSignal): Promise<RepairRequest[]> {
    const { patiently, metrics, logger } = this.#parts;
    const deficits = await patiently('look for missing decisions', signal, () => this.#deficits(signal));
    if (signal.aborted) return [];
    const missing = deficits.reduce((sum, deficit) => sum + deficit.missing, 0);
    metrics.missingDecisions.set(missing);
    const requests = await patiently('ask for repairs', signal, () => this.#ask(deficits));
    metrics.looks.inc();
    if (requests.length > 0) logger.error({ missing, hours: requests.length }, 'decisions are missing: reading again');
    return requests;
  }

  async #deficits(signal: AbortSignal): Promise<Deficit[]> {
    const { log, store, decisionsStored } = this.#parts;
    // In this order: what is listed here stands in the log before it, and is stored by the time it is counted.
    const listed = await readListedHours(log);
    if (listed.size === 0) return [];
    await decisionsStored(signal);
    await this.#letters.catchUp(signal);
    const dead = this.#letters.counts();
    const starts = [...listed.values()].map(({ hour }) => Date.parse(hour));
    const range = { fromMs: Math.min(...starts), toMs: Math.max(...starts) + hourMs };
    const stored = new Map<string, number>();
    for (const { envId, hourStartMs, decisions, isExpired } of await store.countByHour(range, signal)) {
      // Of an hour that expired nobody knows any more what it lacks, and the source does not have it any more.
      const count = isExpired ? Number.POSITIVE_INFINITY : decisions;
      stored.set(hourWindowsKey(envId, formatTimestamp(hourStartMs)), count);
    }
    return [...listed].flatMap(([key, hour]) => {
      const missing = hour.listed - (stored.get(key) ?? 0) - (dead.get(key) ?? 0);
      return missing > 0 ? [{ ...hour, missing }] : [];
    });
  }

  /** Asks for what was not asked for lately, or not since the last gap. */
  #ask(deficits: readonly Deficit[]): Promise<RepairRequest[]> {
    const { log, clock } = this.#parts;
    return askForRepairs(log, {
      deficits: deficits.map(({ envId, hour, listed, missing }) => ({
        ...{ envId, hour },
        reason: `${missing} of ${listed} listed decisions are neither stored nor dead letters`,
      })),
      requestedBy: 'consumer',
      nowMs: clock.now(),
      lostAtMs: this.#gapAtMs,
    });
  }
}
