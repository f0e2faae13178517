import {
  CustodyError,
  createLogger,
  exitCodeOf,
  exitCodes,
  explainError,
  isRetriable,
  Lifecycle,
  systemClock,
  type Variables,
} from '@custody/runtime';
import { composeUp } from './compose.ts';
import { Console } from './console.ts';
import { readSettings } from './settings.ts';

/** Runs the whole pipeline until Ctrl-C. Resolves with the exit code; says on the console what went wrong. */
export async function runUp(variables: Variables): Promise<number> {
  const console = new Console({
    write: (text) => process.stdout.write(text),
    isTerminal: process.stdout.isTTY === true,
    now: () => systemClock.now(),
  });
  const lifecycle = new Lifecycle({ logger: createLogger({ service: 'up', level: 'warn' }), closeTimeoutMs: 9_000 });
  const onSignal = () => {
    if (lifecycle.signal.aborted) process.exit(exitCodes.interrupted);
    console.event('up', 'stopping (again: at once)');
    lifecycle.stop('signal');
  };
  for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(name, onSignal);
  // While it only waits, for a store say, nothing else keeps Node running: pauses between tries do not.
  const running = setInterval(() => undefined, 2 ** 30);
  try {
    await composeUp({ ...readSettings(variables), variables, console, clock: systemClock, lifecycle });
    await lifecycle.wait();
    console.event('up', 'stopped');
    return exitCodes.ok;
  } catch (error) {
    const wasAsked = lifecycle.signal.aborted && isRetriable(error);
    lifecycle.stop('failed');
    await lifecycle.wait().catch(() => undefined);
    // Asked to stop while it waited for something: that is no failure.
    if (wasAsked) return exitCodes.ok;
    console.line(`✖ ${explainError(error)}`);
    return error instanceof CustodyError ? exitCodeOf(error) : exitCodes.failed;
  } finally {
    clearInterval(running);
  }
}
