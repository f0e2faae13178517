import { dayMs, formatTimestamp, hourMs, type TimeRange } from '@custody/decision';
import { mostEntriesPerPage, type RateBudget } from '@custody/permit';
import { isRetriable, type Logger } from '@custody/runtime';
import { type DecisionSource, type EnvironmentName, tooManyResults } from './source.ts';

export interface FirstStartOptions {
  readonly source: DecisionSource;
  readonly env: EnvironmentName;
  readonly budget: Pick<RateBudget, 'state'>;
  readonly logger: Logger;
  /** What is going to be read. */
  readonly range: TimeRange;
}

/** What a first start is about to do, as far as counts tell. */
export interface FirstStartReport {
  readonly env: string;
  readonly envId: string;
  /** Time of the oldest entry listed in the range, RFC 3339; `null` where nothing is listed. */
  readonly oldest: string | null;
  /** `null` where the source gives no counts. */
  readonly decisions: number | null;
  /** True where the source counts no further than it lists: there are more, and how many nobody knows. */
  readonly isAtLeast: boolean;
  readonly requests: number | null;
  readonly seconds: number | null;
}

async function oldestIn(source: DecisionSource, within: TimeRange, signal?: AbortSignal): Promise<number | null> {
  let { fromMs, toMs } = within;
  // Halving finds the first minute with entries in about ten counts.
  while (toMs - fromMs > hourMs / 60) {
    const middleMs = Math.floor((fromMs + toMs) / 2_000) * 1_000;
    const { totalCount } = await source.countDecisions({ fromMs, toMs: middleMs }, undefined, {
      priority: 'background',
      signal,
    });
    if ((totalCount ?? 0) > 0) toMs = middleMs;
    else fromMs = middleMs;
  }
  const page = await source.listDecisions({ range: { fromMs, toMs }, priority: 'background' }, signal);
  const times = page.entries.flatMap(({ occurredAtMs }) => (occurredAtMs === null ? [] : [occurredAtMs]));
  return times.length === 0 ? null : Math.min(...times);
}

/**
 * Tells before the first reading what it will take: environment, oldest entry, decisions, requests and time. An estimate
 * from counts, a request a day and a few to find the oldest entry; no proof rests on it, and it never fails a start.
 */
export async function reportFirstStart(options: FirstStartOptions, signal?: AbortSignal) {
  const { env, logger } = options;
  try {
    const report = await estimate(options, signal);
    logger.info(report, 'first start: this is going to be read');
    return report;
  } catch (error) {
    if (!isRetriable(error)) throw error;
    logger.warn({ env: env.name, err: error }, 'first start: how much there is to read could not be counted');
    return null;
  }
}

async function estimate(options: FirstStartOptions, signal?: AbortSignal): Promise<FirstStartReport> {
  const { source, env, range, budget } = options;
  let decisions: number | null = 0;
  let isAtLeast = false;
  let first: TimeRange | null = null;
  for (let fromMs = range.fromMs; fromMs < range.toMs && decisions !== null; fromMs += dayMs) {
    const day = { fromMs, toMs: Math.min(fromMs + dayMs, range.toMs) };
    const { totalCount } = await source.countDecisions(day, undefined, { priority: 'background', signal });
    isAtLeast ||= totalCount === tooManyResults;
    decisions = totalCount === null ? null : decisions + totalCount;
    if ((totalCount ?? 0) > 0) first ??= day;
  }
  const oldestMs = first === null ? null : await oldestIn(source, first, signal);
  // Full pages, and of each hour a page that is not full and the count that proves it.
  const hours = Math.ceil((range.toMs - range.fromMs) / hourMs);
  const requests = decisions === null ? null : Math.ceil(decisions / mostEntriesPerPage) + 2 * hours;
  const { ratePerMinute } = budget.state();
  return {
    env: env.name,
    envId: env.id,
    oldest: oldestMs === null ? null : formatTimestamp(oldestMs),
    decisions,
    isAtLeast,
    requests,
    seconds: requests === null ? null : Math.ceil((requests / ratePerMinute) * 60),
  };
}
