import { type CoverageRecord, coverageKey, coverageRecord, formatTimestamp, secondMs, topics } from '@custody/decision';
import type { Log } from '@custody/log';
import type { RateBudget } from '@custody/permit';
import type { Clock, Patience } from '@custody/runtime';
import type { SessionReports } from './report-gauges.ts';
import type { EnvironmentName } from './source.ts';
import type { SourceTime } from './source-time.ts';

export interface CoverageJournalOptions {
  readonly log: Log;
  readonly env: EnvironmentName;
  readonly clock: Clock;
  readonly time: SourceTime;
  readonly reports: SessionReports;
  readonly budget: Pick<RateBudget, 'state'>;
  readonly patiently: Patience;
}

type Total = 'requests_spent' | 'requests_refused' | 'evidence_read' | 'evidence_deleted_first';
type Before = Readonly<Record<Total, number>>;

const nothing: Before = { requests_spent: 0, requests_refused: 0, evidence_read: 0, evidence_deleted_first: 0 };

/** Whoever watches judges no further than this tells that the source was read: an alert waits for it. */
const writeEveryMs = 10 * secondMs;

/** Puts on record every few seconds how blind the poller is and how far it has read, and what its requests were so far, over all its runs. */
export class CoverageJournal {
  readonly #options: CoverageJournalOptions;
  readonly #before: Before;

  private constructor(options: CoverageJournalOptions, before: Before) {
    this.#options = options;
    this.#before = before;
  }

  /** Goes on counting where the last run ended. */
  static async open(options: CoverageJournalOptions): Promise<CoverageJournal> {
    const { log, env, budget } = options;
    const { records } = await log.latest(topics.windows.name);
    const value = records.get(coverageKey(env.id))?.value ?? null;
    const parsed = coverageRecord.safeParse(value === null ? null : JSON.parse(new TextDecoder().decode(value)));
    if (!parsed.success) return new CoverageJournal(options, nothing);
    const { spent, refused } = budget.state();
    const { requests_spent, requests_refused, evidence_read = 0, evidence_deleted_first = 0 } = parsed.data;
    // The budget outlives a session: what it had spent before is in the record already, but for the last minute's.
    return new CoverageJournal(options, {
      requests_spent: requests_spent - spent,
      requests_refused: requests_refused - refused,
      // These begin at 0 with each session.
      evidence_read,
      evidence_deleted_first,
    });
  }

  current(): CoverageRecord {
    const { env, time, reports, budget } = this.#options;
    const { spent, refused, ratePerMinute } = budget.state();
    const { oldestOpenMs, ...figures } = reports.coverage();
    const position = reports.readPosition();
    const { owed, oldestOwedMs, read, deletedFirst } = reports.evidence();
    return {
      env_id: env.id,
      env_name: env.name,
      as_of: formatTimestamp(time.tellMs()),
      open_seconds: figures.open,
      blind_seconds: figures.blind,
      unreadable_seconds: figures.unreadable,
      rows_listed: figures.rowsListed,
      rows_read: figures.rowsRead,
      rows_missing: figures.rowsMissing,
      oldest_open: oldestOpenMs === null ? null : formatTimestamp(oldestOpenMs),
      requests_spent: Math.max(0, this.#before.requests_spent + spent),
      requests_refused: Math.max(0, this.#before.requests_refused + refused),
      requests_per_minute: Number.isFinite(ratePerMinute) ? ratePerMinute : null,
      evidence_owed: owed,
      evidence_oldest_owed: oldestOwedMs === null ? null : formatTimestamp(oldestOwedMs),
      evidence_read: this.#before.evidence_read + read,
      evidence_deleted_first: this.#before.evidence_deleted_first + deletedFirst,
      read_from: position && formatTimestamp(position.fromMs),
      read_until: position && formatTimestamp(position.toMs),
      facts_unreadable: [...reports.factsUnreadable()],
    };
  }

  async write(): Promise<void> {
    const { log, env, patiently } = this.#options;
    const value = new TextEncoder().encode(JSON.stringify(this.current()));
    await patiently('append coverage', undefined, () =>
      log.append(topics.windows.name, [{ key: coverageKey(env.id), value }]),
    );
  }

  /** Goes on until the signal aborts, and writes once more then. */
  async run(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      await this.write();
      await this.#options.clock.sleep(writeEveryMs, signal);
    }
    await this.write();
  }
}
