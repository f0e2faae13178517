import { secondMs } from '@custody/decision';
import { type Clock, Counter, Gauge, type Registry } from '@custody/runtime';
import type { Mode } from './hand-over.ts';
import { createReportGauges, type ReportGauges } from './report-gauges.ts';

/** What the poller counts; `/metrics` shows it. */
export interface PollerMetrics extends ReportGauges {
  readonly retries: Counter<'what' | 'code'>;
  readonly windowsClosed: Counter<'proof'>;
  readonly windowsUnreadable: Counter;
  readonly windowsReopened: Counter;
  readonly repairs: Counter;
  /** Decisions a minute that the source lists, as the last poll saw it. */
  readonly sourceRate: Gauge;
  readonly clockSkew: Gauge;
  readonly factsAppended: Counter<'kind'>;
  /** Detailed entries asked for, by what came of it. */
  readonly evidence: Counter<'outcome'>;
  readonly listings: Counter<'kind' | 'outcome'>;
  handedOn(mode: Mode, decisions: number, newestMs: number): void;
  requested(status: string): void;
  /** Decisions handed on and requests made since the start. */
  totals(): { readonly decisions: number; readonly requests: number };
}

export function createPollerMetrics(registry: Registry, clock: Clock): PollerMetrics {
  const registers = [registry];
  let decisions = 0;
  let requests = 0;
  let newestSeenMs = 0;
  const handedOn = new Counter({
    name: 'custody_poller_decisions_total',
    help: 'Decisions handed on to the log, repetitions included.',
    labelNames: ['mode'],
    registers,
  });
  const requested = new Counter({
    name: 'custody_poller_requests_total',
    help: 'Requests to the Permit API by their answer’s status; "error" where there was none.',
    labelNames: ['status'],
    registers,
  });
  new Gauge({
    name: 'custody_poller_newest_decision_age_seconds',
    help: 'Age of the newest decision handed on.',
    registers,
    collect() {
      if (newestSeenMs > 0) this.set(Math.max(0, clock.now() - newestSeenMs) / secondMs);
    },
  });
  return {
    retries: new Counter({
      name: 'custody_poller_retries_total',
      help: 'Work that was tried again, by what failed and why.',
      labelNames: ['what', 'code'],
      registers,
    }),
    windowsClosed: new Counter({
      name: 'custody_poller_windows_closed_total',
      help: 'Windows closed, by their proof.',
      labelNames: ['proof'],
      registers,
    }),
    windowsUnreadable: new Counter({
      name: 'custody_poller_windows_unreadable_total',
      help: 'Windows that hold more than a query can list.',
      registers,
    }),
    windowsReopened: new Counter({
      name: 'custody_poller_windows_reopened_total',
      help: 'Closed windows that were opened again: the source counted more than it had listed.',
      registers,
    }),
    repairs: new Counter({
      name: 'custody_poller_repairs_total',
      help: 'Repair requests taken up.',
      registers,
    }),
    sourceRate: new Gauge({
      name: 'custody_poller_source_decisions_per_minute',
      help: 'Decisions a minute that the source lists, as the last poll counted them.',
      registers,
    }),
    clockSkew: new Gauge({
      name: 'custody_poller_clock_skew_seconds',
      help: 'How far this machine’s clock is ahead of the source’s, by the Date of its last answer.',
      registers,
    }),
    factsAppended: new Counter({
      name: 'custody_poller_facts_total',
      help: 'Facts that appeared, changed or ended.',
      labelNames: ['kind'],
      registers,
    }),
    evidence: new Counter({
      name: 'custody_poller_evidence_total',
      help: 'Detailed entries by outcome: read, deleted_first (gone before they were read), failed (tried again later).',
      labelNames: ['outcome'],
      registers,
    }),
    listings: new Counter({
      name: 'custody_poller_fact_listings_total',
      help: 'Listings of facts by how they ended.',
      labelNames: ['kind', 'outcome'],
      registers,
    }),
    handedOn(mode, count, newestMs) {
      handedOn.inc({ mode }, count);
      decisions += count;
      newestSeenMs = Math.max(newestSeenMs, newestMs);
    },
    requested(status) {
      requested.inc({ status });
      requests += 1;
    },
    totals: () => ({ decisions, requests }),
    ...createReportGauges(registry, clock),
  };
}
