import { durationMs, hourMs } from '@custody/decision';
import type { ReattributionJob } from './jobs.ts';
import type { StepRange } from './steps.ts';
import type { RowsWorkedOff } from './work-step.ts';

/** A job with what is left of it. */
export interface JobInProgress {
  readonly job: ReattributionJob;
  readonly startedAtMs: number;
  /** In the order in which they are worked off. */
  readonly steps: StepRange[];
  readonly done: RowsWorkedOff;
}

/**
 * Jobs that wait, and those that have begun. What listings confirm goes first, also before the rest of a long job: it
 * looks at minutes, and it is about the rows that people look at.
 */
export class Backlog {
  #waiting: ReattributionJob[] = [];
  readonly #begun: JobInProgress[] = [];

  add(jobs: readonly ReattributionJob[]): void {
    this.#waiting.push(...jobs);
  }

  begin(job: JobInProgress): void {
    this.#begun.push(job);
  }

  /** The job to begin now, no longer waiting; a long one is begun only when none other is under way. */
  toBegin(): ReattributionJob | undefined {
    const next = this.#waiting.find(({ isConfirmation }) => isConfirmation) ?? this.#waiting[0];
    if (next === undefined || (!next.isConfirmation && this.#begun.length > 0)) return undefined;
    this.#waiting = this.#waiting.filter((job) => job !== next);
    return next;
  }

  /** The job to go on with. */
  current(): JobInProgress | undefined {
    return this.#begun.find(({ job }) => job.isConfirmation) ?? this.#begun[0];
  }

  /** Notes that the first step of a job is done. */
  stepped(current: JobInProgress, rows: RowsWorkedOff): JobInProgress {
    const { examined, changed } = current.done;
    const done = { examined: examined + rows.examined, changed: changed + rows.changed };
    const next = { ...current, steps: current.steps.slice(1), done };
    this.#begun[this.#begun.indexOf(current)] = next;
    return next;
  }

  end(current: JobInProgress): void {
    this.#begun.splice(this.#begun.indexOf(current), 1);
  }

  /** Hours of the steps that are left of what has begun. */
  hours(): number {
    const steps = this.#begun.flatMap((begun) => begun.steps);
    return Math.ceil(steps.reduce((sum, step) => sum + durationMs(step), 0) / hourMs);
  }
}
