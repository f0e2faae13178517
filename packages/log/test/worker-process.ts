import { fork } from 'node:child_process';
import { once } from 'node:events';
import type { LogWorker } from './contract.ts';

/** Starts a worker's script with what it needs, as JSON, in a process of its own. */
export function startWorker(script: URL, ...args: readonly unknown[]): LogWorker {
  const child = fork(
    script,
    args.map((arg) => JSON.stringify(arg)),
    { execArgv: [] },
  );
  const gone = once(child, 'exit');
  const said: string[] = [];
  child.on('message', (message) => said.push(String(message)));
  return {
    said,
    async kill() {
      child.kill('SIGKILL');
      await gone;
    },
  };
}
