import { dayMs, hourMs, minuteMs, type TimeRange } from '@custody/decision';
import type { BucketSize } from '../questions/buckets.ts';

/** How far a zone's clocks are ahead of UTC from an instant on. The first of a list also holds before it. */
export interface ZoneOffset {
  readonly fromMs: number;
  readonly aheadMs: number;
}

/** What a row of a rollup must not lie across: buckets of a size, where each instant counts as the one `shiftMs` later. */
export interface Grain {
  readonly size: BucketSize;
  readonly shiftMs: number;
}

/** Numbers the buckets of local time. */
const bucketNumber: Readonly<Record<BucketSize, (localMs: number) => number>> = {
  minute: (localMs) => Math.floor(localMs / minuteMs),
  '5m': (localMs) => Math.floor(localMs / (5 * minuteMs)),
  '15m': (localMs) => Math.floor(localMs / (15 * minuteMs)),
  hour: (localMs) => Math.floor(localMs / hourMs),
  day: (localMs) => Math.floor(localMs / dayMs),
  // 1970 began on a Thursday, and weeks begin on Mondays.
  week: (localMs) => Math.floor((Math.floor(localMs / dayMs) + 3) / 7),
  month: (localMs) => new Date(localMs).getUTCFullYear() * 12 + new Date(localMs).getUTCMonth(),
};

/** Buckets of a size begin at multiples of this, by the zone's clocks. */
const stepMs: Readonly<Record<BucketSize, number>> = {
  minute: minuteMs,
  '5m': 5 * minuteMs,
  '15m': 15 * minuteMs,
  hour: hourMs,
  day: dayMs,
  week: dayMs,
  month: dayMs,
};

/** Local days are told apart by their dates; an hour that a change of clocks repeats is two hours of one name. */
const isNamedByDate: ReadonlySet<BucketSize> = new Set(['day', 'week', 'month']);

/** Index of the offset that holds at an instant. */
function indexAt(offsets: readonly ZoneOffset[], epochMs: number): number {
  let low = 0;
  let high = offsets.length - 1;
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if ((offsets[middle]?.fromMs ?? 0) <= epochMs) low = middle;
    else high = middle - 1;
  }
  return low;
}

/** How far the clocks are ahead at an instant. */
export function offsetAt(offsets: readonly ZoneOffset[], epochMs: number): number {
  return offsets[indexAt(offsets, epochMs)]?.aheadMs ?? 0;
}

/**
 * Whether all pieces of a stretch surely nest, piece by piece: where no clock is changed in it and they divide buckets. So a
 * day is looked at once and not piece by piece. `false` says nothing.
 */
export function surelyNest(
  { fromMs, toMs }: TimeRange,
  pieceMs: number,
  { size, shiftMs }: Grain,
  offsets: readonly ZoneOffset[],
): boolean {
  const startMs = fromMs + shiftMs;
  const index = indexAt(offsets, startMs);
  const localMs = startMs + (offsets[index]?.aheadMs ?? 0);
  const isOfOneOffset = toMs + shiftMs <= (offsets[index + 1]?.fromMs ?? Number.POSITIVE_INFINITY);
  return isOfOneOffset && localMs % pieceMs === 0 && stepMs[size] % pieceMs === 0;
}

/**
 * Whether a stretch of time lies in one bucket of the zone as a whole. Where the clocks are changed inside it, it does only
 * if all of it has the same date, week or month.
 */
export function nests(fromMs: number, toMs: number, { size, shiftMs }: Grain, offsets: readonly ZoneOffset[]): boolean {
  const number = bucketNumber[size];
  const endMs = toMs + shiftMs;
  let startMs = fromMs + shiftMs;
  const index = indexAt(offsets, startMs);
  const localMs = startMs + (offsets[index]?.aheadMs ?? 0);
  const lengthMs = toMs - fromMs;
  const isOfOneOffset = endMs <= (offsets[index + 1]?.fromMs ?? endMs);
  if (isOfOneOffset && localMs % lengthMs === 0 && stepMs[size] % lengthMs === 0) return true;
  const wanted = number(localMs);
  for (let next = index; startMs < endMs; next++) {
    if (next > index && !isNamedByDate.has(size)) return false;
    const aheadMs = offsets[next]?.aheadMs ?? 0;
    const untilMs = Math.min(endMs, offsets[next + 1]?.fromMs ?? endMs);
    if (number(startMs + aheadMs) !== wanted || number(untilMs - 1 + aheadMs) !== wanted) return false;
    startMs = untilMs;
  }
  return true;
}
