import { runTogether } from './run-together.ts';
import { every } from './schedule.ts';
import type { Session } from './session.ts';

export interface Pace {
  readonly pollSeconds: number;
  readonly factsSeconds: number;
  /** What work that comes round goes by. Default: the machine's own time, by `cron`. */
  readonly every?: typeof every;
}

/**
 * Reads until the signal aborts: facts before the first decision, then fresh decisions, proofs, history and facts side
 * by side. The budget of requests serves fresh decisions first.
 */
export async function runSession(session: Session, pace: Pace, signal: AbortSignal): Promise<void> {
  const { pollSeconds, factsSeconds, every: repeat = every } = pace;
  await session.facts.refresh(undefined, signal);
  await runTogether(signal, [
    (stopped) => repeat(pollSeconds, () => session.pollFresh(stopped), stopped),
    (stopped) => repeat(pollSeconds, () => session.proveRecent(stopped), stopped),
    (stopped) => repeat(factsSeconds, () => session.facts.refresh(undefined, stopped), stopped),
    (stopped) => session.facts.runForNewCallers(stopped),
    (stopped) => session.history.run(stopped),
    (stopped) => session.repairs.run(stopped),
    (stopped) => session.verification.run(stopped),
    (stopped) => session.evidence.run(stopped),
    (stopped) => session.journal.run(stopped),
  ]);
}
