import { dayMs, hourMs, hourOf, type TimeRange } from '@custody/decision';
import type { Cube, Level } from '../rollups/cubes.ts';
import type { EnvironmentSnapshot } from './snapshot.ts';
import { append, dayAt, type FineLevel, isFine, monthAt, withinHourMs } from './stretches.ts';

/** Where rows are read from: a level of a rollup, or the decisions themselves. */
export type SourceLevel = Level | 'raw';

/** The coarsest first. */
export const sourceLevels: readonly SourceLevel[] = ['month', 'day', 'hour', 'quarter', 'five_minutes', 'raw'];

/** How one environment's decisions of a range are read: each instant at one level. In order and disjoint. */
export interface Cover {
  readonly ranges: ReadonlyMap<SourceLevel, readonly TimeRange[]>;
  /** What cannot be read: rows that expired, where no level that nests has their sums. */
  readonly expired: readonly TimeRange[];
}

export interface CoverOptions {
  /** Levels that may be read; none for raw rows alone. */
  readonly levels: Cube['levels'] | readonly [];
  /** Whether a stretch of a level lies in one bucket of what is asked. */
  readonly nests: (fromMs: number, toMs: number) => boolean;
  /** How many hours of the UTC day that begins at the instant nest piece by piece: `hoursThatNest`, remembered. */
  readonly nestingHours: (dayStartMs: number) => number;
}

const hoursOfDay = dayMs / hourMs;

/** Whether each piece of an hour nests. */
function isHourNested(hourStartMs: number, stepMs: number, nests: CoverOptions['nests']): boolean {
  for (let atMs = hourStartMs; atMs < hourStartMs + hourMs; atMs += stepMs) {
    if (!nests(atMs, atMs + stepMs)) return false;
  }
  return true;
}

/** How many hours of a day nest by the finest of the levels, piece by piece; none where there are no levels. */
export function hoursThatNest(dayStartMs: number, { levels, nests }: Pick<CoverOptions, 'levels' | 'nests'>): number {
  const [finest] = levels;
  if (finest === undefined || !isFine(finest)) return 0;
  let count = 0;
  for (let startMs = dayStartMs; startMs < dayStartMs + dayMs; startMs += hourMs) {
    if (isHourNested(startMs, withinHourMs[finest], nests)) count += 1;
  }
  return count;
}

/** The months that decisions are stored in: whole ones, which may hold as such. */
function withinStored(range: TimeRange, { firstHourMs, lastHourMs }: EnvironmentSnapshot): TimeRange {
  return {
    fromMs: Math.max(range.fromMs, monthAt(firstHourMs).fromMs),
    toMs: Math.min(range.toMs, monthAt(lastHourMs).toMs),
  };
}

/** Takes stretch after stretch. Of years there are thousands, so nothing is made of one but what is kept. */
class Covering {
  readonly ranges = new Map<SourceLevel, TimeRange[]>();
  readonly expired: TimeRange[] = [];
  readonly #environment: EnvironmentSnapshot;
  readonly #options: CoverOptions;
  readonly #finest: FineLevel | null;
  readonly #daysWithOpenHours: ReadonlySet<number>;
  /** How many hours of a day expired. */
  readonly #expiredHoursOfDay = new Map<number, number>();

  constructor(environment: EnvironmentSnapshot, options: CoverOptions) {
    this.#environment = environment;
    this.#options = options;
    const [finest] = options.levels;
    this.#finest = finest !== undefined && isFine(finest) ? finest : null;
    const dayOf = (hour: number) => dayAt(hour).fromMs;
    this.#daysWithOpenHours = new Set([...environment.openHours].map(dayOf));
    for (const hour of environment.expiredHours) {
      this.#expiredHoursOfDay.set(dayOf(hour), (this.#expiredHoursOfDay.get(dayOf(hour)) ?? 0) + 1);
    }
  }

  /** Before the first hour and after the last one that decisions are stored in there is nothing to read. */
  #isStored(fromMs: number, toMs: number): boolean {
    const { firstHourMs, lastHourMs } = this.#environment;
    return toMs > firstHourMs && fromMs < lastHourMs + hourMs;
  }

  #take(level: SourceLevel, fromMs: number, toMs: number): void {
    const ranges = this.ranges.get(level);
    if (ranges === undefined) this.ranges.set(level, [{ fromMs, toMs }]);
    else append(ranges, fromMs, toMs);
  }

  /** Takes a day or a month that holds, nests and begins at the instant, a midnight; its end, or `null`. */
  takeSpan(level: 'day' | 'month', fromMs: number, endMs: number): number | null {
    if (!(this.#options.levels as readonly Level[]).includes(level)) return null;
    if (level === 'month' && new Date(fromMs).getUTCDate() !== 1) return null;
    const toMs = level === 'day' ? fromMs + dayMs : monthAt(fromMs).toMs;
    const { openDays, openMonths } = this.#environment;
    const isOpen = (level === 'day' ? openDays : openMonths).has(fromMs);
    if (toMs > endMs || isOpen || !this.#options.nests(fromMs, toMs)) return null;
    if (this.#isStored(fromMs, toMs)) this.#take(level, fromMs, toMs);
    return toMs;
  }

  /** Takes a day that begins at the instant at once, where its hours are all taken alike; its end, or `null`. */
  takeHoursOfDay(fromMs: number, endMs: number): number | null {
    const { firstHourMs, lastHourMs } = this.#environment;
    const toMs = fromMs + dayMs;
    if (toMs > endMs || this.#daysWithOpenHours.has(fromMs)) return null;
    if (fromMs < firstHourMs || lastHourMs + hourMs < toMs) return null;
    const [finest] = this.#options.levels;
    const nesting = finest === undefined ? 0 : this.#options.nestingHours(fromMs);
    const expired = this.#expiredHoursOfDay.get(fromMs) ?? 0;
    if (finest !== undefined && nesting === hoursOfDay) this.#take(finest, fromMs, toMs);
    else if (expired === 0 && nesting === 0) this.#take('raw', fromMs, toMs);
    else if (expired === hoursOfDay && finest === undefined) append(this.expired, fromMs, toMs);
    else return null;
    return toMs;
  }

  /** Takes what lies of an hour in the range. One that is cut is read from its rows as long as there are any. */
  takeHour(fromMs: number, toMs: number): void {
    if (!this.#isStored(fromMs, toMs)) return;
    const hour = hourOf(fromMs);
    const finest = this.#finest;
    const isExpired = this.#environment.expiredHours.has(hour);
    if (finest === null || this.#environment.openHours.has(hour)) {
      if (isExpired) append(this.expired, fromMs, toMs);
      else this.#take('raw', fromMs, toMs);
    } else if (this.#isWhole(fromMs, toMs, withinHourMs[finest])) this.#take(finest, fromMs, toMs);
    else if (isExpired) this.#takePieces(fromMs, toMs, finest);
    else this.#take('raw', fromMs, toMs);
  }

  /** Whether a stretch is an hour, and each piece of it nests. */
  #isWhole(fromMs: number, toMs: number, stepMs: number): boolean {
    return toMs - fromMs === hourMs && isHourNested(fromMs, stepMs, this.#options.nests);
  }

  /** Takes the pieces of an expired hour that can be told. */
  #takePieces(fromMs: number, toMs: number, finest: FineLevel): void {
    const stepMs = withinHourMs[finest];
    for (let atMs = hourOf(fromMs); atMs < toMs; atMs += stepMs) {
      const [startMs, endMs] = [Math.max(atMs, fromMs), Math.min(atMs + stepMs, toMs)];
      if (startMs >= endMs) continue;
      if (endMs - startMs === stepMs && this.#options.nests(startMs, endMs)) this.#take(finest, startMs, endMs);
      else append(this.expired, startMs, endMs);
    }
  }
}

/**
 * Covers what an environment has in a range: by the coarsest level whose sums hold and nest, and by the rows where none
 * does. Pure; each instant between the first and the last stored hour is covered once, or told as expired.
 */
export function cover(range: TimeRange, environment: EnvironmentSnapshot, options: CoverOptions): Cover {
  const { fromMs, toMs } = withinStored(range, environment);
  const covering = new Covering(environment, options);
  for (let atMs = fromMs; atMs < toMs; ) {
    const isMidnight = atMs % dayMs === 0;
    const spanEndMs = isMidnight
      ? (covering.takeSpan('month', atMs, toMs) ??
        covering.takeSpan('day', atMs, toMs) ??
        covering.takeHoursOfDay(atMs, toMs))
      : null;
    const endMs = spanEndMs ?? Math.min(hourOf(atMs) + hourMs, toMs);
    if (spanEndMs === null) covering.takeHour(atMs, endMs);
    atMs = endMs;
  }
  return covering;
}
