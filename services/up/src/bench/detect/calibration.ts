import {
  baselineOf,
  type CountModel,
  defaultPrior,
  expectedIn,
  logTail,
  ObservedTime,
  RollingHistory,
} from '@custody/detect';
import { Draws } from './draws.ts';
import type { SimulatedWorld } from './world.ts';

/** One look in so many; the others see much of the same. */
const step = 7;

/**
 * Probabilities of what was counted in five minutes, of series with a history and without a burst. Counts are whole, so
 * that the probability of "as many or more" cannot be spread evenly; drawn between that and "more" it is, if the model is
 * right: then a share α of them lies below α.
 */
export function calibrationDraws(seed: number, world: SimulatedWorld, model: CountModel): number[] {
  const { bursts, fromBucket, untilBucket } = world;
  const withBurst = new Set(bursts.map((burst) => burst.series));
  const watched = world.series
    .filter(({ isCold }, index) => !isCold && !withBurst.has(index))
    .map(({ counts }) => ({ counts, history: new RollingHistory(model) }));
  const draws = new Draws(seed, 3);
  const probabilities: number[] = [];
  const prior = defaultPrior(model);
  for (let bucket = 0; bucket < untilBucket; bucket += 1) {
    const now = bucket + 1;
    const exposure = bucket < fromBucket ? null : new ObservedTime(model, now, 0).of(0);
    for (const [index, { counts, history }] of watched.entries()) {
      const count = counts[bucket] ?? 0;
      if (exposure !== null && (bucket + index) % step === 0) {
        const expected = expectedIn(baselineOf(history.asOf(now), exposure, prior, model), 'bucket', now, model);
        const [more, asMany] = [Math.exp(logTail(count + 1, expected)), Math.exp(logTail(count, expected))];
        probabilities.push(more + draws.uniform() * (asMany - more));
      }
      if (count > 0) history.add(bucket, count);
    }
  }
  return probabilities;
}
