import { Draws } from './draws.ts';
import { bucketsPerDay, halvesPerBucket, type SimulatedWorld } from './world.ts';

export const sweepSizes = [4, 5, 6, 8, 12];
/** So long a sweep takes at most, in half minutes. */
const longest = 6;

/** An agent that is denied on as many tools that it never called, once each, within three minutes. */
export interface RealSweep {
  readonly agent: number;
  readonly size: number;
  /** The half minutes of its denials, in order. */
  readonly halves: readonly number[];
}

/** Sweeps of all sizes by so many agents, each within the week and after the agent's first day. */
export function realSweeps(
  seed: number,
  count: number,
  { series, fromBucket, untilBucket }: SimulatedWorld,
): RealSweep[] {
  const draws = new Draws(seed, 300_000);
  const agents = series.map((_, agent) => ({ agent, place: draws.uniform() })).sort((a, b) => a.place - b.place);
  return agents.slice(0, count).map(({ agent }, index) => {
    const size = sweepSizes[index % sweepSizes.length] ?? 4;
    const earliest = Math.max(fromBucket, (series[agent]?.firstBucket ?? 0) + bucketsPerDay);
    const start = (earliest + draws.below(Math.max(1, untilBucket - 2 - earliest))) * halvesPerBucket;
    const length = 1 + draws.below(longest);
    const halves = Array.from({ length: size }, () => start + draws.below(length)).sort((a, b) => a - b);
    return { agent, size, halves };
  });
}
