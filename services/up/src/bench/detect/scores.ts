import { type Burst, burstSizes, type SimulatedWorld } from './world.ts';

/**
 * How unusual a detector finds each judged bucket of each series: by series, then by bucket; larger is more unusual, and
 * −Infinity never fires. So every detector can be given the threshold at which it raises as many false alerts as another.
 */
export type Scores = readonly Float32Array[];

export interface Judgement {
  /** Share of the bursts that were found, by size. */
  readonly recall: ReadonlyMap<number, number>;
  readonly recallOfAll: number;
  /** The same of series that were there before the judged week, and of those that were not. */
  readonly recallWarm: number;
  readonly recallCold: number;
  /** Alerts that no burst explains, in the judged week. */
  readonly falseAlerts: number;
  readonly falseAlertsCold: number;
  /** Alerts that a burst explains; several may be of one. */
  readonly trueAlerts: number;
  /** Minutes from the first denial of a found burst to the end of the bucket that gave it away. */
  readonly delaysMin: readonly number[];
}

/** After the last firing, for every detector: what fires within belongs to the same alert. */
const cooldownBuckets = 12;
/** A burst may still be found while the hour that it lies in is looked at. */
const graceBuckets = 12;
const minutesPerBucket = 5;

/** Alerts of one series: runs of firing buckets with less than the cooldown between two. */
function alertsOf(scores: Float32Array, threshold: number): { first: number; last: number }[] {
  const alerts: { first: number; last: number }[] = [];
  for (let at = 0; at < scores.length; at += 1) {
    if ((scores[at] ?? 0) < threshold) continue;
    const open = alerts.at(-1);
    if (open !== undefined && at - open.last <= cooldownBuckets) open.last = at;
    else alerts.push({ first: at, last: at });
  }
  return alerts;
}

/** False alerts of warm and of cold series, and those that a burst explains. */
interface AlertCounts {
  warm: number;
  cold: number;
  explained: number;
}

function countAlerts(world: SimulatedWorld, scores: Scores, threshold: number): AlertCounts {
  const burstsBySeries = Map.groupBy(world.bursts, ({ series }) => series);
  const found: AlertCounts = { warm: 0, cold: 0, explained: 0 };
  scores.forEach((own, series) => {
    for (const { first, last } of alertsOf(own, threshold)) {
      const isExplained = (burstsBySeries.get(series) ?? []).some((burst) => {
        const from = burst.fromBucket - world.fromBucket;
        return last >= from && first < from + burst.buckets + graceBuckets;
      });
      if (isExplained) found.explained += 1;
      else found[world.series[series]?.isCold ? 'cold' : 'warm'] += 1;
    }
  });
  return found;
}

/** Minutes from the first denial of the burst to the end of the bucket that gives it away; `null` where none does. */
function delayOf(burst: Burst, world: SimulatedWorld, scores: Scores, threshold: number): number | null {
  const own = scores[burst.series] as Float32Array;
  const first = burst.firstBucket - world.fromBucket;
  const last = Math.min(own.length, burst.fromBucket + burst.buckets + graceBuckets - world.fromBucket);
  for (let at = first; at < last; at += 1) {
    if ((own[at] ?? 0) >= threshold) return (at + 1 - first) * minutesPerBucket;
  }
  return null;
}

function shareFound(delays: readonly (number | null)[]): number {
  return delays.length === 0 ? 0 : delays.filter((delay) => delay !== null).length / delays.length;
}

export function judge(world: SimulatedWorld, scores: Scores, threshold: number): Judgement {
  const judged = world.bursts.map((burst) => ({ burst, delay: delayOf(burst, world, scores, threshold) }));
  const recallOf = (isMeant: (burst: Burst) => boolean) =>
    shareFound(judged.filter(({ burst }) => isMeant(burst)).map(({ delay }) => delay));
  const isCold = ({ series }: Burst) => world.series[series]?.isCold === true;
  const { warm, cold, explained } = countAlerts(world, scores, threshold);
  return {
    recall: new Map(burstSizes.map((size) => [size, recallOf((burst) => burst.size === size)])),
    recallOfAll: recallOf(() => true),
    recallWarm: recallOf((burst) => !isCold(burst)),
    recallCold: recallOf(isCold),
    falseAlerts: warm + cold,
    falseAlertsCold: cold,
    trueAlerts: explained,
    delaysMin: judged.flatMap(({ delay }) => (delay === null ? [] : [delay])),
  };
}

function sortedScores(scores: Scores): Float32Array {
  const isCandidate = (score: number) => score > 0 && Number.isFinite(score);
  const length = scores.reduce((sum, own) => sum + own.filter(isCandidate).length, 0);
  const sorted = new Float32Array(length);
  let at = 0;
  for (const own of scores) {
    const candidates = own.filter(isCandidate);
    sorted.set(candidates, at);
    at += candidates.length;
  }
  return sorted.sort();
}

/** The lowest threshold at which a detector raises no more false alerts than it may. */
export function thresholdFor(world: SimulatedWorld, scores: Scores, mostFalseAlerts: number): number {
  const sorted = sortedScores(scores);
  let [low, high] = [0, sorted.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    const { warm, cold } = countAlerts(world, scores, sorted[middle] ?? 0);
    if (warm + cold <= mostFalseAlerts) high = middle;
    else low = middle + 1;
  }
  return sorted[low] ?? Number.POSITIVE_INFINITY;
}
