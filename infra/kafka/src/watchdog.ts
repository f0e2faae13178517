import { spawn } from 'node:child_process';

/**
 * Reads lines of process ids until its input ends, which the system sees to however this process ends, and then kills
 * the ids of the last line. A directory that it is given goes with them.
 */
const script = `
while read -r line; do pids=$line; done
[ -n "$pids" ] && kill -KILL $pids 2>/dev/null
[ -n "$1" ] && rm -rf "$1"
exit 0`;

export interface Watchdog {
  /** The processes that must not outlive this one, instead of those named before. */
  guard(pids: readonly number[]): void;
  /** Kills what is guarded, removes the directory, resolves when that is done. */
  end(): Promise<void>;
}

/** `directory` is removed at the end; `null`: none is. */
export function startWatchdog(directory: string | null): Watchdog {
  // In a session of its own: neither a Ctrl-C nor a kill of the whole process group reaches it before its work is done.
  const child = spawn('/bin/sh', ['-c', script, 'custody-kafka-watchdog', directory ?? ''], {
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  const gone = new Promise<void>((resolve) => {
    child.once('exit', () => resolve());
    child.once('error', () => resolve());
  });
  child.stdin.on('error', () => undefined);
  child.unref();
  return {
    guard: (pids) => void child.stdin.write(`${pids.join(' ')}\n`),
    async end() {
      child.ref();
      child.stdin.end();
      await gone;
    },
  };
}
