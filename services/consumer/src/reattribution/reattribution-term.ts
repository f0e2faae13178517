import { hourMs, secondMs } from '@custody/decision';
import type { Log } from '@custody/log';
import type { Clock, Logger } from '@custody/runtime';
import type { ReattributionProgress } from '@custody/store';
import type { GrantKnowledge } from '../grants-follower.ts';
import type { Patience } from '../patience.ts';
import { pauseAfter } from '../pause-after.ts';
import { Backlog, type JobInProgress } from './backlog.ts';
import type { GrantNews } from './grant-news.ts';
import { jobsBehind, planJobs, type ReattributionJob } from './jobs.ts';
import type { ReattributionMetrics } from './metrics.ts';
import type { ReattributionStore } from './reattribution-store.ts';
import { planSteps } from './steps.ts';
import { createWorkStep, type RowsWorkedOff, scopeOf } from './work-step.ts';

export interface ReattributionParts {
  readonly log: Log;
  readonly store: ReattributionStore;
  /** The knowledge that fresh decisions are attributed with. */
  readonly grants: GrantKnowledge;
  /** Resolves when what was being attributed at the time of the call is stored. */
  readonly inFlightStored: (signal: AbortSignal) => Promise<void>;
  readonly patiently: Patience;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly metrics: ReattributionMetrics;
  /** How long more of what belongs together is waited for, milliseconds: listings of several kinds come one by one. */
  readonly gatherMs?: number;
  /** Most rows of a step. */
  readonly mostRows?: number;
}

const usualGatherMs = 2_000;
const usualMostRows = 250_000;
const lookAgainMs = 20;
/** Between the clocks of consumers on several machines. */
const mostSkewMs = 10 * secondMs;

const causeOf = ({ isConfirmation }: ReattributionJob) => (isConfirmation ? 'confirmation' : 'correction');

/** The work of one term of a leader, a UUID: jobs out of what is learned, step by step. */
export class ReattributionTerm {
  readonly #parts: ReattributionParts;
  readonly #term: string;
  readonly #workStep: ReturnType<typeof createWorkStep>;
  readonly #backlog = new Backlog();
  /** The position that every consumer should know from a moment on, milliseconds. */
  #known: { readonly position: number; readonly atMs: number };

  /** `position`: up to which everything is worked off. */
  constructor(parts: ReattributionParts, term: string, position: number) {
    this.#parts = parts;
    this.#term = term;
    this.#known = { position, atMs: parts.clock.now() - hourMs };
    this.#workStep = createWorkStep({ ...parts, term });
  }

  /** Works until the signal aborts, or another term has begun. */
  async work(news: GrantNews, signal: AbortSignal): Promise<void> {
    const { store, patiently, clock, metrics, gatherMs = usualGatherMs } = this.#parts;
    let absorbed: ReattributionProgress | null = null;
    let isFirst = true;
    while (!signal.aborted) {
      if (news.isThere) {
        await clock.sleep(gatherMs, signal);
        const { changes, progress } = news.take();
        await this.#untilKnown(progress.position, signal);
        this.#backlog.add([...planJobs(changes), ...(await this.#behind(signal))]);
        this.#known = { position: progress.position, atMs: clock.now() };
        absorbed = progress;
      }
      if (await this.#advance(signal)) continue;
      if (absorbed !== null) {
        const done = absorbed;
        // Its last steps had no effect then, and the other one does them.
        if (!(await patiently('look at the term', signal, () => store.isTerm(this.#term, signal)))) return;
        await this.#settle(isFirst, signal);
        isFirst = false;
        await patiently('write progress', signal, () => store.writeProgress(done, signal));
        metrics.position.set(done.position);
        absorbed = null;
      }
      await news.wait(signal);
    }
  }

  /**
   * Until the position is known here, and what was attributed without knowing it is stored: rows that come later know.
   * Where a consumer elsewhere reads grants behind this one, its rows are found the next time, see `#behind`.
   */
  async #untilKnown(position: number, signal: AbortSignal): Promise<void> {
    const { grants, clock, inFlightStored, patiently } = this.#parts;
    while (grants.position < position && !signal.aborted) await clock.sleep(lookAgainMs, signal);
    await patiently('wait for decisions to be stored', signal, () => inFlightStored(signal));
  }

  /** Rows that came since the last news was taken and do not know what was known by then. */
  async #behind(signal: AbortSignal): Promise<ReattributionJob[]> {
    const { store, patiently } = this.#parts;
    const { position, atMs } = this.#known;
    const fromMs = Math.max(0, atMs - mostSkewMs);
    const behind = await patiently('look for rows behind', signal, () => store.readBehind(fromMs, position, signal));
    return jobsBehind(behind, fromMs, position);
  }

  /** Does a little of what waits; `false` where nothing does. */
  async #advance(signal: AbortSignal): Promise<boolean> {
    const { clock, metrics } = this.#parts;
    const backlog = this.#backlog;
    const job = backlog.toBegin();
    if (job !== undefined) backlog.begin(await this.#begin(job, signal));
    const current = backlog.current();
    if (current === undefined) return false;
    const [step] = current.steps;
    metrics.backlogHours.set(backlog.hours());
    if (step === undefined) {
      this.#end(current);
      backlog.end(current);
      return true;
    }
    const startedAtMs = clock.now();
    const rows = await this.#workStep(current.job, step, signal);
    const elapsedMs = clock.now() - startedAtMs;
    this.#count(current.job, rows, elapsedMs);
    backlog.stepped(current, rows);
    await pauseAfter(elapsedMs, clock, signal);
    return true;
  }

  async #begin(job: ReattributionJob, signal: AbortSignal): Promise<JobInProgress> {
    const { store, patiently, clock, logger, mostRows = usualMostRows } = this.#parts;
    const { envId } = job;
    const scope = scopeOf(job, job.range);
    const hours = await patiently('find hours to attribute', signal, () => store.readHours(scope, signal));
    const steps = planSteps(hours, mostRows);
    const { id, causes } = job;
    const about = { job: id, envId, causes: causes.length, cause: causes.at(-1)?.cause, hours: hours.length };
    if (!job.isConfirmation && steps.length > 0) logger.info(about, 'learned late: attributing stored decisions anew');
    return { job, startedAtMs: clock.now(), steps, done: { examined: 0, changed: 0 } };
  }

  #count(job: ReattributionJob, { examined, changed }: RowsWorkedOff, elapsedMs: number): void {
    const { metrics } = this.#parts;
    const cause = causeOf(job);
    metrics.rows.inc({ cause, outcome: 'examined' }, examined);
    metrics.rows.inc({ cause, outcome: 'changed' }, changed);
    metrics.seconds.observe(elapsedMs / 1_000);
  }

  #end({ job, done, startedAtMs }: JobInProgress): void {
    const { metrics, logger, clock } = this.#parts;
    metrics.jobs.inc({ cause: causeOf(job) });
    const about = { job: job.id, envId: job.envId, ...done, elapsedMs: clock.now() - startedAtMs };
    if (job.isConfirmation || done.examined === 0) logger.debug(about, 'stored decisions were attributed anew');
    else logger.info(about, 'stored decisions were attributed anew');
  }

  /**
   * Ends what another leader left half done: its causes were not worked off, so they were met again by now. One that does
   * not know yet that its term is over may leave more at any time.
   */
  async #settle(isFirst: boolean, signal: AbortSignal): Promise<void> {
    const { store, patiently, clock } = this.#parts;
    const unsettled = await patiently('read unsettled hours', signal, () => store.readUnsettled(signal));
    if (unsettled.length === 0 && !isFirst) return;
    await patiently('touch hours', signal, () => store.touch(unsettled, true, signal));
    await patiently('record corrections', signal, () => store.finishCorrections(clock.now(), signal));
  }
}
