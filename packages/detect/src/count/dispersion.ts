import { momentsOf } from './count-histogram.ts';
import type { CountModel } from './count-model.ts';
import type { Exposure } from './observed-time.ts';
import type { SeriesHistory } from './series-history.ts';
import type { Span } from './span.ts';

/** Variance over mean of the counts of a bucket and of a block: what comes in clumps scatters more over an hour. */
export interface Dispersion {
  readonly bucket: number;
  readonly block: number;
}

interface Unit {
  /** Buckets that are counted together. */
  readonly buckets: number;
  readonly squares: number;
  /** What is assumed as long as counts are few. */
  readonly assumed: number;
}

function sum(values: readonly number[]): number {
  let total = 0;
  for (let index = 0; index < values.length; index += 1) total += values[index] ?? 0;
  return total;
}

/**
 * Of counts of so many buckets each. What differs between slots is season, no scatter, and taken out where each slot was
 * seen often enough to tell.
 */
function ofUnit(history: SeriesHistory, exposure: Exposure, unit: Unit, model: CountModel): number {
  const { bySlot } = history;
  let units = 0;
  for (let slot = 0; slot < exposure.buckets.length; slot += 1) units += (exposure.buckets[slot] ?? 0) / unit.buckets;
  const total = sum(bySlot);
  if (units < 2) return Math.min(unit.assumed, model.dispersionMost);
  let between = 0;
  let slots = 0;
  for (let slot = 0; slot < exposure.buckets.length; slot += 1) {
    const times = (exposure.buckets[slot] ?? 0) / unit.buckets;
    if (times < 1) continue;
    slots += 1;
    between += (bySlot[slot] ?? 0) ** 2 / times;
  }
  const isTold = units >= 4 * slots;
  const within = Math.max(0, unit.squares - (isTold ? between : total ** 2 / units));
  const scatter = (within * units) / (units - (isTold ? slots : 1));
  const estimate = (scatter + unit.assumed * model.dispersionWeight) / (total + model.dispersionWeight);
  return Math.min(model.dispersionMost, Math.max(1, estimate));
}

/** The part of `dispersionOf` that is about buckets. */
export function dispersionOfBuckets(
  history: SeriesHistory,
  exposure: Exposure,
  assumed: number,
  model: CountModel,
): number {
  const squares = momentsOf(history.buckets).squares;
  return ofUnit(history, exposure, { buckets: 1, squares, assumed }, model);
}

/** `assumed`: the variance over mean of a series without counts. */
export function dispersionOf(
  history: SeriesHistory,
  exposure: Exposure,
  assumed: number,
  model: CountModel,
): Dispersion {
  const { blockBuckets } = model.calendar;
  const bucket = dispersionOfBuckets(history, exposure, assumed, model);
  const ofBlocks = { buckets: blockBuckets, squares: momentsOf(history.blocks).squares, assumed: bucket };
  return { bucket, block: ofUnit(history, exposure, ofBlocks, model) };
}

/** That of any window. What comes in clumps has come within a quarter of an hour as well as within an hour. */
export function dispersionIn({ bucket, block }: Dispersion, span: Span): number {
  if (span === 'bucket') return bucket;
  return span === 'block' ? block : Math.max(bucket, block);
}
