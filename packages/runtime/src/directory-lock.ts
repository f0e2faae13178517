import { closeSync, openSync, readFileSync, rmSync, writeSync } from 'node:fs';
import { CustodyError, errorKinds } from './errors.ts';

export const lockErrors = errorKinds({
  DATA_DIRECTORY_IN_USE: {
    retriable: false,
    meaning: 'Another Custody process runs on the data directory.',
    remedy: 'Stop the other process, or choose another directory with CUSTODY_DATA_DIR.',
  },
});

/** A process, told apart from a later one that got the same number: its start, in clock ticks since boot, where Linux tells. */
interface Owner {
  readonly pid: number;
  readonly started: string;
}

function startOf(pid: number): string {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The second field is the command in parentheses and may hold spaces; the start is the 20th after it.
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? '';
  } catch {
    return '';
  }
}

function isAlive({ pid, started }: Owner): boolean {
  try {
    process.kill(pid, 0);
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EPERM')) return false;
  }
  const now = startOf(pid);
  return started === '' || now === '' || now === started;
}

function readOwner(path: string): Owner | null {
  try {
    const [pid = '', started = ''] = readFileSync(path, 'utf8').trim().split(' ');
    return Number(pid) > 0 ? { pid: Number(pid), started } : null;
  } catch {
    return null;
  }
}

function tryCreate(path: string): boolean {
  try {
    const file = openSync(path, 'wx', 0o600);
    writeSync(file, `${process.pid} ${startOf(process.pid)}\n`);
    closeSync(file);
    return true;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST') return false;
    throw error;
  }
}

/**
 * Takes the lock file for this process; the returned function gives it back. A lock left by a process that was killed
 * is taken over. Throws `DATA_DIRECTORY_IN_USE` naming the owner.
 */
export function lockDirectory(lockPath: string): () => void {
  for (let attempt = 0; !tryCreate(lockPath); attempt++) {
    const owner = readOwner(lockPath);
    if (attempt > 2 || (owner !== null && isAlive(owner))) {
      const who = owner === null ? 'another process' : `process ${owner.pid}`;
      throw new CustodyError(lockErrors.DATA_DIRECTORY_IN_USE, `${who} is using the data directory (${lockPath}).`);
    }
    rmSync(lockPath, { force: true });
  }
  return () => rmSync(lockPath, { force: true });
}
