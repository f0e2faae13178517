import { hourMs, hourOf, type TimeRange } from '@custody/decision';
import type { EnvironmentSnapshot, Span } from './snapshot.ts';
import { dayAt, monthAt } from './stretches.ts';

/** What a seal or an interim sum names: both count alike, the newest does. Times are microseconds by the store's clock. */
export interface SealOfSpan {
  readonly asOfUs: number;
  /** Names the rows of the rollups; a 64-bit number, as text. */
  readonly build: string;
}

/** That an hour's rows are gone, and what it is from then on. */
export interface Expiry {
  readonly atUs: number;
  /** When something had been said of it last. */
  readonly saidUs: number;
  /** `null` where it had none. */
  readonly seal: SealOfSpan | null;
}

/** Days and months: sums of hours. */
interface LongSpan {
  seal: SealOfSpan | null;
  /** The newest that was said of it, or of one of its hours; -1: nothing. */
  saidUs: number;
}

interface Hour extends LongSpan {
  expiry: Expiry | null;
  /** How often anything was said of it that was not known: clocks that differ or are set back say old times again. */
  words: number;
}

/** What is known of an hour by itself. */
export interface KnownHour {
  /** How often anything was said of it. */
  readonly words: number;
  /** When something was said of it last; -1: never. */
  readonly saidUs: number;
  readonly isExpired: boolean;
}

export const unknownHour: KnownHour = { words: 0, saidUs: -1, isExpired: false };

function isNewer(one: SealOfSpan, other: SealOfSpan | null): boolean {
  if (other === null || one.asOfUs !== other.asOfUs) return one.asOfUs > (other?.asOfUs ?? -1);
  return BigInt(one.build) > BigInt(other.build);
}

/** Whether sums hold: nothing was said since they were made. */
function holds(seal: SealOfSpan | null, saidUs: number): boolean {
  return seal !== null && seal.asOfUs > saidUs;
}

/** What was said of an hour, as far as it counts; -1: nothing. */
function saidOf({ saidUs, expiry }: Hour): number {
  return expiry?.saidUs ?? saidUs;
}

/** What an hour, a day or a month is read from, as a word that changes when that does. */
function standingOf({ seal, saidUs, expiry = null }: LongSpan & Partial<Hour>): string {
  if (expiry !== null) return `expired ${(expiry.seal ?? seal)?.build ?? ''}`;
  return `${saidUs < 0} ${holds(seal, saidUs) ? (seal?.build ?? '') : 'open'}`;
}

/**
 * What is known of one environment's hours, days and months: when something was said of them and how they were summed up. Learns
 * in any order, and the same as often as it is told. Each `learn…` tells whether anything is read otherwise from then on.
 */
export class EnvironmentBook {
  readonly #hours = new Map<number, Hour>();
  readonly #days = new Map<number, LongSpan>();
  readonly #months = new Map<number, LongSpan>();
  #firstHourMs = Number.POSITIVE_INFINITY;
  #lastHourMs = Number.NEGATIVE_INFINITY;
  #sealedUntilUs = 0;

  /**
   * `isNews`: it may stand for something that was said since the last look, whatever its time; not where its time is before
   * `sureUntilUs`, and was known.
   */
  learnSaid(hourStartMs: number, saidUs: number, isNews = true, sureUntilUs = -1): boolean {
    const known = this.#hours.get(hourStartMs);
    // Nearly all of what is read again where parts were merged.
    if (known?.saidUs === saidUs) {
      if (isNews && saidUs >= sureUntilUs) known.words += 1;
      return false;
    }
    return this.#changeHour(hourStartMs, (hour) => {
      if (isNews || saidUs !== hour.saidUs) hour.words += 1;
      hour.saidUs = Math.max(hour.saidUs, saidUs);
    });
  }

  learnExpiry(hourStartMs: number, expiry: Expiry): boolean {
    return this.#changeHour(hourStartMs, (hour) => {
      if (expiry.atUs >= (hour.expiry?.atUs ?? -1)) hour.expiry = expiry;
    });
  }

  learnSeal(span: Span, startMs: number, seal: SealOfSpan, sealedAtUs: number): boolean {
    this.#sealedUntilUs = Math.max(this.#sealedUntilUs, sealedAtUs);
    const known: Hour | LongSpan = span === 'hour' ? this.#hourAt(startMs) : this.#longAt(span, startMs);
    const before = standingOf(known);
    if (isNewer(seal, known.seal)) known.seal = seal;
    return standingOf(known) !== before;
  }

  /** How often something was said of an hour: more, whenever anything was. */
  wordsOf(startMs: number): number {
    return this.#hours.get(startMs)?.words ?? 0;
  }

  hour(startMs: number): KnownHour {
    const known = this.#hours.get(startMs);
    if (known === undefined) return unknownHour;
    return { words: known.words, saidUs: known.saidUs, isExpired: known.expiry !== null };
  }

  /** What holds of a range; `null` where no decisions are or were stored in it. */
  snapshot(envId: string, { fromMs, toMs }: TimeRange): EnvironmentSnapshot | null {
    const openHours = new Set<number>();
    const expiredHours = new Set<number>();
    let [firstHourMs, lastHourMs] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
    const startMs = Math.max(hourOf(fromMs), this.#firstHourMs);
    const endMs = Math.min(toMs, this.#lastHourMs + hourMs);
    for (let atMs = startMs; atMs < endMs; atMs += hourMs) {
      const hour = this.#hours.get(atMs);
      if (hour === undefined || saidOf(hour) < 0) continue;
      firstHourMs = Math.min(firstHourMs, atMs);
      lastHourMs = atMs;
      if (hour.expiry !== null) expiredHours.add(atMs);
      else if (!holds(hour.seal, hour.saidUs)) openHours.add(atMs);
    }
    if (lastHourMs < firstHourMs) return null;
    return {
      ...{ envId, firstHourMs, lastHourMs, openHours, expiredHours },
      openDays: this.#open('day', firstHourMs, lastHourMs),
      openMonths: this.#open('month', firstHourMs, lastHourMs),
      sealedUntilUs: this.#sealedUntilUs,
      buildOf: (span, atMs) => this.#buildOf(span, atMs),
    };
  }

  #buildOf(span: Span, startMs: number): string | null {
    if (span !== 'hour') return this.#spans(span).get(startMs)?.seal?.build ?? null;
    const hour = this.#hours.get(startMs);
    return (hour?.expiry?.seal ?? hour?.seal)?.build ?? null;
  }

  #open(span: 'day' | 'month', firstHourMs: number, lastHourMs: number): Set<number> {
    const open = new Set<number>();
    const spanAt = span === 'day' ? dayAt : monthAt;
    for (let atMs = spanAt(firstHourMs).fromMs; atMs <= lastHourMs; atMs = spanAt(atMs).toMs) {
      const known = this.#spans(span).get(atMs);
      if (known !== undefined && known.saidUs >= 0 && !holds(known.seal, known.saidUs)) open.add(atMs);
    }
    return open;
  }

  #spans(span: 'day' | 'month'): Map<number, LongSpan> {
    return span === 'day' ? this.#days : this.#months;
  }

  #longAt(span: 'day' | 'month', startMs: number): LongSpan {
    const known = this.#spans(span).get(startMs) ?? { seal: null, saidUs: -1 };
    this.#spans(span).set(startMs, known);
    return known;
  }

  #hourAt(startMs: number): Hour {
    const known = this.#hours.get(startMs) ?? { saidUs: -1, seal: null, expiry: null, words: 0 };
    this.#hours.set(startMs, known);
    return known;
  }

  #changeHour(startMs: number, change: (hour: Hour) => void): boolean {
    const hour = this.#hourAt(startMs);
    const [before, saidBefore] = [standingOf(hour), saidOf(hour)];
    change(hour);
    this.#firstHourMs = Math.min(this.#firstHourMs, startMs);
    this.#lastHourMs = Math.max(this.#lastHourMs, startMs);
    const isDayOther = this.#carry('day', dayAt(startMs), saidBefore, saidOf(hour));
    const isMonthOther = this.#carry('month', monthAt(startMs), saidBefore, saidOf(hour));
    return standingOf(hour) !== before || isDayOther || isMonthOther;
  }

  /** What is said of an hour is said of its day and its month too. An expired one takes back what was said of it later. */
  #carry(span: 'day' | 'month', range: TimeRange, saidBefore: number, saidUs: number): boolean {
    if (saidUs === saidBefore) return false;
    const known = this.#longAt(span, range.fromMs);
    const before = standingOf(known);
    if (saidUs > saidBefore) known.saidUs = Math.max(known.saidUs, saidUs);
    else known.saidUs = this.#newestSaid(range);
    return standingOf(known) !== before;
  }

  #newestSaid({ fromMs, toMs }: TimeRange): number {
    const hours = Array.from({ length: (toMs - fromMs) / hourMs }, (_, n) => this.#hours.get(fromMs + n * hourMs));
    return Math.max(-1, ...hours.map((hour) => (hour === undefined ? -1 : saidOf(hour))));
  }
}
