import { dayMs, hourMs, minuteMs, secondMs } from '@custody/decision';
import type { Log } from '@custody/log';
import { isError } from '@custody/runtime';
import type { HourFacts } from '@custody/store';
import { AskedHours } from './asked-hours.ts';
import { sealerErrors } from './errors.ts';
import { InterimSums } from './interim/interim-sums.ts';
import type { WaitReason } from './judge-hour.ts';
import { planSealing, type SealingBatch, type WaitingHour } from './plan-sealing.ts';
import { PutOffHours } from './put-off.ts';
import { deadLettersOf, sealHours } from './seal-hours.ts';
import { sealSpans } from './seal-spans.ts';
import type { SealingParts } from './sealing-parts.ts';

export interface SealerParts extends SealingParts {
  readonly log: Pick<Log, 'append' | 'latest' | 'follow' | 'lead'>;
  /** Between two looks, milliseconds. */
  readonly everyMs: number;
  /** How late a decision may still appear at the source, milliseconds. */
  readonly latenessMs: number;
  /** What else is done while it leads, beside the sealing. */
  readonly beside?: (leading: AbortSignal) => Promise<void>;
  /** Most decisions that are summed up at once, unless a single hour has more. Default 500,000. */
  readonly mostRows?: number;
  /** Hours that are not sealed are summed up once nothing was said of them for so long, seconds. Default 60. */
  readonly quietSeconds?: number;
  /** Only sealers of one name take turns. Default: all do. */
  readonly leader?: string;
}

const usualLeader = 'sealer';
const usualMostRows = 500_000;
const usualQuietSeconds = 60;
/** Of one look; more than that are a history, which is worked off look by look. */
const mostHours = 20_000;
/** Looking at all rollups is dear, and nothing is urgent about it. */
const sweepEveryMs = hourMs;
const firstSweepMs = 10 * minuteMs;
const spansEveryMs = 10 * minuteMs;
/** What may stay as it is for long: to sum it up at each look would be in vain. */
const lasting: readonly WaitReason[] = ['missing', 'other_ids', 'unlisted', 'too_large'];

function keyOf({ envId, hourStartMs }: HourFacts): string {
  return `${envId}/${hourStartMs}`;
}

/**
 * Seals what is due, look after look, while it leads. A second one beside it, or one that takes itself for the leader, costs
 * work and does no harm: what each writes counts by the store's clock, as of before it read the rows.
 */
export class Sealer {
  readonly #parts: SealerParts;
  readonly #putOff = new PutOffHours();
  readonly #asked = new AskedHours();
  readonly #interim: InterimSums;
  #waiting = new Map<string, WaitingHour>();
  #spans = { day: 0, againAtMs: 0 };
  #sweepAtMs: number | null = null;
  #isAhead = false;

  constructor(parts: SealerParts) {
    this.#parts = parts;
    const { mostRows = usualMostRows, quietSeconds = usualQuietSeconds } = parts;
    this.#interim = new InterimSums({ ...parts, mostRows, quietSeconds });
  }

  /** Works whenever this process is the leader, until the signal aborts. */
  async run(signal: AbortSignal): Promise<void> {
    const { log, leader = usualLeader } = this.#parts;
    await log.lead(leader, (leading) => this.#lead(leading), signal);
  }

  async #lead(leading: AbortSignal): Promise<void> {
    const { clock, beside = async () => undefined } = this.#parts;
    const failed = new AbortController();
    const signal = AbortSignal.any([leading, failed.signal]);
    const orStop = async (work: Promise<void>) => {
      try {
        await work;
      } catch (error) {
        failed.abort();
        throw error;
      }
    };
    try {
      const both = await Promise.allSettled([orStop(this.#seals(signal)), orStop(beside(signal))]);
      // Of two failures the first is the cause, and the other one that it was given up.
      const failures = both.flatMap((one) => (one.status === 'rejected' ? [one.reason] : []));
      if (failures.length > 0)
        throw failures.find((reason) => !isError(reason, sealerErrors.SEALER_INTERRUPTED)) ?? failures[0];
    } finally {
      this.#waiting.clear();
      this.#interim.stop();
      this.#show(clock.now());
    }
  }

  async #seals(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) if (!(await this.look(signal))) await this.#parts.clock.sleep(this.#parts.everyMs, signal);
  }

  /**
   * One look, with the sealing of what it finds. Resolves with `true` where there is more than is done in the time between
   * two looks: then what ended meanwhile comes first again.
   */
  async look(signal: AbortSignal): Promise<boolean> {
    const { store, letters, patiently, clock, metrics, everyMs, latenessMs, retentionMs } = this.#parts;
    const nowMs = clock.now();
    await patiently('count dead letters', signal, () => letters.catchUp(signal));
    await this.#openFuture(signal);
    const letterCounts = letters.counts();
    const asked = this.#asked.next(letterCounts);
    const wanted = { endedByMs: nowMs - latenessMs, asked, limit: mostHours };
    const hours = await patiently('look for hours', signal, () => store.unsealedHours(wanted, signal));
    const deadOf = deadLettersOf(this.#parts);
    const putOff = (hour: HourFacts) => this.#putOff.why(hour, deadOf(hour), nowMs);
    const mostRows = this.#parts.mostRows ?? usualMostRows;
    const plan = planSealing(hours, { nowMs, retentionMs, mostRows, deadLettersOf: deadOf, putOff });
    this.#asked.answered(asked, letterCounts, plan.waiting);
    this.#waiting = new Map(plan.waiting.map((one) => [keyOf(one.hour), one]));
    this.#show(nowMs);
    for (const batch of plan.batches) {
      if (clock.now() - nowMs > everyMs) return true;
      await this.#seal(batch, signal);
    }
    const hasMore = await this.#sealSpans(nowMs, signal);
    // What can be sealed comes first, as long as there is any. Hours that ended a moment ago were not looked for yet.
    const mayBeOpen = this.#waiting.size > 0 || nowMs % hourMs < latenessMs;
    if (!hasMore && mayBeOpen) await this.#interim.look(nowMs + everyMs, signal);
    await this.#sweep(nowMs, signal);
    metrics.looks.inc();
    return hasMore;
  }

  async #openFuture(signal: AbortSignal): Promise<void> {
    const { store, patiently, logger } = this.#parts;
    const seals = await patiently('look at the store’s clock', signal, () => store.openFutureSeals(signal));
    if (seals > 0 && !this.#isAhead) {
      logger.warn({ seals }, 'the store’s clock was set back: what was sealed at a later time is read from its rows');
    }
    this.#isAhead = seals > 0;
  }

  async #seal(batch: SealingBatch, signal: AbortSignal): Promise<void> {
    const { clock } = this.#parts;
    const outcomes = await sealHours(this.#parts, batch, signal);
    const deadOf = deadLettersOf(this.#parts);
    for (const outcome of outcomes) {
      const { facts: hour } = outcome;
      if (outcome.outcome === 'sealed') {
        this.#spans = { ...this.#spans, againAtMs: 0 };
        this.#waiting.delete(keyOf(hour));
        continue;
      }
      this.#waiting.set(keyOf(hour), { hour, why: outcome.why });
      if (lasting.includes(outcome.why)) this.#putOff.add(hour, outcome.why, deadOf(hour), clock.now());
    }
    this.#show(clock.now());
  }

  #show(nowMs: number): void {
    const { metrics } = this.#parts;
    const waiting = [...this.#waiting.values()];
    metrics.waiting.reset();
    for (const { why } of waiting) metrics.waiting.inc({ why });
    const oldestMs = waiting.reduce((oldest, { hour }) => Math.min(oldest, hour.hourStartMs), nowMs);
    metrics.oldestUnsealed.set((nowMs - oldestMs) / secondMs);
  }

  /** Nothing is due but by a seal, or by the end of a day; a look from time to time finds what another sealer left. */
  async #sealSpans(nowMs: number, signal: AbortSignal): Promise<boolean> {
    const day = Math.floor((nowMs - this.#parts.latenessMs) / dayMs);
    if (day === this.#spans.day && nowMs < this.#spans.againAtMs) return false;
    const hasMore = await sealSpans(this.#parts, nowMs + this.#parts.everyMs, signal);
    this.#spans = { day, againAtMs: hasMore ? nowMs : nowMs + spansEveryMs };
    return hasMore;
  }

  async #sweep(nowMs: number, signal: AbortSignal): Promise<void> {
    const { store, patiently, metrics, logger } = this.#parts;
    this.#sweepAtMs ??= nowMs + firstSweepMs;
    if (nowMs < this.#sweepAtMs) return;
    const rows = await patiently('delete idle rollup rows', signal, () => store.removeIdle(signal));
    this.#sweepAtMs = nowMs + sweepEveryMs;
    metrics.idleRows.inc(rows);
    if (rows > 0) logger.debug({ rows }, 'deleted rollup rows that no seal names');
  }
}
