import { randomUUID } from 'node:crypto';
import { dayMs, minuteMs, secondMs } from '@custody/decision';
import type { DueSpan, HourToSum } from '@custody/store';
import type { SealingParts } from '../sealing-parts.ts';
import { unlessTooMuch } from '../unless-too-much.ts';
import { hourBatches } from './hour-batches.ts';
import { StoredMoment } from './stored-moment.ts';

export interface InterimParts extends SealingParts {
  /** Hours that something was said of more lately are left alone, seconds. */
  readonly quietSeconds: number;
  /** Most decisions that are summed up at once, unless a single hour has more. */
  readonly mostRows: number;
}

/** Of one look. */
const mostHours = 200;
const mostSpans = 20;
const spansEveryMs = 10 * minuteMs;
/** A month is summed up from so many more rows than a day or an hour that it waits for more to come at once. */
const monthPatience = 10;
/** So long an hour is left alone that the store has not the memory or the time for. */
const putOffMs = 10 * minuteMs;

/**
 * Sums up hours that cannot be sealed yet, and days and months of such, so that their rows need not be read meanwhile. For
 * speed alone: nothing waits for it, and what it leaves is read from rows. Works like the sealing and is as safe: the
 * store's clock first, then until what was under way is stored, then the rows, then one insert.
 */
export class InterimSums {
  readonly #parts: InterimParts;
  readonly #moment: StoredMoment;
  readonly #putOff = new Map<string, number>();
  #spans = { day: 0, againAtMs: 0 };

  constructor(parts: InterimParts) {
    this.#parts = parts;
    this.#moment = new StoredMoment(parts);
  }

  /** One look, which begins nothing after `untilMs`. */
  async look(untilMs: number, signal: AbortSignal): Promise<void> {
    const { clock, metrics } = this.#parts;
    const nowMs = clock.now();
    const day = Math.floor(nowMs / dayMs);
    const isTimeForSpans = day !== this.#spans.day || nowMs >= this.#spans.againAtMs;
    const hours = await this.#hours(nowMs, signal);
    if (hours.length === 0 && !(isTimeForSpans && (await this.#spansDue(signal)).length > 0)) {
      if (isTimeForSpans) this.#spans = { day, againAtMs: nowMs + spansEveryMs };
      return;
    }
    const asOfUs = await this.#moment.take(signal);
    if (asOfUs === null) return;
    for (const batch of hourBatches(hours, this.#parts.mostRows)) {
      if (clock.now() > untilMs) break;
      metrics.interimSums.inc({ span: 'hour' }, await this.#sumHours(batch, asOfUs, signal));
    }
    const hasMore = await this.#sumSpans(asOfUs, untilMs, signal);
    this.#spans = { day, againAtMs: hasMore ? nowMs : nowMs + spansEveryMs };
  }

  /** Whoever leads no longer waits for nothing. */
  stop(): void {
    this.#moment.forget();
  }

  async #hours(nowMs: number, signal: AbortSignal): Promise<readonly HourToSum[]> {
    const { store, patiently, quietSeconds } = this.#parts;
    const wanted = { nowMs, quietSeconds, limit: mostHours };
    const found = await patiently('look for hours to sum up', signal, () => store.hoursToSum(wanted, signal));
    for (const [key, untilMs] of this.#putOff) if (untilMs <= nowMs) this.#putOff.delete(key);
    return found.filter((hour) => !this.#putOff.has(keyOf(hour)));
  }

  /** Resolves with how many count. What is too much for the store at once may not be in halves. */
  async #sumHours(hours: readonly HourToSum[], asOfUs: number, signal: AbortSignal): Promise<number> {
    const { store, patiently, clock, metrics } = this.#parts;
    const [first] = hours;
    if (first === undefined) return 0;
    const { envId } = first;
    const starts = hours.map(({ hourStartMs }) => hourStartMs);
    const startedAtMs = clock.now();
    // Under a new attempt at each try: one that failed half-way has written a part of its rows.
    const builds = await patiently('sum up hours', signal, () =>
      unlessTooMuch(store.buildHours({ envId, hours: starts, attempt: randomUUID() }, signal)),
    );
    if (builds === null) {
      if (hours.length === 1) {
        this.#putOff.set(keyOf(first), clock.now() + putOffMs);
        return 0;
      }
      const middle = Math.ceil(hours.length / 2);
      const before = await this.#sumHours(hours.slice(0, middle), asOfUs, signal);
      return before + (await this.#sumHours(hours.slice(middle), asOfUs, signal));
    }
    metrics.buildSeconds.observe({ span: 'hour' }, (clock.now() - startedAtMs) / secondMs);
    const sums = builds.map(({ hourStartMs: startMs, build }) => ({ startMs, build }));
    const naming = { envId, span: 'hour', asOfUs, sums } as const;
    return patiently('name sums', signal, () => store.nameSums(naming, signal));
  }

  async #spansDue(signal: AbortSignal): Promise<readonly DueSpan[]> {
    const { store, patiently, clock, quietSeconds } = this.#parts;
    const quiet = { daySeconds: quietSeconds, monthSeconds: quietSeconds * monthPatience };
    const wanted = { nowMs: clock.now(), by: 'sums', quiet } as const;
    return patiently('look for days to sum up', signal, () => store.spansToSum(wanted, signal));
  }

  /**
   * Days, and then months. They are looked for after the clock was read and what was under way is stored: what their hours
   * hold then is all that was said of before. Resolves with whether more may be due.
   */
  async #sumSpans(asOfUs: number, untilMs: number, signal: AbortSignal): Promise<boolean> {
    for (const span of ['day', 'month'] as const) {
      const due = (await this.#spansDue(signal)).filter((one) => one.span === span);
      for (const one of due.slice(0, mostSpans)) {
        if (this.#parts.clock.now() > untilMs) return true;
        await this.#sumSpan(one, asOfUs, signal);
      }
      if (due.length > mostSpans) return true;
    }
    return false;
  }

  async #sumSpan(due: DueSpan, asOfUs: number, signal: AbortSignal): Promise<void> {
    const { store, patiently, clock, metrics } = this.#parts;
    const { envId, span, startMs } = due;
    const startedAtMs = clock.now();
    const built = await patiently('sum up a day', signal, () =>
      unlessTooMuch(store.buildSpan(due, randomUUID(), signal, 'sums')),
    );
    if (built === null) return;
    metrics.buildSeconds.observe({ span }, (clock.now() - startedAtMs) / secondMs);
    const naming = { envId, span, asOfUs, sums: [{ startMs, build: built.build }] };
    metrics.interimSums.inc({ span }, await patiently('name sums', signal, () => store.nameSums(naming, signal)));
  }
}

function keyOf({ envId, hourStartMs }: HourToSum): string {
  return `${envId}/${hourStartMs}`;
}
