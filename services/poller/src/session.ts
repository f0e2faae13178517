import { dayMs, hourMs, hourOf, secondMs } from '@custody/decision';
import type { Log } from '@custody/log';
import type { RateBudget } from '@custody/permit';
import { type Clock, createPatience, type Logger } from '@custody/runtime';
import { type CoverageReport, coverageReport } from './coverage.ts';
import { CoverageJournal } from './coverage-journal.ts';
import { Deferrals } from './deferrals.ts';
import { type Evidence, openEvidence } from './evidence.ts';
import { FactsLoop } from './facts-loop.ts';
import { reportFirstStart } from './first-start.ts';
import { HandOver } from './hand-over.ts';
import { HandedOn } from './handed-on.ts';
import { History } from './history.ts';
import { HourLedger } from './hour-ledger.ts';
import { FactMemory } from './known-facts.ts';
import { knownValuesOf } from './known-values.ts';
import { ListedBounds, withListedBounds } from './listed-bounds.ts';
import { LiveTail } from './live-tail.ts';
import type { PollerMetrics } from './metrics.ts';
import { OpenStretch } from './open-stretch.ts';
import { createOverBudget } from './over-budget.ts';
import { withPatience } from './patient-source.ts';
import { ReadPosition } from './read-position.ts';
import { Repairs } from './repairs.ts';
import type { SessionReports } from './report-gauges.ts';
import type { DecisionSource, DetailSource, EnvironmentName, FactListings } from './source.ts';
import { SourceTime, withSourceTime } from './source-time.ts';
import { Verification } from './verification.ts';
import { openWindow } from './window.ts';
import { frontierOf, liveFromOf, nextOfLive, type PlanInput } from './window-plan.ts';
import { WindowProver } from './window-prover.ts';
import { WindowReader } from './window-reader.ts';

export interface SessionOptions {
  readonly log: Log;
  readonly source: DecisionSource;
  readonly listings: FactListings;
  /** Default: no detailed entries are read, and none are owed. */
  readonly details?: DetailSource;
  readonly env: EnvironmentName;
  readonly budget: Pick<RateBudget, 'state'>;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly metrics: PollerMetrics;
  readonly latenessMs: number;
  readonly lookbackDays: number;
  /** How long after closing a window's count is asked for again, milliseconds, ascending. Default: never. */
  readonly verifyAfterMs?: readonly number[];
  /** Tries after the first before a piece of work is set aside. Default 8: about a minute and a half of pauses. */
  readonly mostAttempts?: number;
}

/** A session reads one environment for as long as this process is its leader. */
export interface Session {
  readonly facts: FactsLoop;
  readonly history: History;
  readonly repairs: Repairs;
  readonly verification: Verification;
  readonly evidence: Evidence;
  readonly journal: CoverageJournal;
  /** Hands on the newest entries. */
  pollFresh(signal?: AbortSignal): Promise<void>;
  /** Closes what has become older than the lateness, and looks for late rows where due. */
  proveRecent(signal?: AbortSignal): Promise<void>;
  coverage(): CoverageReport;
  /** For metrics; what the journal puts on record. */
  readonly reports: SessionReports;
}

const longestPauseMs = 30 * secondMs;
/** Facts are listed again soon in any case. */
const mostFactAttempts = 2;
/** Slices are a thirtieth of the lateness, so that little more than the lateness is ever unproven. */
const slicesPerLateness = 30;
const longestSliceMs = 30 * secondMs;

/** Resumes from the windows and grants topics, or begins on an empty log. */
export async function openSession(options: SessionOptions): Promise<Session> {
  const { log, env, clock, logger, metrics, budget, latenessMs, mostAttempts = 8, verifyAfterMs = [] } = options;
  const time = new SourceTime(clock);
  const { retries } = metrics;
  const patiently = createPatience({ logger, retries, maxAttempts: mostAttempts, maxDelayMs: longestPauseMs });
  // Nothing goes on without the log, so it is waited for; a source that fails on one window must not hold up the others.
  const untilItWorks = createPatience({ logger, retries, maxDelayMs: longestPauseMs });
  const bounds = new ListedBounds();
  const patientSource = withListedBounds(withPatience(options.source, patiently), bounds);
  const source = withSourceTime(patientSource, time, (skewMs) => metrics.clockSkew.set(skewMs / secondMs));
  const ledger = await HourLedger.open({ log, env, clock, logger, patiently: untilItWorks });
  const isFirst = ledger.oldestHourMs() === null;
  const startedFromMs = await horizonOf(ledger, options);
  // A request for older hours moves it back, on record too.
  const horizonMs = () => Math.min(startedFromMs, ledger.oldestHourMs() ?? startedFromMs);
  const range = { fromMs: startedFromMs, toMs: clock.now() };
  if (isFirst) await reportFirstStart({ source, env, budget, logger, range });
  const memory = await FactMemory.read(log, env.id, logger);
  const facts = new FactsLoop({
    log,
    listings: options.listings,
    memory,
    env,
    clock,
    time,
    logger,
    metrics,
    patiently: untilItWorks,
    mostAttempts: Math.min(mostFactAttempts, mostAttempts),
  });
  const handedOn = new HandedOn();
  const evidence = await openEvidence({ ...options, memory, time, patiently: untilItWorks });
  const { owe } = evidence;
  const onCaller = (userKey: string) => facts.sawCaller(userKey);
  const handOver = new HandOver({ log, env, time, handedOn, metrics, patiently: untilItWorks, onCaller, owe });
  const reader = new WindowReader({ source, handOver, handedOn, time });
  const position = new ReadPosition();
  const deferrals = new Deferrals(() => time.tellMs());
  const parts = {
    log,
    env,
    source,
    reader,
    ledger,
    handOver,
    handedOn,
    bounds,
    deferrals,
    time,
    position,
    clock,
    metrics,
    logger,
  };
  const prover = new WindowProver({ ...parts, knownValues: knownValuesOf(memory), latenessMs });
  const frontierMs = () => frontierOf(time.earliestMs(), latenessMs);
  const sliceMs = Math.min(longestSliceMs, Math.max(secondMs, latenessMs / slicesPerLateness));
  const plan = (): PlanInput => ({
    windowsOf: (hour) => ledger.windowsOf(hour),
    horizonMs: horizonMs(),
    frontierMs: frontierMs(),
    sliceMs,
    isDeferred: (stretch) => deferrals.isDeferred(stretch),
    wasRead: (stretch) => deferrals.identicalReadings(stretch) !== null,
  });
  const onRate = createOverBudget({ budget, metrics, logger });
  const tail = new LiveTail({ ...parts, onRate });
  const openStretch = new OpenStretch({ ...parts, horizonMs: startedFromMs, frontierMs });
  const coverage = () => coverageReport({ ...plan(), latenessMs }, time.tellMs());
  const reports = {
    coverage,
    readPosition: () => position.range,
    evidence: evidence.report,
    factsUnreadable: () => facts.unreadable(),
  };
  return {
    facts,
    history: new History({ prover, plan, metrics, clock, logger }),
    repairs: new Repairs({ ...parts, prover, readFromMs: () => Math.max(horizonMs(), liveFromOf(frontierMs())) }),
    verification: new Verification({ ...parts, verifyAfterMs }),
    evidence,
    journal: await CoverageJournal.open({ ...parts, reports, budget, patiently: untilItWorks }),
    pollFresh: (signal) => tail.poll(signal),
    async proveRecent(signal) {
      for (let next = nextOfLive(plan()); next !== null && !signal?.aborted; next = nextOfLive(plan())) {
        await prover.prove(next, { mode: 'live', signal });
      }
      await openStretch.look(signal);
    },
    coverage,
    reports,
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
