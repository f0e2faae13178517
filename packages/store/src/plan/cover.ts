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
  readonly nests: (stretch: TimeRange) => boolean;
  /** How many hours of the UTC day that begins at the instant nest piece by piece: `hoursThatNest`, remembered. */
  readonly nestingHours: (dayStartMs: number) => number;
}

const hoursOfDay = dayMs / hourMs;

/** Whether each piece of an hour nests. */
function isHourNested(hourStartMs: number, stepMs: number, nests: CoverOptions['nests']): boolean {
  for (let atMs = hourStartMs; atMs < hourStartMs + hourMs; atMs += stepMs) {
    if (!nests({ fromMs: atMs, toMs: atMs + stepMs })) return false;
  }
  return true;
}

/** How many hours of a day nest by the finest of the levels, piece by piece; none where there are no levels. */
export function hoursThatNest(dayStartMs: number, { levels, nests }: Pick<CoverOptions, 'levels' | 'nests'>): number {
  const [finest] = levels;
  if (finest === undefined || !isFine(finest)) return 0;
  const hours = Array.from({ length: hoursOfDay }, (_, n) => dayStartMs + n * hourMs);
  return hours.filter((start) => isHourNested(start, withinHourMs[finest], nests)).length;
}

/** The months that decisions are stored in: whole ones, which may hold as such. */
function withinStored(range: TimeRange, { firstHourMs, lastHourMs }: EnvironmentSnapshot): TimeRange {
  return {
    fromMs: Math.max(range.fromMs, monthAt(firstHourMs).fromMs),
    toMs: Math.min(range.toMs, monthAt(lastHourMs).toMs),
  };
}

class Covering {
  readonly ranges = new Map<SourceLevel, TimeRange[]>();
  readonly expired: TimeRange[] = [];
  readonly #environment: EnvironmentSnapshot;
  readonly #options: CoverOptions;
  readonly #daysWithOpenHours: ReadonlySet<number>;
  /** How many hours of a day expired. */
  readonly #expiredHoursOfDay = new Map<number, number>();

  constructor(environment: EnvironmentSnapshot, options: CoverOptions) {
    this.#environment = environment;
    this.#options = options;
    const dayOf = (hour: number) => dayAt(hour).fromMs;
    this.#daysWithOpenHours = new Set([...environment.openHours].map(dayOf));
    for (const hour of environment.expiredHours) {
      this.#expiredHoursOfDay.set(dayOf(hour), (this.#expiredHoursOfDay.get(dayOf(hour)) ?? 0) + 1);
    }
  }

  /** Before the first hour and after the last one that decisions are stored in there is nothing to read. */
  #isStored({ fromMs, toMs }: TimeRange): boolean {
    const { firstHourMs, lastHourMs } = this.#environment;
    return toMs > firstHourMs && fromMs < lastHourMs + hourMs;
  }

  take(level: SourceLevel, stretch: TimeRange): void {
    const ranges = this.ranges.get(level) ?? [];
    append(ranges, stretch);
    this.ranges.set(level, ranges);
  }

  /** Takes a day or a month that holds, nests and begins at the instant; its end, or `null`. */
  takeSpan(level: 'day' | 'month', fromMs: number, endMs: number): number | null {
    const { openDays, openMonths } = this.#environment;
    const stretch = level === 'day' ? dayAt(fromMs) : monthAt(fromMs);
    if (stretch.fromMs !== fromMs || stretch.toMs > endMs) return null;
    if (!(this.#options.levels as readonly Level[]).includes(level)) return null;
    if ((level === 'day' ? openDays : openMonths).has(fromMs) || !this.#options.nests(stretch)) return null;
    if (this.#isStored(stretch)) this.take(level, stretch);
    return stretch.toMs;
  }

  /** Takes a day at once whose hours are all taken alike, years of which have ten thousands of hours; its end, or `null`. */
  takeHoursOfDay(fromMs: number, endMs: number): number | null {
    const { firstHourMs, lastHourMs } = this.#environment;
    const day = dayAt(fromMs);
    if (day.fromMs !== fromMs || day.toMs > endMs || this.#daysWithOpenHours.has(fromMs)) return null;
    if (day.fromMs < firstHourMs || lastHourMs + hourMs < day.toMs) return null;
    const [finest] = this.#options.levels;
    const nesting = this.#options.nestingHours(fromMs);
    const expired = this.#expiredHoursOfDay.get(fromMs) ?? 0;
    if (finest !== undefined && nesting === hoursOfDay) this.take(finest, day);
    else if (expired === 0 && nesting === 0) this.take('raw', day);
    else if (expired === hoursOfDay && finest === undefined) append(this.expired, day);
    else return null;
    return day.toMs;
  }

  /** Takes what lies of an hour in the range. One that is cut is read from its rows as long as there are any. */
  takeHour(stretch: TimeRange): void {
    if (!this.#isStored(stretch)) return;
    const hour = hourOf(stretch.fromMs);
    const { openHours, expiredHours } = this.#environment;
    const [finest] = this.#options.levels;
    const isExpired = expiredHours.has(hour);
    if (finest === undefined || !isFine(finest) || openHours.has(hour)) {
      if (isExpired) append(this.expired, stretch);
      else this.take('raw', stretch);
    } else if (this.#isWhole(stretch, withinHourMs[finest])) this.take(finest, stretch);
    else if (isExpired) this.#takePieces(stretch, finest);
    else this.take('raw', stretch);
  }

  /** Whether a stretch is an hour, and each piece of it nests. */
  #isWhole({ fromMs, toMs }: TimeRange, stepMs: number): boolean {
    return toMs - fromMs === hourMs && isHourNested(fromMs, stepMs, this.#options.nests);
  }

  /** Takes the pieces of an expired hour that can be told. */
  #takePieces({ fromMs, toMs }: TimeRange, finest: FineLevel): void {
    const stepMs = withinHourMs[finest];
    for (let atMs = hourOf(fromMs); atMs < toMs; atMs += stepMs) {
      const piece = { fromMs: Math.max(atMs, fromMs), toMs: Math.min(atMs + stepMs, toMs) };
      if (piece.fromMs >= piece.toMs) continue;
      const isWhole = piece.toMs - piece.fromMs === stepMs && this.#options.nests(piece);
      if (isWhole) this.take(finest, piece);
      else append(this.expired, piece);
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
    if (spanEndMs === null) covering.takeHour({ fromMs: atMs, toMs: endMs });
    atMs = endMs;
  }
  return covering;
}
