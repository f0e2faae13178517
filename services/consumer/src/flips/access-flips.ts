import { hourMs, minuteMs, secondMs } from '@custody/decision';
import type { Log } from '@custody/log';
import type { Clock } from '@custody/runtime';
import type { Patience } from '../patience.ts';
import { pauseAfter } from '../pause-after.ts';
import { newTerm } from '../terms.ts';
import { type FlipStep, planFlipSteps } from './flip-steps.ts';
import type { FlipStore } from './flip-store.ts';
import type { FlipMetrics } from './metrics.ts';

export interface AccessFlipsParts {
  readonly log: Pick<Log, 'lead'>;
  readonly store: FlipStore;
  readonly patiently: Patience;
  readonly clock: Clock;
  readonly metrics: FlipMetrics;
  /** Between two looks, milliseconds: an hour that grows is computed as often. Default 30,000. */
  readonly everyMs?: number;
  /** Most decisions of a step, unless a single hour has more. Default 250,000. */
  readonly mostRows?: number;
}

const leader = 'consumer.flips';
const usualEveryMs = 30 * secondMs;
const usualMostRows = 250_000;
/** Between the clocks of this machine and the store's. */
const mostSkewMs = 10 * secondMs;
/** A batch is stored so long after it was attributed, at most: unless the store was away. */
const mostWaitMs = 15 * minuteMs;
/** What was held back for longer is found by a look at all hours, so long after it at most; so is everything where the
 * store does not tell what was stored since. */
const wholeEveryMs = 6 * hourMs;

/**
 * Finds where verdicts flipped, hour by hour, and again when the decisions of an hour change: one process of an
 * installation, behind live rows, in steps that may be repeated. An hour is due while the store holds other decisions of
 * it than its flips were found among, so that a crash, or a leader elsewhere, leaves nothing that is not found again.
 */
export class AccessFlips {
  readonly #parts: AccessFlipsParts;

  constructor(parts: AccessFlipsParts) {
    this.#parts = parts;
  }

  /** Works whenever this process is the leader, until the signal aborts. */
  async run(signal: AbortSignal): Promise<void> {
    await this.#parts.log.lead(leader, (leading) => this.#lead(leading), signal);
  }

  /** Term after term: another process that took itself for the leader may have begun one and be gone again. */
  async #lead(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) await this.#workTerm(await newTerm(this.#parts, signal), signal);
  }

  /** Until the signal aborts, or another term has begun. */
  async #workTerm(term: string, signal: AbortSignal): Promise<void> {
    const { clock, metrics, everyMs = usualEveryMs } = this.#parts;
    let lookedAtMs = Number.NEGATIVE_INFINITY;
    let wholeAtMs = Number.NEGATIVE_INFINITY;
    while (!signal.aborted) {
      const nowMs = clock.now();
      // After an outage of the store, batches may come that were attributed long ago.
      const mayMiss = nowMs - lookedAtMs > everyMs + mostWaitMs || nowMs - wholeAtMs > wholeEveryMs;
      const stored = mayMiss ? null : await this.#storedSince(lookedAtMs, signal);
      if (!(await this.#work(await this.#due(stored, signal), term, signal))) return;
      lookedAtMs = nowMs;
      if (stored === null) wholeAtMs = nowMs;
      metrics.looks.inc();
      await clock.sleep(everyMs, signal);
    }
  }

  /** Hours in which something was stored or touched since the last look. */
  #storedSince(lookedAtMs: number, signal: AbortSignal): Promise<readonly number[]> {
    const { store, patiently } = this.#parts;
    const sinceMs = lookedAtMs - mostSkewMs;
    return patiently('look for hours stored', signal, () => store.readStored(sinceMs, sinceMs - mostWaitMs, signal));
  }

  /** What of the given hours is due, or of all where there are none given. */
  async #due(hours: readonly number[] | null, signal: AbortSignal): Promise<FlipStep[]> {
    const { store, patiently, mostRows = usualMostRows } = this.#parts;
    if (hours?.length === 0) return [];
    const found = await patiently('look for hours due', signal, () => store.readHours(hours, signal));
    return planFlipSteps(found, { mostRows, isComplete: hours === null });
  }

  /** Finds the flips of each step; `false` where another term has begun. */
  async #work(steps: readonly FlipStep[], term: string, signal: AbortSignal): Promise<boolean> {
    const { store, patiently, clock, metrics } = this.#parts;
    let left = steps.reduce((sum, { hours }) => sum + hours.length, 0);
    for (const step of steps) {
      metrics.backlogHours.set(left);
      const startedAtMs = clock.now();
      await patiently('find flips', signal, () => store.compute(step, term));
      // Otherwise it may have had no effect, and whoever leads now finds the hours due.
      if (!(await patiently('look at the term', signal, () => store.isTerm(term, signal)))) return false;
      await patiently('write hours of flips', signal, () => store.writeHours(step.hours, signal));
      const elapsedMs = clock.now() - startedAtMs;
      metrics.seconds.observe(elapsedMs / secondMs);
      metrics.hours.inc(step.hours.length);
      left -= step.hours.length;
      await pauseAfter(elapsedMs, clock, signal);
    }
    metrics.backlogHours.set(left);
    return true;
  }
}
