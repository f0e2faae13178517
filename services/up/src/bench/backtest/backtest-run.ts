import { fork } from 'node:child_process';
import { once } from 'node:events';
import { queryRuntime } from '../../supervisor/query-runtime.ts';
import { verify } from '../measure.ts';
import type { BacktestTaken, BacktestTask } from './backtest-process.ts';

const program = new URL('./backtest-process.ts', import.meta.url);

/** A back-test in a process of its own with the heap that the query service is given. Throws `BENCH_FAILED`. */
export async function backtestApart(task: BacktestTask, signal: AbortSignal): Promise<BacktestTaken> {
  const child = fork(program, [JSON.stringify(task)], {
    execArgv: [...queryRuntime.options],
    env: { ...queryRuntime.variables, ...process.env },
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  let taken: BacktestTaken | null = null;
  child.on('message', (message: BacktestTaken) => {
    taken = message;
  });
  const stop = () => child.kill();
  signal.addEventListener('abort', stop, { once: true });
  await once(child, 'exit');
  signal.removeEventListener('abort', stop);
  signal.throwIfAborted();
  verify(taken !== null, 'The back-test that is measured ended without a result.');
  return taken;
}
