import { formatTimestamp, minuteMs, secondMs } from '@custody/decision';
import type { Clock, Logger } from '@custody/runtime';
import type { Refusal } from './steps/step.ts';

export interface DeadLetterAlarmParts {
  readonly clock: Clock;
  readonly logger: Pick<Logger, 'error' | 'warn'>;
}

/** So many dead letters in a minute are a run, however much else is read. */
const mostInAMinute = 10;
/** Where little is read, more than this part of it is a run too; a single bad entry never is one. */
const mostOfAll = 0.01;
const fewest = 3;
const lookEveryMs = 10 * secondMs;

/** What was handled in a second. */
interface Handled {
  readonly startMs: number;
  /** When the earliest of its batches with a dead letter was begun: its letters failed then or later. */
  failedFromMs: number;
  records: number;
  readonly faults: Map<string, number>;
}

interface Run {
  /** None of its letters failed before. */
  startedAtMs: number;
  readonly faults: Map<string, number>;
}

function add(to: Map<string, number>, from: Iterable<readonly [string, number]>): void {
  for (const [name, count] of from) to.set(name, (to.get(name) ?? 0) + count);
}

function sum(faults: ReadonlyMap<string, number>): number {
  return [...faults.values()].reduce((total, count) => total + count, 0);
}

/**
 * Tells of runs of dead letters: of each when it begins, and when a minute without any has passed. It never holds up
 * what is healthy.
 */
export class DeadLetterAlarm {
  readonly #parts: DeadLetterAlarmParts;
  /** The last minute, oldest second first. */
  #minute: Handled[] = [];
  #run: Run | null = null;

  constructor(parts: DeadLetterAlarmParts) {
    this.#parts = parts;
  }

  /** Takes note of a batch that was handled, and begun at `begunAtMs`: to store it may have taken hours. */
  note(records: number, refused: readonly Pick<Refusal, 'step' | 'fault'>[], begunAtMs: number): void {
    const nowMs = this.#parts.clock.now();
    const startMs = nowMs - (nowMs % secondMs);
    let second = this.#minute.at(-1);
    if (second?.startMs !== startMs) {
      second = { startMs, failedFromMs: Number.POSITIVE_INFINITY, records: 0, faults: new Map() };
      this.#minute.push(second);
    }
    const faults = refused.map(({ step, fault }) => [`${step}/${fault}`, 1] as const);
    second.records += records;
    add(second.faults, faults);
    if (refused.length > 0) second.failedFromMs = Math.min(second.failedFromMs, begunAtMs);
    if (this.#run !== null) {
      add(this.#run.faults, faults);
      this.#run.startedAtMs = Math.min(this.#run.startedAtMs, second.failedFromMs);
    }
    this.look();
  }

  /** Looks whether a run has begun or ended. */
  look(): void {
    const { clock, logger } = this.#parts;
    const nowMs = clock.now();
    this.#minute = this.#minute.filter(({ startMs }) => startMs > nowMs - minuteMs);
    const faults = new Map<string, number>();
    for (const second of this.#minute) add(faults, second.faults);
    const letters = sum(faults);
    if (this.#run !== null) {
      if (letters > 0) return;
      const seconds = Math.round((nowMs - this.#run.startedAtMs) / secondMs);
      const all = { dead_letters: sum(this.#run.faults), faults: Object.fromEntries(this.#run.faults), seconds };
      logger.warn({ ...all, remedy: remedyFrom(this.#run.startedAtMs) }, 'the run of dead letters has ended');
      this.#run = null;
      return;
    }
    const records = this.#minute.reduce((total, second) => total + second.records, 0);
    const isRun = letters >= mostInAMinute || (letters >= fewest && letters > records * mostOfAll);
    if (!isRun) return;
    const startedAtMs = Math.min(...this.#minute.map(({ failedFromMs }) => failedFromMs));
    this.#run = { startedAtMs, faults };
    const counts = { dead_letters: letters, records, faults: Object.fromEntries(faults) };
    logger.error(
      { ...counts, remedy: remedyFrom(startedAtMs) },
      'a run of dead letters: entries that are not understood are kept and not stored; all others go on',
    );
  }

  /** Looks again and again until the signal aborts: a run also ends when nothing is read any more. */
  async run(signal: AbortSignal): Promise<void> {
    const { clock } = this.#parts;
    while (!signal.aborted) {
      await clock.sleep(lookEveryMs, signal);
      if (!signal.aborted) this.look();
    }
  }
}

function remedyFrom(startedAtMs: number): string {
  const from = `--from ${formatTimestamp(startedAtMs)}`;
  return (
    `Look at them with \`npx pnpm@12 custody dead-letters list ${from}\`; once their cause is mended, ` +
    `\`npx pnpm@12 custody dead-letters replay ${from}\` has them stored.`
  );
}
