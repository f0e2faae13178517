import {
  hourWindows,
  isReservedWindowsKey,
  minuteMs,
  type SourceWindow,
  secondMs,
  type TimeRange,
  topics,
} from '@custody/decision';
import { createRateBudget, type Priority, permitErrors, type RateBudget } from '@custody/permit';
import { CustodyError, createLogger, createMetrics, isError } from '@custody/runtime';
import { createPollerMetrics, type PollerMetrics } from '../../src/metrics.ts';
import { runTogether } from '../../src/run-together.ts';
import { openSession, type Session, type SessionOptions } from '../../src/session.ts';
import { type DecisionSource, tooManyResults } from '../../src/source.ts';
import { ArrivalsLog } from './arrivals-log.ts';
import { GivenFacts } from './fact-listings.ts';
import { SimulatedClock } from './simulated-clock.ts';
import { Traffic, type TrafficOptions } from './traffic.ts';

export interface SimulationOptions extends Omit<TrafficOptions, 'nowMs'> {
  readonly nowMs: number;
  readonly requestsPerMinute?: number;
}

export interface SimulatedRequest {
  readonly atMs: number;
  readonly priority: Priority;
  readonly range: TimeRange;
}

const pollMs = 5 * secondMs;
const env = { id: '33333333-3333-4333-8333-333333333333', name: 'production' };

/**
 * The poller as it runs, its loops side by side, on a clock that jumps: requests take 100 to 200 ms and wait for the
 * budget, and the source goes on meanwhile. One session after the other, like restarts.
 */
export class Simulation {
  readonly clock: SimulatedClock;
  readonly traffic: Traffic;
  readonly log: ArrivalsLog;
  readonly budget: RateBudget;
  /** Each request for decisions, when it was let through. */
  readonly requests: SimulatedRequest[] = [];
  /** All entries before this one are in the log. */
  #complete = 0;
  readonly #metrics: PollerMetrics;
  readonly #logger = createLogger({ service: 'poller-test', level: 'silent' });

  constructor({ nowMs, requestsPerMinute = 600, ...traffic }: SimulationOptions) {
    this.clock = new SimulatedClock(nowMs);
    const now = () => this.clock.now();
    this.traffic = new Traffic({ ...traffic, nowMs: now });
    this.log = new ArrivalsLog(traffic.occurredAtMs.length, now);
    this.budget = createRateBudget({ requestsPerMinute, clock: this.clock });
    this.#metrics = createPollerMetrics(createMetrics('poller'), this.clock);
  }

  /** Runs a session until `until` says so, asked after each poll. */
  async run(until: (session: Session) => boolean, options: Partial<SessionOptions> = {}): Promise<Session> {
    return this.clock.runUntilDone(this.#run(until, options));
  }

  async windows(): Promise<SourceWindow[]> {
    const { records } = await this.log.latest(topics.windows.name);
    const values = [...records].filter(([key]) => !isReservedWindowsKey(key)).map(([, { value }]) => value);
    const hours = values.map((value) => hourWindows.parse(JSON.parse(new TextDecoder().decode(value ?? undefined))));
    return hours.flatMap(({ windows }) => windows);
  }

  /** When the first entry occurred that is not in the log. */
  completeUntilMs(): number {
    const { arrivedAtMs } = this.log;
    while (arrivedAtMs[this.#complete]) this.#complete += 1;
    return this.traffic.occurredAtMs[this.#complete] ?? Number.POSITIVE_INFINITY;
  }

  /** The longest that an entry which appeared at this moment or later took from then into the log, or still takes. */
  longestWaitMs(sinceMs: number): number {
    const { traffic, log, clock } = this;
    let longestMs = 0;
    for (let number = traffic.firstFrom(sinceMs); traffic.visibleAtMs(number) <= clock.now(); number += 1) {
      longestMs = Math.max(longestMs, (log.arrivedAtMs[number] || clock.now()) - traffic.visibleAtMs(number));
    }
    return longestMs;
  }

  /** The most requests in any minute. */
  mostPerMinute(): number {
    const times = this.requests.map(({ atMs }) => atMs);
    let most = 0;
    for (let from = 0, to = 0; to < times.length; to += 1) {
      while ((times[to] ?? 0) - (times[from] ?? 0) >= minuteMs) from += 1;
      most = Math.max(most, to - from + 1);
    }
    return most;
  }

  async #run(until: (session: Session) => boolean, options: Partial<SessionOptions>): Promise<Session> {
    const { clock, log, budget } = this;
    const session = await openSession({
      ...{ log, source: this.#source, listings: new GivenFacts(), env, budget, clock },
      ...{ logger: this.#logger, metrics: this.#metrics, latenessMs: 900 * secondMs, lookbackDays: 0 },
      ...options,
    });
    const stopping = new AbortController();
    const poll = async (stopped: AbortSignal) => {
      await session.pollFresh(stopped);
      if (until(session)) stopping.abort();
    };
    await runTogether(stopping.signal, [
      (stopped) => this.#every(poll, stopped),
      (stopped) => this.#every(() => session.proveRecent(stopped), stopped),
      (stopped) => session.history.run(stopped),
      (stopped) => session.verification.run(stopped),
      (stopped) => session.journal.run(stopped),
    ]).catch((error: unknown) => {
      if (!isError(error, permitErrors.PERMIT_CANCELLED)) throw error;
    });
    return session;
  }

  async #every(work: (signal: AbortSignal) => Promise<void>, signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      const beganAtMs = this.clock.now();
      await work(signal);
      const nextMs = beganAtMs + pollMs * Math.max(1, Math.ceil((this.clock.now() - beganAtMs) / pollMs));
      await this.clock.sleep(nextMs - this.clock.now(), signal);
    }
  }

  /** Half of a request's time passes before it is answered, and half after. */
  async #request<T>(
    asked: Omit<SimulatedRequest, 'atMs'>,
    signal: AbortSignal | undefined,
    answer: () => T,
  ): Promise<T> {
    await this.budget.acquire(asked.priority, signal);
    this.requests.push({ ...asked, atMs: this.clock.now() });
    const halfMs = 50 + ((this.requests.length * 37) % 51);
    await this.clock.sleep(halfMs);
    const answered = answer();
    await this.clock.sleep(halfMs);
    return answered;
  }

  #dateMs(): number {
    return Math.floor(this.clock.now() / secondMs) * secondMs;
  }

  readonly #source: DecisionSource = {
    listDecisions: (request, signal) =>
      this.#request({ range: request.range, priority: request.priority ?? 'fresh' }, signal, () => {
        if ((request.page ?? 1) * 100 > tooManyResults) {
          throw new CustodyError(permitErrors.PERMIT_TOO_MANY_RESULTS, 'past the last result');
        }
        return { ...this.traffic.list(request), serverDateMs: this.#dateMs() };
      }),
    countDecisions: (range, _facet, { priority = 'fresh', signal } = {}) =>
      this.#request({ range, priority }, signal, () => {
        const { totalCount } = this.traffic.list({ range, perPage: 0 });
        return { totalCount, serverDateMs: this.#dateMs() };
      }),
  };
}
