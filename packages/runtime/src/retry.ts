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
 * error is thrown at once; an abort ends a pause with the last error, and lets work under way end by itself.
 */
export async function withRetry<T>(work: (signal: AbortSignal) => Promise<T>, options: RetryOptions = {}): Promise<T> {
  const { signal, initialDelayMs = 200, maxDelayMs = 30_000, maxAttempts = Number.POSITIVE_INFINITY } = options;
  // A pause in progress must not keep a process that wants to end.
  const policy = retry(handleWhen(isRetriable), {
    maxAttempts,
    backoff: new ExponentialBackoff({ initialDelay: initialDelayMs, maxDelay: maxDelayMs }),
  }).dangerouslyUnref();
  const { promise: given, reject: giveUp } = Promise.withResolvers<never>();
  given.catch(() => undefined);
  let pausedBy: { readonly error: unknown } | null = null;
  // The library lets a pause run to its end before it looks at the signal; work under way is always awaited.
  const onAbort = () => pausedBy !== null && giveUp(pausedBy.error);
  policy.onRetry(({ attempt, delay, ...reason }) => {
    pausedBy = { error: 'error' in reason ? reason.error : undefined };
    if (signal?.aborted) giveUp(pausedBy.error);
    else options.onRetry?.(pausedBy.error, attempt, delay);
  });
  signal?.addEventListener('abort', onAbort, { once: true });
  const tries = policy.execute((context) => {
    if (pausedBy !== null && signal?.aborted) throw pausedBy.error;
    pausedBy = null;
    return work(signal ?? context.signal);
  });
  tries.catch(() => undefined);
  return Promise.race([tries, given]).finally(() => signal?.removeEventListener('abort', onAbort));
}
