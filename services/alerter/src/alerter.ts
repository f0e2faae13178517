import { type AlertTransition, type DeliveryRecord, minuteMs, secondMs, type TickRecord } from '@custody/decision';
import type { HeldAlert } from '@custody/detect';
import type { Log } from '@custody/log';
import { type Clock, CustodyError, type InterruptiblePatience, type Logger } from '@custody/runtime';
import type { Outbox } from './delivery/outbox.ts';
import { Journal } from './journal/journal.ts';
import type { JournalNews } from './journal/journal-fold.ts';
import { keptTicks } from './journal/kept-ticks.ts';
import { stateOf } from './judge/alerter-state.ts';
import type { AlerterMetrics } from './metrics.ts';
import { wasGivenUp } from './patience.ts';
import { Recorder, type RecordStore } from './record/recorder.ts';
import type { Schedule } from './schedule/schedule.ts';
import { sayOnTerminal } from './tell/terminal.ts';
import type { Tick } from './tick/tick.ts';

export interface AlerterParts {
  readonly log: Pick<Log, 'append' | 'follow' | 'lead'>;
  readonly tick: Tick;
  readonly recordStore: RecordStore;
  /** A fresh one for each term, since it is folded from the topic anew. */
  readonly outbox: (record: (record: DeliveryRecord) => Promise<void>) => Outbox;
  readonly schedule: Schedule;
  readonly patiently: InterruptiblePatience;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly metrics: AlerterMetrics;
  /** Only alerters of one name take turns. Default: all do. */
  readonly leader?: string;
}

/** What one term of leading works with. */
interface Term {
  readonly journal: Journal;
  readonly outbox: Outbox;
  readonly recorder: Recorder;
}

const usualLeader = 'alerter';

/**
 * Judges, records and tells while it leads. Of a second one beside it, or one that takes itself for the leader, nothing
 * counts that does not build on the last that did; what both send goes out under the same id.
 */
export class Alerter {
  readonly #parts: AlerterParts;

  constructor(parts: AlerterParts) {
    this.#parts = parts;
  }

  /** Works whenever this process is the leader, until the signal aborts. */
  async run(signal: AbortSignal): Promise<void> {
    const { log, leader = usualLeader } = this.#parts;
    await log.lead(leader, (leading) => this.#lead(leading), signal);
  }

  async #lead(leading: AbortSignal): Promise<void> {
    const { log, recordStore, patiently } = this.#parts;
    const failed = new AbortController();
    const signal = AbortSignal.any([leading, failed.signal]);
    const holder: { journal: Journal | null } = { journal: null };
    const outbox = this.#parts.outbox(async (record) => holder.journal?.note(record));
    const recorder = new Recorder({ store: recordStore, patiently });
    const onNews = (news: JournalNews) => this.#hear(news, { outbox, recorder }, holder.journal !== null);
    const journal = await Journal.open({ log, onNews }, signal);
    holder.journal = journal;
    const term = { journal, outbox, recorder };
    const failures: unknown[] = [];
    const orStop = (work: Promise<void>) =>
      work.catch((error: unknown) => {
        failures.push(error);
        failed.abort();
      });
    // It ends when it is closed: not waited for.
    void orStop(journal.failed);
    try {
      await Promise.all([this.#ticks(term, signal), recorder.run(signal), outbox.run(signal)].map(orStop));
      const cause = failures.find((reason) => !wasGivenUp(reason, signal));
      if (cause !== undefined) throw cause;
    } finally {
      await journal.close();
      this.#parts.metrics.openAlerts.reset();
    }
  }

  #hear(news: JournalNews, { outbox, recorder }: Omit<Term, 'journal'>, isLive: boolean): void {
    const { logger, metrics } = this.#parts;
    if (news.kind === 'delivery') outbox.note(news.record);
    if (news.kind !== 'accepted') return;
    recorder.take(news.tick);
    for (const { transition } of news.tick.transitions) {
      outbox.accept(transition);
      if (!isLive) continue;
      metrics.transitions.inc({ kind: transition.kind });
      sayOnTerminal(logger, transition);
    }
  }

  /** Ticks as they come; one that comes while another one runs is left out, since the next sees what it would have seen. */
  async #ticks(term: Term, signal: AbortSignal): Promise<void> {
    const { schedule, metrics, clock } = this.#parts;
    const { promise: over, resolve, reject } = Promise.withResolvers<void>();
    let running: Promise<void> | null = null;
    const begin = async (atMs: number): Promise<void> => {
      if (signal.aborted) return;
      if (running !== null) {
        metrics.ticks.inc({ outcome: 'skipped' });
        return running;
      }
      running = this.#tick(term, atMs, signal)
        .catch(reject)
        .finally(() => {
          running = null;
        });
      return running;
    };
    signal.addEventListener('abort', () => resolve(), { once: true });
    const stop = schedule.start(begin);
    // A moment ago somebody else may have looked, or nobody for hours.
    void begin(Math.floor(clock.now() / minuteMs) * minuteMs);
    try {
      if (!signal.aborted) await over;
    } finally {
      stop();
      await running;
    }
  }

  async #tick(term: Term, atMs: number, signal: AbortSignal): Promise<void> {
    const { metrics, clock, logger } = this.#parts;
    const base = term.journal.head;
    if (base !== null && atMs <= base.tickMs) return;
    const startedAtMs = clock.now();
    try {
      const isAccepted = await this.#judge(term, base, atMs, signal);
      metrics.ticks.inc({ outcome: isAccepted ? 'judged' : 'overtaken' });
      metrics.tickSeconds.observe((clock.now() - startedAtMs) / secondMs);
      if (!isAccepted) return;
      metrics.lastTick.set(atMs / secondMs);
      this.#show(term.journal.head);
      await term.journal.clean();
    } catch (error) {
      if (signal.aborted) return;
      if (!(error instanceof CustodyError)) throw error;
      metrics.ticks.inc({ outcome: 'failed' });
      logger.warn({ err: error, code: error.code }, 'a look failed; what it missed is looked at with the next one');
    }
  }

  async #judge({ journal, outbox, recorder }: Term, base: TickRecord | null, atMs: number, signal: AbortSignal) {
    const outcome = await this.#parts.tick.look(base, atMs, signal);
    const open = new Set(stateOf(base).held.flatMap(({ told }) => told?.alertId ?? []));
    const isNeeded = (transition: AlertTransition) => outbox.needs(transition) || open.has(transition.alertId);
    const kept = keptTicks(journal.accepted(), isNeeded, (tick) => recorder.isCopied(tick));
    return journal.propose(base, { ...outcome, kept }, signal);
  }

  #show(head: TickRecord | null): void {
    const { openAlerts, pastMoments } = this.#parts.metrics;
    const state = stateOf(head);
    const isOpen = ({ told, leadId }: HeldAlert) =>
      leadId === null && (told?.status === 'open' || told?.status === 'acknowledged');
    openAlerts.reset();
    for (const { told } of state.held.filter(isOpen)) if (told !== null) openAlerts.inc({ severity: told.severity });
    pastMoments.set(state.moments.length);
  }
}
