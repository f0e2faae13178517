import { dayMs, minuteMs } from '@custody/decision';
import { defaultCountModel, defaultRuleSet, environmentInputOf, type HeldAlert, judge } from '@custody/detect';
import { DetectionMemory, readDeniedCells, readDetection, type StoreClient } from '@custody/store';
import { backtestApart } from './backtest/backtest-run.ts';
import { endMs, envId, fillPast, judgedDays, judgedFromMs } from './backtest/past.ts';
import { type Bench, type BenchOptions, type Figures, quarterOf } from './bench.ts';
import { cost, duration } from './figures.ts';
import { medians, timed, verify } from './measure.ts';
import { memoryFigure, ownMemory } from './memory.ts';
import { openTemporaryStore } from './temporary-store.ts';

const looksMeasured = 5;
/** A trial of the benchmark itself judges less. */
const [leastForMonth, daysOfTrial] = [250, 2];

function daysOf({ rows }: BenchOptions): number {
  return rows >= leastForMonth ? judgedDays : daysOfTrial;
}

/** What the alerter does each minute: the way to the same answer that needs nothing of a back-test's own. */
async function lookAtMinutes(store: StoreClient): Promise<void> {
  const memory = new DetectionMemory();
  let held: readonly HeldAlert[] = [];
  for (let look = 1; look <= looksMeasured; look += 1) {
    const atMs = judgedFromMs + 10 * dayMs + look * minuteMs;
    const model = defaultCountModel;
    const rows = await readDetection(store, memory, {
      ...{ atMs, nowMs: endMs, envIds: null, openSeries: [], masked: [], model, leastCount: model.leastCount },
    });
    const { cells: denied } = await readDeniedCells(store, {
      envIds: [envId],
      range: { fromMs: atMs - 60 * minuteMs, toMs: atMs },
    });
    const environments = rows.map((one) => ({ ...environmentInputOf(one, { atMs, model }), denied }));
    held = judge(defaultRuleSet, { atMs, environments, alerts: held }).alerts;
  }
}

async function measured(series: number, options: BenchOptions) {
  const { seed, signal, onProgress } = options;
  onProgress(`storing a month of ${series} series after four weeks of history`);
  await using store = await openTemporaryStore();
  const denials = await fillPast(store.client, series, seed, signal);
  const { url, user, password } = store;
  const task = { url, user, password, days: daysOf(options) };
  let [alerts, looks, peakBytes] = [0, 0, 0];
  const ms = await medians(options, { what: `a back-test of ${denials} denials`, warmUp: false }, async () => {
    const taken = await backtestApart(task, signal);
    [alerts, looks, peakBytes] = [taken.alerts, taken.looks, Math.max(peakBytes, taken.peakBytes)];
    return { backtest: taken.ms, minutes: await timed(() => lookAtMinutes(store.client)) };
  });
  verify(looks > 0 || daysOf(options) < judgedDays, 'A month with bursts in it was never looked at.');
  const everyMinuteMs = (ms.minutes / looksMeasured) * daysOf(options) * 1_440;
  return { ms: ms.backtest, everyMinuteMs, denials, alerts, looks, peakBytes };
}

async function run(options: BenchOptions): Promise<Figures> {
  const { rows } = options;
  const small = await measured(quarterOf(rows), options);
  const large = await measured(rows, options);
  const everyMinute = duration(large.everyMinuteMs);
  return {
    [`days_${daysOf(options)}_series_${rows}`]: duration(large.ms, { look_every_minute: everyMinute }),
    [`days_${daysOf(options)}_series_${quarterOf(rows)}`]: duration(small.ms),
    look_every_minute: everyMinute,
    growth_x4_series: cost(large.ms / small.ms, 'times as long'),
    denials: cost(large.denials, 'denials'),
    looks: cost(large.looks, 'looks'),
    alerts_a_day: cost(large.alerts / daysOf(options), 'a day'),
    ...memoryFigure('backtest_rss_peak', large.peakBytes),
    ...ownMemory(),
  };
}

export const backtestBench: Bench = {
  name: 'backtest',
  description: 'judging a month of the past by the rules that come with Custody; rows are series',
  defaults: { rows: 1_000, runs: 1 },
  run,
};
