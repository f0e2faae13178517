import { QuietAgent } from './quiet-agent.ts';
import { watchWeek } from './watched-week.ts';
import { simulateWorld, type Traffic } from './world.ts';

/** What a quiet week was told of: every alert in it is a false one. */
export interface QuietWeek {
  readonly alerts: number;
  /** Of series that appeared during the week. */
  readonly ofNew: number;
  readonly byDetector: Readonly<Record<string, number>>;
}

/**
 * A week of so many agents, one in ten of them new, in which nothing happens after four weeks of history. Each agent is denied on
 * a few tools of its own, no more than `mostTools`.
 */
export function quietWeek(seed: number, seriesCount: number, traffic: Traffic, mostTools: number): QuietWeek {
  const world = simulateWorld(seed, seriesCount, traffic, 0);
  const { series, fromBucket } = world;
  const agents = series.map((one, index) => new QuietAgent({ seed, index, series: one, fromBucket, mostTools }));
  const coldKeys = new Set(agents.filter((agent) => agent.series.isCold).map(({ key }) => key));
  const opened = watchWeek(seed, agents, world).filter(({ step }) => step.kind === 'opened');
  const byDetector: Record<string, number> = {};
  for (const { step } of opened) byDetector[step.detector] = (byDetector[step.detector] ?? 0) + 1;
  const ofNew = opened.filter(({ step }) => coldKeys.has(step.subject.key)).length;
  return { alerts: opened.length, ofNew, byDetector };
}
