import { ExponentialBackoff, handleWhen, retry } from 'cockatiel';
import { isRetriable } from './errors.ts';

export interface RetryOptions {
  readonly signal?: AbortSignal;
  /** First and longest pause between two tries, milliseconds. Defaults 200 and 30,000. */
  readonly initialDelayMs?: number;
  readonly maxDelayMs?: number;
  /** Tries after the first one. Default: no limit, since a pipeline waits for its parts to come back. */
  readonly maxAttempts?: number;
  /** Told before each further try. */
  readonly onRetry?: (error: unknown, attempt: number, delayMs: number) => void;
}

/**
 * Runs the work again, with growing and jittered pauses, as long as it fails with a retriable `CustodyError`. Any other
 * error is thrown at once; an abort ends the pause and throws the last error.
 */
export async function withRetry<T>(work: (signal: AbortSignal) => Promise<T>, options: RetryOptions = {}): Promise<T> {
  const { signal, initialDelayMs = 200, maxDelayMs = 30_000, maxAttempts = Number.POSITIVE_INFINITY } = options;
  const policy = retry(handleWhen(isRetriable), {
    maxAttempts,
    backoff: new ExponentialBackoff({ initialDelay: initialDelayMs, maxDelay: maxDelayMs }),
  });
  policy.onRetry(({ attempt, delay, ...reason }) => {
    options.onRetry?.('error' in reason ? reason.error : undefined, attempt, delay);
  });
  return policy.execute((context) => work(context.signal), signal);
}
