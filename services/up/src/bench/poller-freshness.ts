import { hourMs, minuteMs, secondMs } from '@custody/decision';
import type { GivenEntry } from '@custody/permit-simulator';
import { type BenchDecision, benchDecision, entryBytes } from './data.ts';
import { verify } from './measure.ts';
import { permitFacts } from './permit-facts.ts';
import { pollSeconds, requestsPerMinute, startPoller } from './poller-running.ts';
import { drawOf } from './random.ts';
import { yearStartMs } from './world.ts';

const perSecond = 5;
const rowsPerYear = perSecond * 31_536_000;
/** A PDP ships its decisions in batches, up to ten seconds late. */
const leastLateMs = secondMs;
const mostLateMs = 10 * secondMs;
/** Short enough that a backfill is held up by its budget and by nothing else. */
const latencyMs = 50;
/** An hour of such a history takes a page and a count. */
const requestsPerHourOfHistory = 2;
/** The poller starts so long before the first live decision. */
const headStartMs = minuteMs;
/** Before the start, so much is proven as live time is. */
const liveHours = 2;
const delayPurpose = 201;
/** Numbers of the rows of history, beyond those of live decisions. */
const firstRowOfHistory = 10_000_000;
const decoder = new TextDecoder();

function entryOf(decision: BenchDecision, seed: number): string {
  return decoder.decode(entryBytes(decision, seed));
}

interface LiveEntry extends GivenEntry {
  readonly id: string;
  readonly visibleAtMs: number;
}

function liveEntries(count: number, seed: number): LiveEntry[] {
  return Array.from({ length: count }, (_, row) => {
    const decision = benchDecision(row, seed, rowsPerYear);
    const lateMs = leastLateMs + drawOf(seed, row, delayPurpose) * (mostLateMs - leastLateMs);
    const { id, occurredAtMs } = decision;
    return { id, entry: entryOf(decision, seed), visibleAtMs: Math.ceil(occurredAtMs + lateMs) };
  });
}

/** A decision an hour, for so many hours before live time. */
function pastEntries(hours: number, seed: number): GivenEntry[] {
  return Array.from({ length: hours }, (_, hour) => {
    const decision = benchDecision(firstRowOfHistory + hour, seed, rowsPerYear);
    const occurredAtMs = yearStartMs - (hour + 0.5) * hourMs;
    return { entry: entryOf({ ...decision, occurredAtMs }, seed) };
  });
}

export interface FreshnessOptions {
  /** Live decisions. */
  readonly decisions: number;
  readonly seed: number;
  /** Whether history is read meanwhile, with the same requests. */
  readonly withBackfill: boolean;
  readonly signal: AbortSignal;
}

/** Milliseconds of simulated time from each decision's being listed to its being in the log. */
export async function freshness({ decisions, seed, withBackfill, signal }: FreshnessOptions): Promise<number[]> {
  const live = liveEntries(decisions, seed);
  const durationMs = (decisions / perSecond) * secondMs;
  const hoursPerMinute = requestsPerMinute / requestsPerHourOfHistory;
  const hours = withBackfill ? 2 * liveHours + Math.ceil(((headStartMs + durationMs) / minuteMs) * hoursPerMinute) : 0;
  await using poller = await startPoller({
    ...{ seed, fromMs: yearStartMs - headStartMs, latencyMs, lookbackDays: hours / 24, interrupted: signal },
    ...{ entries: [...live, ...pastEntries(hours, seed)], facts: permitFacts(seed) },
  });
  await poller.passUntil(yearStartMs + durationMs);
  const isBackfilling = (poller.oldestOpenMs() ?? yearStartMs) < yearStartMs - liveHours * hourMs;
  verify(isBackfilling === withBackfill, 'The backfill ended before the live decisions did.');
  await poller.passUntil(yearStartMs + durationMs + mostLateMs + 2 * pollSeconds * secondMs);
  return live.map(({ id, visibleAtMs }) => {
    const appendedAtMs = poller.appendedAtMs.get(id) ?? Number.NaN;
    verify(appendedAtMs >= visibleAtMs, `The decision ${id} never came into the log.`);
    return appendedAtMs - visibleAtMs;
  });
}
