import type { Counter } from 'prom-client';
import { CustodyError } from './errors.ts';
import type { Logger } from './logger.ts';
import { withRetry } from './retry.ts';

/** Runs work again while it fails in a way that may pass; `what` names it in log lines and metrics. */
export type Patience = <T>(what: string, signal: AbortSignal | undefined, work: () => Promise<T>) => Promise<T>;

export interface PatienceOptions {
  readonly logger: Logger;
  readonly retries: Counter<'what' | 'code'>;
  /** Tries after the first. Absent: for as long as it takes. */
  readonly maxAttempts?: number;
  /** Longest pause between two tries, milliseconds: how late a recovery may be noticed. */
  readonly maxDelayMs?: number;
}

/**
 * Tries again with growing pauses; warns once when failures begin and says once when they are over, across calls. What
 * is not retriable, and the last failure of a limited number of tries, is thrown.
 */
export function createPatience({ logger, retries, ...limits }: PatienceOptions): Patience {
  const failing = new Map<string, number>();
  return async function patiently(what, signal, work) {
    const onRetry = (error: unknown) => {
      const code = error instanceof CustodyError ? error.code : '';
      retries.inc({ what, code });
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
