import {
  CustodyError,
  createLogger,
  exitCodeOf,
  exitCodes,
  explainError,
  Lifecycle,
  parseConfig,
  systemClock,
  type Variables,
} from '@custody/runtime';
import { composeUp } from './compose.ts';
import { upVariables } from './config.ts';
import { Console } from './console.ts';

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
  try {
    await composeUp({ config: parseConfig(upVariables, variables), variables, console, clock: systemClock, lifecycle });
    await lifecycle.wait();
    console.event('up', 'stopped');
    return exitCodes.ok;
  } catch (error) {
    lifecycle.stop('failed');
    await lifecycle.wait().catch(() => undefined);
    console.line(`✖ ${explainError(error)}`);
    return error instanceof CustodyError ? exitCodeOf(error) : exitCodes.failed;
  }
}
