import { secondMs } from '@custody/decision';
import type { BudgetState } from '@custody/permit';
import { type Clock, Counter, Gauge, type Registry } from '@custody/runtime';
import type { CoverageReport } from './coverage.ts';
import type { EvidenceReport } from './evidence-reader.ts';
import type { Mode } from './hand-over.ts';

/** What the poller counts; `/metrics` shows it. */
export interface PollerMetrics {
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
  /** Tells where coverage comes from while this process is the one that reads; `null` when it is not. */
  setCoverage(coverage: (() => CoverageReport) | null): void;
  /** Likewise of the evidence that is owed. */
  setEvidence(report: (() => EvidenceReport) | null): void;
  /** Tells where the figures of the requests come from. */
  setBudget(state: () => BudgetState): void;
}

export function createPollerMetrics(registry: Registry, clock: Clock): PollerMetrics {
  const registers = [registry];
  let decisions = 0;
  let requests = 0;
  let newestSeenMs = 0;
  let coverage: (() => CoverageReport) | null = null;
  let budget: (() => BudgetState) | null = null;
  const setEvidence = evidenceGauges(registers, clock);
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
  new Gauge({
    name: 'custody_poller_unproven_seconds',
    help: 'Source time that is not proven: open (younger than the lateness), blind, unreadable.',
    labelNames: ['state'],
    registers,
    collect() {
      this.reset();
      const report = coverage?.();
      if (report === undefined) return;
      const { open, blind, unreadable } = report;
      for (const [state, seconds] of Object.entries({ open, blind, unreadable })) this.set({ state }, seconds);
    },
  });
  new Gauge({
    name: 'custody_poller_rows',
    help: 'Distinct decisions of all windows: listed, read (in proven windows), missing (counted but not listed).',
    labelNames: ['state'],
    registers,
    collect() {
      this.reset();
      const report = coverage?.();
      if (report === undefined) return;
      const { rowsListed: listed, rowsRead: read, rowsMissing: missing } = report;
      for (const [state, rows] of Object.entries({ listed, read, missing })) this.set({ state }, rows);
    },
  });
  new Gauge({
    name: 'custody_poller_oldest_open_age_seconds',
    help: 'Age of the oldest stretch of source time that is neither proven nor unreadable.',
    registers,
    collect() {
      const oldestMs = coverage?.().oldestOpenMs ?? null;
      this.set(oldestMs === null ? 0 : Math.max(0, clock.now() - oldestMs) / secondMs);
    },
  });
  new Gauge({
    name: 'custody_poller_budget_requests',
    help: 'The budget of requests: spent and refused since the start, the rate a minute in force, those waiting.',
    labelNames: ['figure'],
    registers,
    collect() {
      const state = budget?.();
      if (state === undefined) return;
      const { spent, refused, ratePerMinute, waiting } = state;
      for (const [figure, value] of Object.entries({ spent, refused, ratePerMinute, waiting })) {
        this.set({ figure }, value);
      }
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
    setCoverage(source) {
      coverage = source;
    },
    setEvidence,
    setBudget(state) {
      budget = state;
    },
  };
}

function evidenceGauges(registers: Registry[], clock: Clock): PollerMetrics['setEvidence'] {
  let report: (() => EvidenceReport) | null = null;
  new Gauge({
    name: 'custody_poller_evidence_owed',
    help: 'Decisions whose detailed entry is still to be read.',
    registers,
    collect() {
      this.set(report?.().owed ?? 0);
    },
  });
  new Gauge({
    name: 'custody_poller_evidence_oldest_owed_age_seconds',
    help: 'Age of the oldest of them, which Permit deletes first; 0 where nothing is owed.',
    registers,
    collect() {
      const oldestMs = report?.().oldestOwedMs ?? null;
      this.set(oldestMs === null ? 0 : Math.max(0, clock.now() - oldestMs) / secondMs);
    },
  });
  return (source) => {
    report = source;
  };
}
