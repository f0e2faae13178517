import { type Clock, CustodyError } from '@custody/runtime';
import { permitErrors } from './errors.ts';

/**
 * `fresh` is what keeps the page live, `repair` what somebody downstream misses; `background` (backfill, proofs, facts) gets
 * what those leave, `evidence` what is left then.
 */
export const priorities = ['fresh', 'repair', 'background', 'evidence'] as const;
export type Priority = (typeof priorities)[number];

export interface RateBudgetOptions {
  /** Most requests in any minute, whatever the mixture; default 600 of Permit's documented 1,000. `Infinity`: no limit. */
  readonly requestsPerMinute?: number;
  readonly clock: Clock;
}

/** The requests that one API key may make, shared by all that use it. */
export interface RateBudget {
  /**
   * Resolves when one request may be made. The more urgent go first, each priority in the order of asking.
   * Throws `PERMIT_CANCELLED` when the signal aborts first.
   */
  acquire(priority: Priority, signal?: AbortSignal): Promise<void>;
  /**
   * Permit said 429. Nothing is let through for `retryAfterMs`, or for a pause that doubles with each further 429 where
   * Permit named none; then at half the rate so far, which recovers within five minutes.
   */
  throttled(retryAfterMs: number | null): void;
  /** For metrics and tests. */
  state(): BudgetState;
}

export interface BudgetState {
  readonly tokens: number;
  /** Requests that it keeps waiting. */
  readonly waiting: number;
  /** The share of the full rate in force. */
  readonly rateShare: number;
  /** That share in requests; `Infinity` without a limit. */
  readonly ratePerMinute: number;
  readonly pausedMs: number;
  /** Requests let through, and those that Permit refused with a 429, since the start. */
  readonly spent: number;
  readonly refused: number;
}

const minuteMs = 60_000;
const firstPauseMs = 1_000;
const longestPauseMs = minuteMs;
/** A longer Retry-After is cut: a wrong header must not blind the poller for a day. */
const longestRetryAfterMs = 15 * minuteMs;
/** From nothing to the full rate after a 429. */
const recoveryMs = 5 * minuteMs;
const leastShare = 1 / 16;
/** What each priority leaves of the burst to more urgent requests that may come next. */
const reservedShare = { fresh: 0, repair: 0.125, background: 0.25, evidence: 0.5 } as const;

interface Waiter {
  readonly priority: Priority;
  readonly grant: () => void;
}

/** Makes a token bucket with priorities that slows down when Permit asks for it. */
export function createRateBudget({ requestsPerMinute = 600, clock }: RateBudgetOptions): RateBudget {
  const limited = Number.isFinite(requestsPerMinute);
  const burst = limited ? Math.max(1, Math.floor(requestsPerMinute / 10)) : 1;
  // Burst and refill together stay within the limit in every minute, not only on average.
  const refillPerMs = Math.max(requestsPerMinute - burst, requestsPerMinute / 2) / minuteMs;
  const waiters: Waiter[] = [];
  let tokens = burst;
  let refilledAtMs = clock.now();
  let pausedUntilMs = 0;
  let shareAtResume = 1;
  let strikes = 0;
  let spent = 0;
  let refused = 0;
  let seenMs = clock.now();
  let pumping = false;
  let wake = new AbortController();

  const shareAt = (nowMs: number) => Math.min(1, shareAtResume + Math.max(0, nowMs - pausedUntilMs) / recoveryMs);

  /** A clock that was set back must stop neither the refill nor the end of a pause until it has caught up. */
  function now(): number {
    const nowMs = clock.now();
    const backMs = seenMs - nowMs;
    if (backMs > 0) {
      refilledAtMs -= backMs;
      pausedUntilMs -= backMs;
    }
    seenMs = nowMs;
    return nowMs;
  }

  function refill(): void {
    const nowMs = now();
    const fromMs = Math.max(refilledAtMs, pausedUntilMs);
    // The share at the start of the span: recovery within it is credited next time, never too early.
    if (nowMs > fromMs) tokens = Math.min(burst, tokens + (nowMs - fromMs) * refillPerMs * shareAt(fromMs));
    refilledAtMs = Math.max(refilledAtMs, nowMs);
  }

  function waitMs(priority: Priority): number {
    const nowMs = clock.now();
    if (nowMs < pausedUntilMs) return pausedUntilMs - nowMs;
    if (!limited) return 0;
    const needed = 1 + Math.floor(burst * reservedShare[priority]);
    // A hair above zero would never let a timer of whole milliseconds end the wait.
    return tokens >= needed ? 0 : Math.max(1, Math.ceil((needed - tokens) / (refillPerMs * shareAt(nowMs))));
  }

  function take(): void {
    spent += 1;
    if (limited) tokens -= 1;
  }

  function nextWaiter(): Waiter | undefined {
    for (const priority of priorities) {
      const first = waiters.find((waiter) => waiter.priority === priority);
      if (first !== undefined) return first;
    }
    return undefined;
  }

  /** One loop serves all waiters, so that their order is kept and one timer is enough. */
  async function pump(): Promise<void> {
    pumping = true;
    for (let next = nextWaiter(); next !== undefined; next = nextWaiter()) {
      refill();
      const delayMs = waitMs(next.priority);
      if (delayMs > 0) {
        await clock.sleep(delayMs, wake.signal);
        if (wake.signal.aborted) wake = new AbortController();
        continue;
      }
      take();
      waiters.splice(waiters.indexOf(next), 1);
      next.grant();
    }
    pumping = false;
  }

  return {
    async acquire(priority, signal) {
      if (signal?.aborted) throw cancelled(signal);
      refill();
      if (waiters.length === 0 && waitMs(priority) === 0) return take();
      const { promise, resolve, reject } = Promise.withResolvers<void>();
      const waiter: Waiter = { priority, grant: resolve };
      const onAbort = () => {
        waiters.splice(waiters.indexOf(waiter), 1);
        wake.abort();
        reject(cancelled(signal));
      };
      signal?.addEventListener('abort', onAbort, { once: true });
      waiters.push(waiter);
      // A fresh request may go sooner than the background one that the loop sleeps for.
      if (pumping) wake.abort();
      else void pump();
      await promise.finally(() => signal?.removeEventListener('abort', onAbort));
    },
    throttled(retryAfterMs) {
      refill();
      refused += 1;
      const nowMs = clock.now();
      // Requests that were under way together are refused together: that is one refusal, not many.
      const isNew = nowMs >= pausedUntilMs;
      if (isNew) {
        strikes = nowMs - pausedUntilMs > minuteMs ? 1 : strikes + 1;
        shareAtResume = Math.max(leastShare, shareAt(nowMs) / 2);
        tokens = Math.min(tokens, 0);
      }
      const backOffMs = isNew ? Math.min(longestPauseMs, firstPauseMs * 2 ** (strikes - 1)) : 0;
      const askedMs = retryAfterMs === null ? backOffMs : Math.min(longestRetryAfterMs, Math.max(0, retryAfterMs));
      pausedUntilMs = Math.max(pausedUntilMs, nowMs + Math.max(askedMs, isNew ? 1 : 0));
      wake.abort();
      if (!pumping) wake = new AbortController();
    },
    state() {
      refill();
      const nowMs = clock.now();
      const rateShare = shareAt(nowMs);
      const pausedMs = Math.max(0, pausedUntilMs - nowMs);
      const ratePerMinute = Math.floor(requestsPerMinute * rateShare);
      return { tokens, waiting: waiters.length, rateShare, ratePerMinute, pausedMs, spent, refused };
    },
  };
}

function cancelled(signal: AbortSignal | undefined): CustodyError {
  return new CustodyError(permitErrors.PERMIT_CANCELLED, 'A request to Permit was given up before it was made.', {
    cause: signal?.reason,
  });
}
