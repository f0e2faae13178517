import { CustodyError, type Logger, withRetry } from '@custody/runtime';
import type { PollerMetrics } from './metrics.ts';
import type { DecisionSource } from './source.ts';

export interface PatienceOptions {
  readonly logger: Logger;
  readonly metrics: PollerMetrics;
  /** Tries after the first. Absent: for as long as it takes. */
  readonly maxAttempts?: number;
  readonly maxDelayMs?: number;
}

/** Runs work again while it fails in a way that may pass. */
export type Patience = <T>(what: string, signal: AbortSignal | undefined, work: () => Promise<T>) => Promise<T>;

/**
 * Tries again with growing pauses; warns once when failures begin and says once when they are over. What is not
 * retriable, and the last failure of a limited number of tries, is thrown.
 */
export function createPatience({ logger, metrics, ...limits }: PatienceOptions): Patience {
  const failing = new Map<string, number>();
  return async function patiently(what, signal, work) {
    const onRetry = (error: unknown) => {
      const code = error instanceof CustodyError ? error.code : '';
      metrics.retries.inc({ what, code });
      const failures = (failing.get(what) ?? 0) + 1;
      failing.set(what, failures);
      if (failures === 1) logger.warn({ what, code, err: error }, 'waiting, and trying again');
    };
    const result = await withRetry(work, { ...(signal && { signal }), ...limits, onRetry });
    const failures = failing.get(what) ?? 0;
    failing.delete(what);
    if (failures > 0) logger.info({ what, failures }, 'works again');
    return result;
  };
}

/** A source whose passing failures are tried again: the same interface, wrapped. */
export function withPatience(source: DecisionSource, patiently: Patience): DecisionSource {
  return {
    listDecisions: (request, signal) =>
      patiently('list decisions', signal, () => source.listDecisions(request, signal)),
    countDecisions: (range, facet, options = {}) =>
      patiently('count decisions', options.signal, () => source.countDecisions(range, facet, options)),
  };
}
