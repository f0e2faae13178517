import {
  baselineOf,
  bucketsIn,
  type CountModel,
  defaultCountModel,
  defaultPrior,
  type KindPrior,
  type LearnedRange,
  logTail,
  ObservedTime,
  priorOf,
  RollingHistory,
  spans,
  weigh,
} from '@custody/detect';
import type { Scores } from './scores.ts';
import { bucketsPerDay, type SimulatedSeries, type SimulatedWorld } from './world.ts';

const { calendar } = defaultCountModel;
const hour = calendar.blockBuckets;
const windows = spans.map((span) => bucketsIn(span, calendar));

function inLast(counts: Uint16Array, bucket: number, buckets: number): number {
  let sum = 0;
  for (let at = Math.max(0, bucket - buckets); at < bucket; at += 1) sum += counts[at] ?? 0;
  return sum;
}

/** What one series has done, as the service keeps it: what belongs to an alert is not learned from. */
class WatchedCounts {
  readonly history: RollingHistory;
  readonly masked: LearnedRange[] = [];
  readonly #counts: Uint16Array;
  readonly #lag: number;
  #added = 0;

  constructor(counts: Uint16Array, model: CountModel) {
    this.history = new RollingHistory(model);
    this.#counts = counts;
    this.#lag = model.lagBuckets;
  }

  /** Learns what has become old enough. An alert of the last hour comes before its counts are learned from. */
  advance(nowBucket: number): void {
    for (; this.#added < nowBucket - this.#lag; this.#added += 1) {
      const count = this.#counts[this.#added] ?? 0;
      const isMasked = this.masked.some(
        ({ fromBucket, untilBucket }) => fromBucket <= this.#added && this.#added < untilBucket,
      );
      if (count > 0 && !isMasked) this.history.add(this.#added, count);
    }
  }

  /** An alert at the end of a bucket keeps the hour that it looked at out of the history. */
  mask(bucket: number): void {
    const range = { fromBucket: bucket + 1 - hour, untilBucket: bucket + 1 };
    const last = this.masked.at(-1);
    if (last === undefined || last.untilBucket < range.fromBucket) this.masked.push(range);
    else this.masked[this.masked.length - 1] = { fromBucket: last.fromBucket, untilBucket: range.untilBucket };
  }
}

/**
 * −ln p of the rarer window, of every judged bucket in which enough was counted. What fires at `alpha` is kept out of the
 * history from then on.
 */
export function ourScores(world: SimulatedWorld, model: CountModel, alpha: number): Scores {
  const { series, fromBucket, untilBucket } = world;
  const scores = series.map(() => new Float32Array(untilBucket - fromBucket).fill(Number.NEGATIVE_INFINITY));
  const watched = series.map(({ counts }) => new WatchedCounts(counts, model));
  let prior: KindPrior = defaultPrior(model);
  for (let bucket = fromBucket; bucket < untilBucket; bucket += 1) {
    const now = bucket + 1;
    const observed = new ObservedTime(model, now, 0);
    if ((bucket - fromBucket) % bucketsPerDay === 0) prior = priorAt(series, watched, observed, now, model);
    series.forEach(({ counts, firstBucket }, index) => {
      const block = inLast(counts, now, hour);
      if (block < model.leastCount) return;
      const own = watched[index] as WatchedCounts;
      own.advance(now);
      const baseline = baselineOf(own.history.asOf(now), observed.of(firstBucket, own.masked), prior, model);
      const [bucketCount = 0, quarter = 0, half = 0] = windows.map((buckets) => inLast(counts, now, buckets));
      const counted = { bucket: bucketCount, quarter, half, block };
      const weighed = weigh(counted, baseline, prior, now, model);
      const unlikely = weighed.filter((it) => it.observed >= it.atLeast).map((it) => -it.logProbability);
      const score = Math.max(Number.NEGATIVE_INFINITY, ...unlikely);
      (scores[index] as Float32Array)[bucket - fromBucket] = score;
      if (score > -Math.log(alpha)) own.mask(bucket);
    });
  }
  return scores;
}

function priorAt(
  series: readonly SimulatedSeries[],
  watched: readonly WatchedCounts[],
  observed: ObservedTime,
  now: number,
  model: CountModel,
): KindPrior {
  const known = series
    .map(({ firstBucket }, index) => ({ firstBucket, own: watched[index] as WatchedCounts }))
    .filter(({ firstBucket }) => firstBucket < now - model.lagBuckets)
    .map(({ firstBucket, own }) => {
      own.advance(now);
      return { history: own.history.asOf(now), exposure: observed.of(firstBucket, own.masked) };
    });
  return priorOf(known, model);
}

/** What could be known at best: the same test with the true mean and the true scatter. */
export function oracleScores({ series, fromBucket, untilBucket }: SimulatedWorld, model: CountModel): Scores {
  return series.map(({ counts, meanOf, varianceRatio }) => {
    const scoreOf = (now: number, buckets: number) => {
      const count = inLast(counts, now, buckets);
      if (count < model.leastCount) return Number.NEGATIVE_INFINITY;
      let mean = 0;
      for (let at = now - buckets; at < now; at += 1) mean += meanOf(at);
      return -logTail(count, { mean, varianceRatio });
    };
    return Float32Array.from({ length: untilBucket - fromBucket }, (_, index) => {
      const now = fromBucket + index + 1;
      return inLast(counts, now, hour) < model.leastCount
        ? Number.NEGATIVE_INFINITY
        : Math.max(...windows.map((buckets) => scoreOf(now, buckets)));
    });
  });
}
