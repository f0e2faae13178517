import { type Clock, CustodyError } from '@custody/runtime';
import { queryErrors } from '../errors.ts';

/** What each token may use: by the minute, and at once. */
export interface UseLimits {
  readonly requestsPerMinute: number;
  /** Read by the store for the token's questions; as the next two. */
  readonly rowsPerMinute: number;
  readonly bytesPerMinute: number;
  /** That the store works, of all statements together. */
  readonly secondsPerMinute: number;
  /** Requests that are being answered. */
  readonly concurrentRequests: number;
}

/** Ample for people with dashboards, and for a program that asks twenty times a second. */
export const usualUseLimits: UseLimits = {
  requestsPerMinute: 1_200,
  rowsPerMinute: 5_000_000_000,
  bytesPerMinute: 100_000_000_000,
  secondsPerMinute: 120,
  concurrentRequests: 16,
};

const kinds = ['requests', 'rows', 'bytes', 'seconds'] as const;
type Kind = (typeof kinds)[number];
type Amounts = Readonly<Record<Kind, number>>;

const minuteMs = 60_000;
const windowSeconds = minuteMs / 1000;

function limitsOf(limits: UseLimits): Amounts {
  const { requestsPerMinute, rowsPerMinute, bytesPerMinute, secondsPerMinute } = limits;
  return { requests: requestsPerMinute, rows: rowsPerMinute, bytes: bytesPerMinute, seconds: secondsPerMinute };
}

interface Refusal {
  readonly limit: string;
  readonly allowed: number;
  readonly used: number;
  readonly resetSeconds: number;
}

function tooMuch({ limit, allowed, used, resetSeconds }: Refusal): CustodyError {
  const per = limit === 'concurrent' ? 'requests at once' : `${limit} a minute`;
  return new CustodyError(
    queryErrors.QUERY_TOO_MANY_REQUESTS,
    `This token may use ${allowed} ${per}, and has used ${used}; ask again in ${resetSeconds} s.`,
    { fields: { limit, allowed, used, reset_seconds: resetSeconds } },
  );
}

/**
 * What one token has used, in one process. Use drains away evenly, a whole limit in a minute. What a question costs is
 * known only when it is answered, so it is let in while anything is left and charged afterwards: a limit may be passed by
 * as much as the questions cost that run at once, each of which has its own bounds, and the time to wait grows by it.
 */
export class Allowance {
  readonly #limits: Amounts;
  readonly #concurrent: number;
  readonly #clock: Clock;
  #used: Amounts = { requests: 0, rows: 0, bytes: 0, seconds: 0 };
  #running = 0;
  #atMs: number;

  constructor(limits: UseLimits, clock: Clock) {
    this.#limits = limitsOf(limits);
    this.#concurrent = limits.concurrentRequests;
    this.#clock = clock;
    this.#atMs = clock.now();
  }

  /** Lets a request in; it has to `leave`. Throws `QUERY_TOO_MANY_REQUESTS`, after which it must not. */
  enter(): void {
    this.#drain();
    const refusal = this.#refusal();
    if (refusal !== null) throw tooMuch(refusal);
    this.#used = { ...this.#used, requests: this.#used.requests + 1 };
    this.#running++;
  }

  leave(): void {
    this.#running--;
  }

  /** Charges what a statement has cost. */
  charge({ rows, bytes, seconds }: Omit<Amounts, 'requests'>): void {
    this.#drain();
    const used = this.#used;
    this.#used = { ...used, rows: used.rows + rows, bytes: used.bytes + bytes, seconds: used.seconds + seconds };
  }

  /** What is left, as the fields `RateLimit` and `RateLimit-Policy` of the IETF's draft say it. */
  headers(): Record<string, string> {
    this.#drain();
    const left = (kind: Kind) => Math.max(0, Math.floor(this.#limits[kind] - this.#used[kind]));
    return {
      'ratelimit-policy': kinds.map((kind) => `"${kind}";q=${this.#limits[kind]};w=${windowSeconds}`).join(', '),
      ratelimit: kinds.map((kind) => `"${kind}";r=${left(kind)};t=${this.#resetSeconds(kind)}`).join(', '),
    };
  }

  /** Seconds until everything that was used has drained away. */
  #resetSeconds(kind: Kind): number {
    return Math.ceil((this.#used[kind] / this.#limits[kind]) * windowSeconds);
  }

  #refusal(): Refusal | null {
    if (this.#running >= this.#concurrent) {
      return { limit: 'concurrent', allowed: this.#concurrent, used: this.#running, resetSeconds: 1 };
    }
    for (const limit of kinds) {
      const [used, allowed] = [this.#used[limit], this.#limits[limit]];
      // A request is counted before it is let in, anything else only when it was used.
      const excess = limit === 'requests' ? used + 1 - allowed : used - allowed;
      if (limit === 'requests' ? excess <= 0 : excess < 0) continue;
      const resetSeconds = Math.max(1, Math.ceil((excess / allowed) * windowSeconds));
      return { limit, allowed, used: Math.round(used * 1000) / 1000, resetSeconds };
    }
    return null;
  }

  #drain(): void {
    const nowMs = this.#clock.now();
    const share = Math.max(0, nowMs - this.#atMs) / minuteMs;
    this.#atMs = nowMs;
    if (share === 0) return;
    const drained = (kind: Kind) => Math.max(0, this.#used[kind] - this.#limits[kind] * share);
    this.#used = {
      requests: drained('requests'),
      rows: drained('rows'),
      bytes: drained('bytes'),
      seconds: drained('seconds'),
    };
  }
}

/** The allowances of all tokens. */
export class Allowances {
  readonly #limits: UseLimits;
  readonly #clock: Clock;
  readonly #byToken = new Map<string, Allowance>();

  constructor(limits: UseLimits, clock: Clock) {
    this.#limits = limits;
    this.#clock = clock;
  }

  /** As many as there are tokens: each has one for the life of the process. */
  of(tokenId: string): Allowance {
    const found = this.#byToken.get(tokenId) ?? new Allowance(this.#limits, this.#clock);
    this.#byToken.set(tokenId, found);
    return found;
  }
}
