import { secondMs } from '@custody/decision';
import { schedule } from 'node-cron';

/** Seconds that a cron expression can say "every n" for without a shorter step at the end of a minute. */
function cronExpression(periodSeconds: number): string {
  return periodSeconds < 60 && 60 % periodSeconds === 0 ? `*/${periodSeconds} * * * * *` : '* * * * * *';
}

/** Half a second of grace: a tick that comes a little early is this tick, not the one before. */
const graceMs = secondMs / 2;

/**
 * Does the work at once and then every period, one run at a time: a run that takes longer than the period delays the
 * next one. Resolves when the signal has aborted and the run under way has ended; rejects with what the work threw.
 */
export async function every(
  periodSeconds: number,
  work: () => Promise<void>,
  signal: AbortSignal,
  nowMs: () => number = Date.now,
): Promise<void> {
  const { promise: failed, reject } = Promise.withResolvers<never>();
  let running: Promise<void> | null = null;
  let startedAtMs = Number.NEGATIVE_INFINITY;
  const run = () => {
    const tickMs = nowMs();
    // A clock that was set back must not hold up the work until it has caught up.
    const isEarly = tickMs >= startedAtMs && tickMs < startedAtMs + periodSeconds * secondMs - graceMs;
    if (running !== null || signal.aborted || isEarly) return;
    startedAtMs = tickMs;
    running = work()
      .catch(reject)
      .finally(() => {
        running = null;
      });
  };
  const task = schedule(cronExpression(periodSeconds), run, { suppressMissedWarning: true });
  try {
    run();
    await Promise.race([failed, aborted(signal)]);
  } finally {
    await task.destroy();
    await running;
  }
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    signal.addEventListener('abort', () => resolve(), { once: true });
  });
}
