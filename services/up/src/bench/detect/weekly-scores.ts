import {
  baselineOf,
  type Calendar,
  type CountModel,
  defaultCountModel,
  defaultPrior,
  expectedIn,
  logTail,
  ObservedTime,
  RollingHistory,
} from '@custody/detect';
import { type UsualDetector, usualScore } from './usual-scores.ts';
import { judgedFrom, type WeeklySeries, weeks } from './weekly.ts';

const weeksPerYear = 52;

/** Weeks as buckets and fortnights of the year as slots. */
const weekly: Calendar = {
  bucketMs: 7 * 86_400_000,
  blockBuckets: 1,
  slots: 26,
  slotOf: (week) => Math.floor((week % weeksPerYear) / 2),
};

/** The same model at another pace: a year instead of a day, six years instead of four weeks. */
export const weeklyModel: CountModel = {
  ...defaultCountModel,
  calendar: weekly,
  halfLifeBuckets: weeksPerYear,
  slowHalfLifeBuckets: 3 * weeksPerYear,
  slowWeightBuckets: weeksPerYear / 2,
  lagBuckets: 4,
  memoryBuckets: 6 * weeksPerYear,
  rateError: 0,
  coldBuckets: 0,
};

/** −ln p of each judged week. */
export function ourWeeklyScores({ counts }: WeeklySeries, model = weeklyModel): Float32Array {
  const history = new RollingHistory(model);
  const prior = { ...defaultPrior(model), mean: 1, weightBuckets: 1 };
  const scores = new Float32Array(weeks - judgedFrom);
  counts.forEach((count, week) => {
    if (week >= judgedFrom) {
      const exposure = new ObservedTime(model, week, 0).of(0);
      const baseline = baselineOf(history.asOf(week), exposure, prior, model);
      scores[week - judgedFrom] = -logTail(count, expectedIn(baseline, 'bucket', week + 1, model));
    }
    if (count > 0) history.add(week, count);
  });
  return scores;
}

/** What is usual, on the same weeks, with the same memory. */
export function usualWeeklyScores(detector: UsualDetector, { counts }: WeeklySeries): Float32Array {
  const { lagBuckets, memoryBuckets } = weeklyModel;
  const settings = { windowBuckets: 1, lag: lagBuckets, memory: memoryBuckets, slotOf: weekly.slotOf };
  return usualScore(detector, counts, judgedFrom, settings);
}

export interface WeeklyJudgement {
  /** Alarms among the weeks without an outbreak. */
  readonly falsePositiveRate: number;
  /** Outbreaks with an alarm in one of their weeks. */
  readonly detection: number;
}

export function judgeWeekly(
  series: readonly WeeklySeries[],
  scores: readonly Float32Array[],
  threshold: number,
): WeeklyJudgement {
  let [alarms, quietWeeks, found] = [0, 0, 0];
  series.forEach(({ outbreakWeeks }, index) => {
    const own = scores[index] as Float32Array;
    const outbreak = new Set(outbreakWeeks.map((week) => week - judgedFrom));
    let isFound = false;
    own.forEach((score, week) => {
      const isAlarm = score > threshold;
      if (outbreak.has(week)) isFound ||= isAlarm;
      else {
        quietWeeks += 1;
        if (isAlarm) alarms += 1;
      }
    });
    if (isFound) found += 1;
  });
  return { falsePositiveRate: alarms / quietWeeks, detection: found / series.length };
}

/** The detection of a detector that may raise no more false alarms than this. */
export function weeklyAt(
  series: readonly WeeklySeries[],
  scores: readonly Float32Array[],
  rate: number,
): WeeklyJudgement {
  const all = [...new Set(scores.flatMap((own) => [...own]))].filter(Number.isFinite).sort((a, b) => a - b);
  let [low, high] = [0, all.length - 1];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (judgeWeekly(series, scores, all[middle] ?? 0).falsePositiveRate <= rate) high = middle;
    else low = middle + 1;
  }
  return judgeWeekly(series, scores, all[low] ?? Number.POSITIVE_INFINITY);
}
