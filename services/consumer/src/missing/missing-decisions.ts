import {
  formatTimestamp,
  hourMs,
  hourWindowsKey,
  type RepairRequest,
  repairRequest,
  repairRequestKey,
  secondMs,
  topics,
} from '@custody/decision';
import type { Log } from '@custody/log';
import type { Clock, Logger } from '@custody/runtime';
import type { ConsumerStore } from '../consumer-store.ts';
import type { ConsumerMetrics } from '../metrics.ts';
import { parseJson } from '../parse-json.ts';
import type { Patience } from '../patience.ts';
import { countDeadLetters } from './dead-letter-counts.ts';
import { type ListedHour, readListedHours } from './listed-hours.ts';

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

/** An hour that was asked for is not asked for again at once: reading it takes time, and may find no more. */
const askAgainMs = 24 * hourMs;
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
  #gapAtMs = Number.NEGATIVE_INFINITY;

  constructor(parts: MissingDecisionsParts) {
    this.#parts = parts;
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
    const dead = await countDeadLetters(log, signal);
    const starts = [...listed.values()].map(({ hour }) => Date.parse(hour));
    const range = { fromMs: Math.min(...starts), toMs: Math.max(...starts) + hourMs };
    const stored = new Map<string, number>();
    for (const { envId, hourStartMs, decisions } of await store.countByHour(range, signal)) {
      stored.set(hourWindowsKey(envId, formatTimestamp(hourStartMs)), decisions);
    }
    return [...listed].flatMap(([key, hour]) => {
      const missing = hour.listed - (stored.get(key) ?? 0) - (dead.get(key) ?? 0);
      return missing > 0 ? [{ ...hour, missing }] : [];
    });
  }

  /** Asks for what was not asked for lately, or not since the last gap. */
  async #ask(deficits: readonly Deficit[]): Promise<RepairRequest[]> {
    const { log, clock } = this.#parts;
    if (deficits.length === 0) return [];
    const askedAtMs = await this.#readAsked();
    const nowMs = clock.now();
    const recentMs = Math.max(nowMs - askAgainMs, this.#gapAtMs);
    const requests = deficits
      .filter(({ envId, hour }) => (askedAtMs.get(hourWindowsKey(envId, hour)) ?? 0) < recentMs)
      .map(({ envId, hour, listed, missing }) => ({
        env_id: envId,
        hour,
        reason: `${missing} of ${listed} listed decisions are neither stored nor dead letters`,
        requested_by: 'consumer',
        requested_at: formatTimestamp(nowMs),
      }));
    const encoder = new TextEncoder();
    const records = requests.map((request) => ({
      key: repairRequestKey(request),
      value: encoder.encode(JSON.stringify(request)),
    }));
    await log.append(topics.repairs.name, records);
    return requests;
  }

  /** When each hour was asked for last, by the request's key. */
  async #readAsked(): Promise<Map<string, number>> {
    const { records } = await this.#parts.log.latest(topics.repairs.name);
    const asked = [...records].flatMap(([key, { value }]): [string, number][] => {
      const parsed = repairRequest.safeParse(parseJson(value));
      return parsed.success ? [[key, Date.parse(parsed.data.requested_at)]] : [];
    });
    return new Map(asked);
  }
}
