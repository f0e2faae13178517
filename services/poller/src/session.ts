import { dayMs, hourMs, hourOf, secondMs } from '@custody/decision';
import type { Log } from '@custody/log';
import { type Clock, createPatience, type Logger } from '@custody/runtime';
import { type Coverage, coverageOf } from './coverage.ts';
import { Deferrals } from './deferrals.ts';
import { FactsLoop } from './facts-loop.ts';
import { HandOver } from './hand-over.ts';
import { HandedOn } from './handed-on.ts';
import { History } from './history.ts';
import { HourLedger } from './hour-ledger.ts';
import { FactMemory } from './known-facts.ts';
import { LiveTail } from './live-tail.ts';
import type { PollerMetrics } from './metrics.ts';
import { withPatience } from './patient-source.ts';
import type { DecisionSource, EnvironmentName, FactListings } from './source.ts';
import { SourceTime, withSourceTime } from './source-time.ts';
import { openWindow } from './window.ts';
import { frontierOf, nextOfLive, type PlanInput } from './window-plan.ts';
import { WindowProver } from './window-prover.ts';
import { WindowReader } from './window-reader.ts';

export interface SessionOptions {
  readonly log: Log;
  readonly source: DecisionSource;
  readonly listings: FactListings;
  readonly env: EnvironmentName;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly metrics: PollerMetrics;
  readonly latenessMs: number;
  readonly lookbackDays: number;
  /** Tries after the first before a piece of work is set aside. Default 8: about a minute and a half of pauses. */
  readonly mostAttempts?: number;
}

/** A session reads one environment for as long as this process is its leader. */
export interface Session {
  readonly facts: FactsLoop;
  readonly history: History;
  /** Hands on the newest entries. */
  pollFresh(signal?: AbortSignal): Promise<void>;
  /** Reads the open stretch again where due, and closes what has become older than the lateness. */
  proveRecent(signal?: AbortSignal): Promise<void>;
  coverage(): Coverage;
}

const longestPauseMs = 30 * secondMs;
/** Slices are a thirtieth of the lateness, so that little more than the lateness is ever unproven. */
const slicesPerLateness = 30;
const longestSliceMs = 30 * secondMs;

/** Resumes from the windows and grants topics, or begins on an empty log. */
export async function openSession(options: SessionOptions): Promise<Session> {
  const { log, env, clock, logger, metrics, latenessMs, mostAttempts = 8 } = options;
  const time = new SourceTime(clock);
  const { retries } = metrics;
  const patiently = createPatience({ logger, retries, maxAttempts: mostAttempts, maxDelayMs: longestPauseMs });
  // Nothing goes on without the log, so it is waited for; a source that fails on one window must not hold up the others.
  const untilItWorks = createPatience({ logger, retries, maxDelayMs: longestPauseMs });
  const source = withSourceTime(withPatience(options.source, patiently), time);
  const ledger = await HourLedger.open({ log, env, clock, logger, patiently: untilItWorks });
  const horizonMs = await horizonOf(ledger, options);
  const memory = await FactMemory.read(log, env.id, logger);
  const factPatience = createPatience({ logger, retries, maxAttempts: 2, maxDelayMs: 2 * secondMs });
  const facts = new FactsLoop({
    log,
    listings: options.listings,
    memory,
    env,
    clock,
    time,
    logger,
    metrics,
    patiently: factPatience,
  });
  const handedOn = new HandedOn();
  const onCaller = (userKey: string) => facts.sawCaller(userKey);
  const handOver = new HandOver({ log, env, clock, handedOn, metrics, patiently: untilItWorks, onCaller });
  const reader = new WindowReader({ source, handOver, handedOn, clock });
  const deferrals = new Deferrals(clock);
  const prover = new WindowProver({ source, reader, ledger, handedOn, deferrals, metrics, logger, latenessMs });
  const frontierMs = () => frontierOf(time.earliestMs(), latenessMs);
  const sliceMs = Math.min(longestSliceMs, Math.max(secondMs, latenessMs / slicesPerLateness));
  const plan = (): PlanInput => ({
    windowsOf: (hour) => ledger.windowsOf(hour),
    horizonMs,
    frontierMs: frontierMs(),
    sliceMs,
    isDeferred: (range) => deferrals.isDeferred(range),
  });
  const tail = new LiveTail({ source, reader, handOver, ledger, time, clock, logger, horizonMs, frontierMs });
  const history = new History({ prover, plan, metrics, clock, logger });
  return {
    facts,
    history,
    pollFresh: (signal) => tail.poll(signal),
    async proveRecent(signal) {
      for (let next = nextOfLive(plan()); next !== null && !signal?.aborted; next = nextOfLive(plan())) {
        await prover.prove(next, 'live', signal);
      }
      await tail.readOpenStretch(signal);
    },
    coverage: () => coverageOf(plan(), clock.now()),
  };
}

/**
 * The oldest hour to read. The first start puts it on record before it reads anything, so that a crash in the middle
 * of the first reading does not lose what had not been reached. One that lies ahead was written by a wrong clock, and
 * would have nothing read until then.
 */
async function horizonOf(ledger: HourLedger, { clock, lookbackDays }: SessionOptions): Promise<number> {
  const recorded = ledger.oldestHourMs();
  const nowMs = clock.now();
  if (recorded !== null && recorded <= nowMs) return recorded;
  const horizonMs = hourOf(nowMs - lookbackDays * dayMs);
  const untilMs = Math.min(horizonMs + hourMs, Math.max(horizonMs + secondMs, Math.floor(nowMs / secondMs) * secondMs));
  await ledger.record(openWindow({ fromMs: horizonMs, toMs: untilMs }));
  return horizonMs;
}
