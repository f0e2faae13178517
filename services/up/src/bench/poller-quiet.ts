import { dayMs, hourMs, minuteMs } from '@custody/decision';
import { benchDecision, entryBytes } from './data.ts';
import { permitFacts } from './permit-facts.ts';
import { startPoller } from './poller-running.ts';
import { yearStartMs } from './world.ts';

export interface QuietOptions {
  /** How many agents the environment knows. */
  readonly agents: number;
  /** How long requests are counted; three times as long before, so that closed windows are looked at again as well. */
  readonly minutes: number;
  readonly seed: number;
  readonly signal: AbortSignal;
}

const latencyMs = 50;
const warmUpsPerMinute = 3;
const minutesPerYear = 525_600;
const decoder = new TextDecoder();

/** Requests a minute of a poller that has nothing to read but a decision a minute and the facts. */
export async function quietRequestsPerMinute({ agents, minutes, seed, signal }: QuietOptions): Promise<number> {
  const warmUpMinutes = warmUpsPerMinute * minutes;
  const entries = Array.from({ length: warmUpMinutes + minutes }, (_, row) => {
    const decision = benchDecision(row, seed, minutesPerYear);
    return { entry: decoder.decode(entryBytes(decision, seed)), visibleAtMs: decision.occurredAtMs };
  });
  await using poller = await startPoller({
    ...{ seed, fromMs: yearStartMs, latencyMs, lookbackDays: hourMs / dayMs, interrupted: signal },
    ...{ entries, facts: permitFacts(seed, agents) },
  });
  const fromMs = yearStartMs + warmUpMinutes * minuteMs;
  await poller.passUntil(fromMs);
  await poller.passUntil(fromMs + minutes * minuteMs);
  return poller.requestsAtMs.filter((atMs) => atMs >= fromMs).length / minutes;
}
