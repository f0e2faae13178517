import { Arrivals } from './arrivals.ts';
import { DateFault } from './date-fault.ts';
import { RequestFaults } from './request-faults.ts';
import { type BurstSettings, type FaultName, type FaultPlan, type FaultSettings, parseFaults } from './settings.ts';

export interface FaultsOptions {
  readonly seed: number;
  readonly now: () => number;
  /** Puts a burst into the log. */
  readonly onBurst: (burst: BurstSettings) => void;
}

/** The faults that are on. They can be changed while the API runs; with the same seed and requests they strike the same. */
export class Faults {
  readonly arrivals: Arrivals;
  readonly requests: RequestFaults;
  readonly date: DateFault;
  readonly #options: FaultsOptions;
  #plan: FaultPlan = {};

  constructor(options: FaultsOptions) {
    this.#options = options;
    this.arrivals = new Arrivals(options.seed);
    this.requests = new RequestFaults(options.seed);
    this.date = new DateFault(options.seed);
  }

  /** What is on, with every default filled in. */
  get settings(): FaultPlan {
    return this.#plan;
  }

  /** Switches faults on; others stay as they are. Throws SIMULATOR_FAULTS_INVALID, and then nothing has changed. */
  set(settings: FaultSettings): void {
    this.#apply({ ...this.#plan, ...parseFaults(settings) });
  }

  /** Switches these faults on and all others off. Throws SIMULATOR_FAULTS_INVALID, and then nothing has changed. */
  replace(settings: unknown): void {
    this.#apply(parseFaults(settings));
  }

  /** Switches faults off, or all. What was held back appears; what was deleted stays deleted. */
  clear(...names: readonly FaultName[]): void {
    const off: readonly string[] = names.length === 0 ? Object.keys(this.#plan) : names;
    const left = Object.entries(this.#plan).filter(([name]) => !off.includes(name));
    this.#apply(Object.fromEntries(left));
  }

  #apply(plan: FaultPlan): void {
    const nowMs = this.#options.now();
    const burst = this.#plan.burst;
    this.#plan = plan;
    this.requests.set(plan, nowMs);
    this.date.set(plan.date);
    this.arrivals.late.set(plan.late, nowMs);
    this.arrivals.pages.set(plan['between-pages'], nowMs);
    this.arrivals.retention.set(plan.retention, nowMs);
    if (plan.burst && plan.burst !== burst) this.#options.onBurst(plan.burst);
  }
}
