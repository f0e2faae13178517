import { mostEntriesPerPage, type RateBudget } from '@custody/permit';
import type { Logger } from '@custody/runtime';
import type { PollerMetrics } from './metrics.ts';

export interface OverBudgetOptions {
  readonly budget: Pick<RateBudget, 'state'>;
  readonly metrics: Pick<PollerMetrics, 'sourceRate'>;
  readonly logger: Logger;
}

/** Tells, once when it begins and once when it ends, that the source lists more than the budget can read. */
export function createOverBudget({ budget, metrics, logger }: OverBudgetOptions) {
  let isOver = false;
  return function observeRate(entries: number, seconds: number): void {
    const decisionsPerMinute = Math.round((entries / Math.max(seconds, 1)) * 60);
    metrics.sourceRate.set(decisionsPerMinute);
    const { ratePerMinute } = budget.state();
    const readablePerMinute = ratePerMinute * mostEntriesPerPage;
    const wasOver = isOver;
    isOver = decisionsPerMinute > readablePerMinute;
    const figures = { decisionsPerMinute, readablePerMinute, requestsPerMinute: ratePerMinute };
    if (isOver && !wasOver) logger.warn(figures, 'more decisions than the budget of requests can read: coverage falls');
    if (!isOver && wasOver) logger.info(figures, 'the budget of requests is enough again');
  };
}
