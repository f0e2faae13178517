import { minuteMs } from '@custody/decision';
import { defaultCountModel, mostTools as mostToolsOf } from '@custody/detect';
import { QuietAgent } from './quiet-agent.ts';
import { type RealSweep, realSweeps } from './real-sweep.ts';
import { type Told, watchWeek } from './watched-week.ts';
import { halvesPerBucket, type SimulatedSeries, simulateWorld } from './world.ts';

const halfMs = defaultCountModel.calendar.bucketMs / halvesPerBucket;
/** A sweep that is told later is not found. */
const toldWithinMs = 5 * minuteMs;

/** What became of a sweep. */
export interface SweepOutcome {
  readonly sweep: RealSweep;
  /** The most tools of five minutes that the agent was denied by itself in the weeks before. */
  readonly usualMost: number;
  readonly isNew: boolean;
  /** From the end of the half minute in which it had as many tools as tell; `null` where it was not told. */
  readonly delayMs: number | null;
}

export interface WeekOfSweeps {
  readonly outcomes: readonly SweepOutcome[];
  /** Alerts of agents that did nothing but their work. */
  readonly falseAlerts: number;
}

function outcomeOf(sweep: RealSweep, told: readonly Told[]): SweepOutcome['delayMs'] {
  const { agent, halves, size } = sweep;
  const [firstMs, lastMs] = [halves[0] ?? 0, halves.at(-1) ?? 0].map((half) => half * halfMs) as [number, number];
  const isOfIt = ({ step, atMs }: Told) =>
    step.subject.key === `agent|${agent}` && atMs > firstMs && atMs <= lastMs + halfMs + toldWithinMs;
  const first = told.find(isOfIt);
  if (first === undefined) return null;
  // What the agent was denied beside it may tell sooner.
  const telling = Math.min(size, first.step.finding.bound) - 1;
  return Math.max(0, first.atMs - ((halves[telling] ?? 0) + 1) * halfMs);
}

/** A quiet week in which so many agents sweep over tools that they never called. */
export function weekOfSweeps(seed: number, seriesCount: number, mostTools: number, sweepCount: number): WeekOfSweeps {
  const world = simulateWorld(seed, seriesCount, 'negative_binomial', 0);
  const { series, fromBucket } = world;
  const sweeps = realSweeps(seed, sweepCount, world);
  const byAgent = new Map(sweeps.map((sweep) => [sweep.agent, sweep]));
  const agentOf = (index: number, sweep?: RealSweep) =>
    new QuietAgent({ seed, index, series: series[index] as SimulatedSeries, fromBucket, mostTools, sweep });
  const before = new Map(
    sweeps.map(({ agent, halves }) => {
      const bucket = Math.floor((halves[0] ?? 0) / halvesPerBucket);
      return [agent, mostToolsOf(agentOf(agent).breadthAsOf(bucket))];
    }),
  );
  const agents = series.map((_, index) => agentOf(index, byAgent.get(index)));
  const told = watchWeek(seed, agents, world);
  const outcomes = sweeps.map((sweep) => ({
    ...{ sweep, usualMost: before.get(sweep.agent) ?? 0, isNew: series[sweep.agent]?.isCold ?? false },
    delayMs: outcomeOf(sweep, told),
  }));
  const sweeping = new Set(sweeps.map(({ agent }) => `agent|${agent}`));
  const falseAlerts = told.filter(({ step }) => step.kind === 'opened' && !sweeping.has(step.subject.key)).length;
  return { outcomes, falseAlerts };
}
