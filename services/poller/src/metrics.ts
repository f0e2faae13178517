import { secondMs } from '@custody/decision';
import { type Clock, Counter, Gauge, type Registry } from '@custody/runtime';
import type { Coverage } from './coverage.ts';
import type { Mode } from './hand-over.ts';

/** What the poller counts; `/metrics` shows it. */
export interface PollerMetrics {
  readonly retries: Counter<'what' | 'code'>;
  readonly windowsClosed: Counter<'proof'>;
  readonly windowsUnreadable: Counter;
  readonly factsAppended: Counter<'kind'>;
  readonly listings: Counter<'kind' | 'outcome'>;
  handedOn(mode: Mode, decisions: number, newestMs: number): void;
  requested(status: string): void;
  /** Decisions handed on and requests made since the start. */
  totals(): { readonly decisions: number; readonly requests: number };
  /** Tells where coverage comes from while this process is the one that reads; `null` when it is not. */
  setCoverage(coverage: (() => Coverage) | null): void;
}

export function createPollerMetrics(registry: Registry, clock: Clock): PollerMetrics {
  const registers = [registry];
  let decisions = 0;
  let requests = 0;
  let newestSeenMs = 0;
  let coverage: (() => Coverage) | null = null;
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
      for (const [state, seconds] of Object.entries(coverage?.() ?? {})) this.set({ state }, seconds);
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
    factsAppended: new Counter({
      name: 'custody_poller_facts_total',
      help: 'Facts that appeared, changed or ended.',
      labelNames: ['kind'],
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
  };
}
