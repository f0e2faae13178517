import { type FactKind, factKinds, secondMs, type TimeRange } from '@custody/decision';
import type { BudgetState } from '@custody/permit';
import { type Clock, Gauge, type Registry } from '@custody/runtime';
import type { CoverageReport } from './coverage.ts';
import type { EvidenceReport } from './evidence-reader.ts';

/** What a session says of itself: the figures of its coverage record. */
export interface SessionReports {
  readonly coverage: () => CoverageReport;
  /** Of which time everything is handed on that the source listed when it was read; `null` before the first reading. */
  readonly readPosition: () => TimeRange | null;
  readonly evidence: () => EvidenceReport;
  /** Kinds of facts whose newest listing failed. */
  readonly factsUnreadable: () => readonly FactKind[];
}

export interface ReportGauges {
  /** Tells where the figures come from while this process is the one that reads; `null` when it is not. */
  setReports(reports: SessionReports | null): void;
  /** Tells where the figures of the requests come from. */
  setBudget(state: () => BudgetState): void;
}

type Values = Readonly<Record<string, number>>;

interface Described {
  readonly name: string;
  readonly help: string;
}

interface LabelledGauge extends Described {
  readonly label: string;
  readonly readValues: (reports: SessionReports) => Values;
}

interface PlainGauge extends Described {
  readonly readValue: (reports: SessionReports, nowMs: number) => number;
}

const labelledGauges: readonly LabelledGauge[] = [
  {
    name: 'custody_poller_unproven_seconds',
    help: 'Source time that is not proven: open (younger than the lateness), blind, unreadable.',
    label: 'state',
    readValues({ coverage }) {
      const { open, blind, unreadable } = coverage();
      return { open, blind, unreadable };
    },
  },
  {
    name: 'custody_poller_rows',
    help: 'Decisions of all windows: listed, read (in proven windows), missing (counted, not listed), deleted at the source.',
    label: 'state',
    readValues({ coverage }) {
      const { rowsListed: listed, rowsRead: read, rowsMissing: missing, rowsDeleted: deleted } = coverage();
      return { listed, read, missing, deleted };
    },
  },
  {
    name: 'custody_poller_facts_unreadable',
    help: 'Whether the newest listing of a kind of facts failed (1), so that its last known state stays; 0 in health.',
    label: 'kind',
    readValues({ factsUnreadable }) {
      const unreadable = factsUnreadable();
      return Object.fromEntries(factKinds.map((kind) => [kind, unreadable.includes(kind) ? 1 : 0]));
    },
  },
];

const plainGauges: readonly PlainGauge[] = [
  {
    name: 'custody_poller_oldest_open_age_seconds',
    help: 'Age of the oldest stretch of source time that is neither proven nor unreadable.',
    readValue: ({ coverage }, nowMs) => ageSeconds(coverage().oldestOpenMs, nowMs),
  },
  {
    name: 'custody_poller_evidence_owed',
    help: 'Decisions whose detailed entry is still to be read.',
    readValue: ({ evidence }) => evidence().owed,
  },
  {
    name: 'custody_poller_evidence_oldest_owed_age_seconds',
    help: 'Age of the oldest of them, which Permit deletes first; 0 where nothing is owed.',
    readValue: ({ evidence }, nowMs) => ageSeconds(evidence().oldestOwedMs, nowMs),
  },
];

function ageSeconds(ms: number | null, nowMs: number): number {
  return ms === null ? 0 : Math.max(0, nowMs - ms) / secondMs;
}

function addLabelled(registry: Registry, { name, help, label }: Omit<LabelledGauge, 'readValues'>, read: () => Values) {
  new Gauge({
    name,
    help,
    labelNames: [label],
    registers: [registry],
    collect() {
      this.reset();
      for (const [of, value] of Object.entries(read())) this.set({ [label]: of }, value);
    },
  });
}

/** Gauges whose values are asked for when `/metrics` is. */
export function createReportGauges(registry: Registry, clock: Clock): ReportGauges {
  let reports: SessionReports | null = null;
  let budget: (() => BudgetState) | null = null;
  for (const { readValues, ...gauge } of labelledGauges) {
    addLabelled(registry, gauge, () => (reports === null ? {} : readValues(reports)));
  }
  for (const { name, help, readValue } of plainGauges) {
    new Gauge({
      name,
      help,
      registers: [registry],
      collect() {
        this.set(reports === null ? 0 : readValue(reports, clock.now()));
      },
    });
  }
  const requests = {
    name: 'custody_poller_budget_requests',
    help: 'The budget of requests: spent and refused since the start, the rate a minute in force, those waiting.',
    label: 'figure',
  };
  addLabelled(registry, requests, () => {
    if (budget === null) return {};
    const { spent, refused, ratePerMinute, waiting } = budget();
    return { spent, refused, ratePerMinute, waiting };
  });
  return {
    setReports(given) {
      reports = given;
    },
    setBudget(state) {
      budget = state;
    },
  };
}
