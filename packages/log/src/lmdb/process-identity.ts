import { readFileSync, readlinkSync } from 'node:fs';

/** A process on this machine, told apart from a later one with the same pid where the system says when it started. */
export interface ProcessIdentity {
  readonly pid: number;
  /** Clock ticks after boot; absent outside Linux. */
  readonly startedAt?: string;
  readonly boot?: string;
  /** Pids mean nothing across pid namespaces (containers). */
  readonly namespace?: string;
}

function attempt(read: () => string): string | undefined {
  try {
    return read().trim();
  } catch {
    return undefined;
  }
}

/** State and start time, fields 3 and 22 of /proc/PID/stat, counted after the command name, which may hold spaces. */
function statOf(pid: number): { state?: string; startedAt?: string } {
  const stat = attempt(() => readFileSync(`/proc/${pid}/stat`, 'latin1'));
  if (stat === undefined) return {};
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return { ...(fields[0] && { state: fields[0] }), ...(fields[19] && { startedAt: fields[19] }) };
}

function identify(): ProcessIdentity {
  const { startedAt } = statOf(process.pid);
  const boot = attempt(() => readFileSync('/proc/sys/kernel/random/boot_id', 'latin1'));
  const namespace = attempt(() => readlinkSync('/proc/self/ns/pid'));
  return { pid: process.pid, ...(startedAt && { startedAt }), ...(boot && { boot }), ...(namespace && { namespace }) };
}

export const thisProcess: ProcessIdentity = identify();

/** True when that process is surely gone. False where this cannot be known: the session time-out decides then. */
export function isGone(other: ProcessIdentity): boolean {
  if (other.boot !== thisProcess.boot) return true;
  if (other.namespace !== thisProcess.namespace) return false;
  if (other.pid === thisProcess.pid) return other.startedAt !== thisProcess.startedAt;
  try {
    process.kill(other.pid, 0);
  } catch (error) {
    // EPERM: it lives and belongs to another user.
    if ((error as NodeJS.ErrnoException).code === 'ESRCH') return true;
  }
  const { state, startedAt } = statOf(other.pid);
  if (state === 'Z' || state === 'X') return true;
  return startedAt !== undefined && other.startedAt !== undefined && startedAt !== other.startedAt;
}
