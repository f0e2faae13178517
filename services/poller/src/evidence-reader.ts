import {
  type DecisionHeaders,
  type DetailHeaders,
  type EvidenceOwed,
  formatTimestamp,
  hourOf,
  secondMs,
  topics,
} from '@custody/decision';
import type { Log, NewRecord } from '@custody/log';
import { type DecisionDetail, permitErrors } from '@custody/permit';
import { type Clock, CustodyError, isError, type Logger, type Patience } from '@custody/runtime';
import type { EvidenceJudge } from './evidence-judge.ts';
import type { EvidenceList } from './evidence-list.ts';
import type { PollerMetrics } from './metrics.ts';
import type { DetailSource, EnvironmentName } from './source.ts';
import type { SourceTime } from './source-time.ts';

export interface EvidenceReaderOptions {
  readonly log: Log;
  readonly details: DetailSource;
  readonly list: EvidenceList;
  readonly judge: EvidenceJudge;
  readonly env: EnvironmentName;
  readonly clock: Clock;
  readonly time: SourceTime;
  readonly logger: Logger;
  readonly metrics: Pick<PollerMetrics, 'evidence'>;
  readonly patiently: Patience;
}

/** What is owed, and what became of it since the session began. */
export interface EvidenceReport {
  readonly owed: number;
  /** When the oldest that is owed occurred: Permit deletes it first. */
  readonly oldestOwedMs: number | null;
  readonly read: number;
  /** Deleted by Permit before they were read. */
  readonly deletedFirst: number;
}

/** How many are put into the log at once; a crash costs that they are read again. */
const mostPerStep = 10;
const idleMs = 5 * secondMs;
const firstPauseMs = secondMs;
const longestPauseMs = 60 * secondMs;
/** An entry that cannot be read stays owed, for others to go first. */
const firstDeferralMs = 30 * secondMs;
const longestDeferralMs = 3_600 * secondMs;

interface Failures {
  readonly attempts: number;
  readonly sinceMs: number;
}

/**
 * Reads the detailed entries that are owed, the oldest first, from the budget that everything else leaves, and hands them
 * on as the same decisions. No failure of the source ends it or anything else: what cannot be read stays owed, and is
 * counted. A crash after the append and before the list knows costs that they are read again, and land on themselves.
 */
export class EvidenceReader {
  readonly #options: EvidenceReaderOptions;
  readonly #failures = new Map<string, Failures>();
  #failing = '';
  #read = 0;
  #deletedFirst = 0;

  constructor(options: EvidenceReaderOptions) {
    this.#options = options;
  }

  report(): EvidenceReport {
    const { list } = this.#options;
    return { owed: list.owed, oldestOwedMs: list.oldestMs(), read: this.#read, deletedFirst: this.#deletedFirst };
  }

  /** Reads until the signal aborts. */
  async run(signal: AbortSignal): Promise<void> {
    for (let pauseMs = firstPauseMs; !signal.aborted; ) {
      const ended = await this.step(signal);
      if (ended === 'worked') pauseMs = firstPauseMs;
      else if (ended === 'idle') await this.#options.clock.sleep(idleMs, signal);
      else {
        await this.#options.clock.sleep(pauseMs, signal);
        pauseMs = Math.min(2 * pauseMs, longestPauseMs);
      }
    }
  }

  /** Reads a few, and says whether there was something to do and whether it went well. */
  async step(signal?: AbortSignal): Promise<'worked' | 'idle' | 'failed'> {
    const { list, judge } = this.#options;
    await judge.judgeAgain(signal);
    await list.refill();
    const due = list.oldest(mostPerStep, (id) => !this.#isDeferred(id));
    if (due.length === 0) return 'idle';
    const read: [EvidenceOwed, Uint8Array][] = [];
    const gone: EvidenceOwed[] = [];
    let isFailed = false;
    for (const owed of due) {
      const detail = await this.#ask(owed, signal);
      isFailed = detail === null;
      if (detail === null) break;
      if (detail.outcome === 'deleted') gone.push(owed);
      else read.push([owed, detail.entry.bytes]);
    }
    await this.#handOn(read, signal);
    await this.#settle([...read.map(([owed]) => owed), ...gone], signal);
    this.#count(read.length, gone.length);
    return isFailed ? 'failed' : 'worked';
  }

  async #ask({ decision_id: id }: EvidenceOwed, signal: AbortSignal | undefined): Promise<DecisionDetail | null> {
    const { details, logger, time, metrics } = this.#options;
    try {
      const detail = await details.readDecision(id, { priority: 'evidence' }, signal);
      if (detail.outcome === 'read') time.observe(detail.serverDateMs);
      if (this.#failing !== '') logger.info('evidence is read again');
      this.#failing = '';
      return detail;
    } catch (error) {
      if (!(error instanceof CustodyError)) throw error;
      if (isError(error, permitErrors.PERMIT_CANCELLED)) return null;
      metrics.evidence.inc({ outcome: 'failed' });
      // Permit asks for fewer requests, of whatever: that is no fault of this entry.
      if (!isError(error, permitErrors.PERMIT_THROTTLED)) this.#defer(id);
      if (this.#failing !== error.code) {
        logger.warn({ err: error, decision_id: id }, 'evidence cannot be read: it stays owed');
      }
      this.#failing = error.code;
      return null;
    }
  }

  async #handOn(read: readonly [EvidenceOwed, Uint8Array][], signal: AbortSignal | undefined): Promise<void> {
    const { log, env, time, patiently } = this.#options;
    if (read.length === 0) return;
    const readAt = formatTimestamp(time.tellMs());
    const records = read.map(([{ occurred_at, record_key: key }, value]): NewRecord => {
      const headers: DecisionHeaders & DetailHeaders = {
        'custody-env-id': env.id,
        'custody-env-name': env.name,
        'custody-hour': formatTimestamp(hourOf(Date.parse(occurred_at))),
        'custody-read-at': readAt,
        'custody-mode': 'backfill',
        'custody-form': 'detailed',
        'custody-listed-at': occurred_at,
      };
      return { key, value, headers };
    });
    await patiently('append evidence', signal, () => log.append(topics.decisions.name, records));
  }

  async #settle(settled: readonly EvidenceOwed[], signal: AbortSignal | undefined): Promise<void> {
    await this.#options.list.settle(settled, signal);
    for (const { decision_id } of settled) this.#failures.delete(decision_id);
  }

  #count(read: number, gone: number): void {
    const { metrics, logger } = this.#options;
    this.#read += read;
    this.#deletedFirst += gone;
    metrics.evidence.inc({ outcome: 'read' }, read);
    metrics.evidence.inc({ outcome: 'deleted_first' }, gone);
    if (gone > 0) logger.warn({ decisions: gone }, 'Permit deleted decisions before their evidence was read');
  }

  #isDeferred(id: string): boolean {
    const failures = this.#failures.get(id);
    if (failures === undefined) return false;
    const nowMs = this.#options.clock.now();
    const pauseMs = Math.min(firstDeferralMs * 2 ** (failures.attempts - 1), longestDeferralMs);
    // A clock that was set back must not hold it up until it has caught up.
    return failures.sinceMs <= nowMs && nowMs < failures.sinceMs + pauseMs;
  }

  #defer(id: string): void {
    const attempts = (this.#failures.get(id)?.attempts ?? 0) + 1;
    this.#failures.set(id, { attempts, sinceMs: this.#options.clock.now() });
  }
}
