import {
  alphaOf,
  bucketsIn,
  defaultCountModel,
  defaultSettings,
  fiveMinutes,
  type LookInput,
  look,
  looksADay,
  spans,
} from '@custody/detect';
import type { Bench, BenchOptions, Figure, Figures } from './bench.ts';
import { calibrationDraws } from './detect/calibration.ts';
import { lookInput } from './detect/look-input.ts';
import { oracleScores, ourScores } from './detect/our-scores.ts';
import { quietWeek } from './detect/quiet-week.ts';
import { type Judgement, judge, type Scores, thresholdFor } from './detect/scores.ts';
import { type UsualDetector, usualDetectors, usualScores } from './detect/usual-scores.ts';
import { weekOfSweeps } from './detect/week-of-sweeps.ts';
import { weeklyWorld } from './detect/weekly.ts';
import { judgeWeekly, ourWeeklyScores, usualWeeklyScores, weeklyAt } from './detect/weekly-scores.ts';
import { burstSizes, type SimulatedWorld, simulateWorld, type Traffic } from './detect/world.ts';
import { cost, duration } from './figures.ts';
import { medians, quantile, timed, verify } from './measure.ts';
import { ownMemory } from './memory.ts';

/** Of the rows that are looked at, this part is simulated: a thousand series at full size. */
const rowsPerSimulatedSeries = 200;
const leastSimulatedSeries = 30;
/** 420 series at full size, one of each scenario in short runs. */
const replications = 10;
const rowsPerReplication = 20_000;
const judgedDays = 7;
const perThousand = 1_000;
/** The false alerts a day at which everything is compared beside what the budget gives. */
const looseBudget = 8.7;

function share(value: number): Figure {
  return { value: Number((100 * value).toPrecision(3)), unit: '%', better: 'higher' };
}

/** A share, in relation to others where these are not nothing. */
function shareBeside(value: number, others: Readonly<Record<string, number>>): Figure {
  const ratios = Object.entries(others).filter(([, other]) => other > 0);
  if (ratios.length === 0) return share(value);
  return {
    ...share(value),
    ratio_to: Object.fromEntries(ratios.map(([name, other]) => [name, Number((value / other).toPrecision(3))])),
  };
}

/** The best of a detector's windows, each at the threshold that gives no more false alerts than ours. */
function usualAt(detector: UsualDetector, world: SimulatedWorld, falseAlerts: number): Judgement {
  const settings = {
    lag: defaultCountModel.lagBuckets,
    memory: defaultCountModel.memoryBuckets,
    slotOf: fiveMinutes.slotOf,
  };
  const judged = spans.map((span) => {
    const windowBuckets = bucketsIn(span, fiveMinutes);
    const scores = usualScores(detector, world, { ...settings, windowBuckets });
    return judge(world, scores, thresholdFor(world, scores, falseAlerts));
  });
  return judged.reduce((a, b) => (b.recallOfAll > a.recallOfAll ? b : a));
}

function perDay(alerts: number, world: SimulatedWorld): number {
  return (alerts / judgedDays / world.series.length) * perThousand;
}

function recallFigures(prefix: string, ours: Judgement, others: Readonly<Record<string, Judgement>>): Figures {
  const figures: Record<string, Figure> = {};
  const of = (what: string, recallIn: (judgement: Judgement) => number) => {
    const named = Object.entries(others).map(
      ([name, judgement]) => [`${prefix}_${name}_${what}`, recallIn(judgement)] as const,
    );
    figures[`${prefix}_${what}`] = shareBeside(recallIn(ours), Object.fromEntries(named));
    for (const [name, value] of named) figures[name] = share(value);
  };
  for (const size of burstSizes) of(`recall_${size}`, ({ recall }) => recall.get(size) ?? 0);
  of('recall', ({ recallOfAll }) => recallOfAll);
  return figures;
}

/** One kind of traffic: what ours finds at its budget and at a looser one, and what others find with as many false alerts. */
function simulated(prefix: string, traffic: Traffic, { seed, rows, signal, onProgress }: BenchOptions): Figures {
  signal.throwIfAborted();
  const count = Math.max(leastSimulatedSeries, Math.round(rows / rowsPerSimulatedSeries));
  onProgress(`${count} series of a week, ${traffic} traffic`);
  const world = simulateWorld(seed, count, traffic);
  const alpha = alphaOf({ falseAlertsADay: 1, activeSeries: count, looksADay });
  const scores = ourScores(world, defaultCountModel, alpha);
  const ours = judge(world, scores, -Math.log(alpha));
  const loose = Math.round((looseBudget * judgedDays * count) / perThousand);
  const atLoose = (those: Scores) => judge(world, those, thresholdFor(world, those, loose));
  // What is true is only known where the model's own distribution made the traffic.
  const oracle = traffic === 'heavy' ? null : oracleScores(world, defaultCountModel);
  const others = (falseAlerts: number) => ({
    ...Object.fromEntries(usualDetectors.map((detector) => [detector, usualAt(detector, world, falseAlerts)])),
    ...(oracle === null ? {} : { oracle: judge(world, oracle, thresholdFor(world, oracle, falseAlerts)) }),
  });
  const { falseAlerts, falseAlertsCold, trueAlerts, delaysMin } = ours;
  return {
    [`${prefix}_false_alerts`]: cost(perDay(falseAlerts, world), 'a day of 1,000 series'),
    [`${prefix}_false_alerts_warm`]: cost(perDay(falseAlerts - falseAlertsCold, world), 'a day of 1,000 series'),
    [`${prefix}_false_alerts_cold`]: cost(perDay(falseAlertsCold, world), 'a day of 1,000 series'),
    ...recallFigures(prefix, ours, others(falseAlerts)),
    [`${prefix}_recall_warm`]: share(ours.recallWarm),
    [`${prefix}_recall_cold`]: share(ours.recallCold),
    ...recallFigures(`${prefix}_loose`, atLoose(scores), others(loose)),
    [`${prefix}_precision`]: share(trueAlerts / Math.max(1, trueAlerts + falseAlerts)),
    [`${prefix}_alerts_per_found_burst`]: cost(trueAlerts / Math.max(1, delaysMin.length), 'alerts'),
    [`${prefix}_delay_p50`]: cost(quantile(delaysMin, 0.5) || 0, 'min'),
    [`${prefix}_delay_p90`]: cost(quantile(delaysMin, 0.9) || 0, 'min'),
    ...(traffic === 'heavy' ? {} : calibration(prefix, seed, world)),
  };
}

function calibration(prefix: string, seed: number, world: SimulatedWorld): Figures {
  const probabilities = calibrationDraws(seed, world, defaultCountModel);
  const levels = [0.05, 0.01, 0.001, 0.0001];
  const figures = levels.map((level) => {
    const observed = probabilities.filter((probability) => probability < level).length / probabilities.length;
    return [`${prefix}_observed_over_nominal_${level * 10_000}e_4`, cost(observed / level, 'times as many')] as const;
  });
  return Object.fromEntries(figures);
}

/** Tools that an agent of a quiet week is denied on, at most: few, and as many as make a sweep by chance. */
const [fewTools, manyTools] = [3, 8];
/** An agent that is denied on no more tools at once is narrow. */
const narrowTools = 2;
const agentsPerSweep = 5;

/** Weeks in which nothing happens, judged by the default rules as the service judges. */
function quietFigures({ seed, rows, signal, onProgress }: BenchOptions): Figures {
  const count = Math.max(leastSimulatedSeries, Math.round(rows / rowsPerSimulatedSeries));
  const quiet = (prefix: string, tools: number) => {
    signal.throwIfAborted();
    onProgress(`a quiet week of ${count} agents of up to ${tools} tools`);
    const { alerts, ofNew } = quietWeek(seed, count, 'negative_binomial', tools);
    return {
      [`${prefix}_false_alerts`]: cost(alerts / judgedDays, 'a day of the installation'),
      [`${prefix}_false_alerts_new`]: cost(ofNew / judgedDays, 'a day of the installation'),
    };
  };
  return { ...quiet('quiet_week', fewTools), ...quiet('quiet_week_many_tools', manyTools) };
}

function sweepFigures({ seed, rows, signal, onProgress }: BenchOptions): Figures {
  signal.throwIfAborted();
  const count = Math.max(leastSimulatedSeries, Math.round(rows / rowsPerSimulatedSeries));
  onProgress(`a week in which some of ${count} agents sweep`);
  const { outcomes, falseAlerts } = weekOfSweeps(seed, count, manyTools, Math.round(count / agentsPerSweep));
  const narrow = outcomes.filter(({ usualMost, isNew }) => usualMost <= narrowTools && !isNew);
  const foundOf = (those: typeof outcomes) =>
    share(those.filter(({ delayMs }) => delayMs !== null).length / Math.max(1, those.length));
  const delays = outcomes.flatMap(({ delayMs }) => delayMs ?? []);
  return {
    sweeps_found: foundOf(outcomes),
    sweeps_found_of_narrow: foundOf(narrow),
    sweeps_delay_p90: cost((quantile(delays, 0.9) || 0) / 1_000, 's'),
    sweeps_week_false_alerts: cost(falseAlerts / judgedDays, 'a day of the installation'),
  };
}

/** The field's standard for counts of outbreaks, weeks instead of minutes. */
function weeklyFigures({ seed, rows, signal, onProgress }: BenchOptions): Figures {
  signal.throwIfAborted();
  onProgress('42 scenarios of weekly counts');
  const series = weeklyWorld(seed, Math.max(1, Math.min(replications, Math.round(rows / rowsPerReplication))));
  const ours = series.map((it) => ourWeeklyScores(it));
  const figures: Record<string, Figure> = {};
  for (const alpha of [0.05, 0.01, 0.005, 0.001]) {
    const { falsePositiveRate, detection } = judgeWeekly(series, ours, -Math.log(alpha));
    const name = `weekly_${alpha * 1_000}e_3`;
    figures[`${name}_false_positive_rate`] = cost(100 * falsePositiveRate, '%');
    const others = usualDetectors.map((detector) => {
      const scores = series.map((it) => usualWeeklyScores(detector, it));
      return [`${name}_${detector}_detection`, weeklyAt(series, scores, falsePositiveRate).detection] as const;
    });
    figures[`${name}_detection`] = shareBeside(detection, Object.fromEntries(others));
    for (const [other, value] of others) figures[other] = share(value);
  }
  return figures;
}

/** A fixed limit on the same input: what looking at every series costs at least. */
function fixedLimit({ environments }: LookInput): number {
  let fired = 0;
  for (const { series } of environments) for (const { observed } of series) if (observed.block >= 20) fired += 1;
  return fired;
}

async function lookFigures(options: BenchOptions): Promise<Figures> {
  const { rows, seed } = options;
  const fewer = Math.max(1, Math.floor(rows / 10));
  const [small, large] = [lookInput(seed, fewer, defaultCountModel), lookInput(seed, rows, defaultCountModel)];
  const judged = (input: LookInput) => {
    const { alerts, findings } = look(input, defaultSettings);
    verify(alerts.length === findings.length, 'A finding opened no alert.');
  };
  const ms = await medians(options, { what: `a look at ${fewer} and ${rows} series`, warmUp: true }, async () => ({
    small: await timed(() => judged(small)),
    limit: await timed(() => fixedLimit(small)),
    large: await timed(() => judged(large)),
  }));
  const limit = duration(ms.limit);
  return {
    [`look_${fewer}_series`]: duration(ms.small, { fixed_limit: limit }),
    [`look_${rows}_series`]: duration(ms.large),
    fixed_limit: limit,
    growth_x10_series: cost(ms.large / ms.small, 'times as long'),
  };
}

async function run(options: BenchOptions): Promise<Figures> {
  return {
    ...(await lookFigures(options)),
    ...simulated('simulation', 'negative_binomial', options),
    ...simulated('even', 'even', options),
    ...simulated('heavy', 'heavy', options),
    ...quietFigures(options),
    ...sweepFigures(options),
    ...weeklyFigures(options),
    ...ownMemory(),
  };
}

export const detect: Bench = {
  name: 'detect',
  description: 'finding spikes of denials: recall and false alerts beside usual detectors, and the time of a look',
  defaults: { rows: 200_000, runs: 5 },
  run,
};
