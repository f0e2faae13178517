import { pauseMs } from './backoff.ts';

/** What is tried at once of one channel. */
const width = 4;
/** After so many failures in a row a channel counts as down, and one attempt at a time finds out whether it still is. */
const downAfter = 3;

interface Trial {
  readonly attempts: number;
  readonly notBeforeMs: number;
}

const untried: Trial = { attempts: 0, notBeforeMs: 0 };

/** How it goes with one channel: what is under way, what waits how long, whether the receiver is down. */
export class Lane {
  readonly #random: () => number;
  /** Alerts under way. */
  readonly #underWay = new Set<string>();
  /** Of the transition that is next of an alert. */
  readonly #trials = new Map<string, Trial>();
  #notBeforeMs = 0;
  #failures = 0;
  #problem = '';

  constructor(random: () => number) {
    this.#random = random;
  }

  /** Failures in a row, of whatever alert. */
  get failures(): number {
    return this.#failures;
  }

  get problem(): string {
    return this.#problem;
  }

  get hasRoom(): boolean {
    return this.#underWay.size < (this.#failures >= downAfter ? 1 : width);
  }

  isUnderWay(alertId: string): boolean {
    return this.#underWay.has(alertId);
  }

  /** When the next transition of an alert may be tried, milliseconds. */
  dueAtMs(alertId: string): number {
    return Math.max(this.#notBeforeMs, (this.#trials.get(alertId) ?? untried).notBeforeMs);
  }

  begin(alertId: string): void {
    this.#underWay.add(alertId);
  }

  /** Counts an attempt; returns how many it makes. */
  count(alertId: string): number {
    const { attempts, notBeforeMs } = this.#trials.get(alertId) ?? untried;
    this.#trials.set(alertId, { attempts: attempts + 1, notBeforeMs });
    return attempts + 1;
  }

  end(alertId: string): void {
    this.#underWay.delete(alertId);
  }

  /** The receiver took it. When it was down before, everything that waits is due at once. */
  succeeded(alertId: string): void {
    if (this.#failures >= downAfter) {
      for (const [other, { attempts }] of this.#trials) this.#trials.set(other, { attempts, notBeforeMs: 0 });
    }
    this.#failures = 0;
    this.#problem = '';
    this.forget(alertId);
  }

  /** What is next of the alert is another transition. */
  forget(alertId: string): void {
    this.#trials.delete(alertId);
  }

  /** `restMs`: so long the whole channel rests, since its receiver asks for that. */
  failed(alertId: string, problem: string, nowMs: number, restMs: number | null): void {
    this.#failures += 1;
    this.#problem = problem;
    const { attempts } = this.#trials.get(alertId) ?? untried;
    this.#trials.set(alertId, { attempts, notBeforeMs: nowMs + pauseMs(Math.max(1, attempts), this.#random) });
    if (restMs !== null) this.#notBeforeMs = Math.max(this.#notBeforeMs, nowMs + restMs);
  }
}
