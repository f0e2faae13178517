import { readFileSync, writeFileSync } from 'node:fs';
import type { Figures } from './bench.ts';
import { cost } from './figures.ts';

const kib = 1_024;
const mib = kib * kib;

/**
 * The most memory that a process has had resident so far, bytes; `null` where the system does not tell. Not
 * `resourceUsage().maxRSS`: a child's begins with what its parent had at the fork.
 */
export function peakMemoryBytes(pid: number): number | null {
  try {
    const found = /^VmHWM:\s*(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'));
    return found ? Number(found[1]) * kib : null;
  } catch {
    return null;
  }
}

/** Has the peak begin anew with what is resident now, where the system can: of a process of ours. */
export function resetPeakMemory(pid: number): void {
  try {
    writeFileSync(`/proc/${pid}/clear_refs`, '5');
  } catch {
    // Then a peak is that of all parts so far.
  }
}

/** A figure where the system tells the memory, none otherwise. */
export function memoryFigure(name: string, bytes: number | null): Figures {
  return bytes === null ? {} : { [name]: cost(bytes / mib, 'MiB') };
}

/** The most memory that this process has had resident so far, bytes. */
export function ownPeakBytes(): number {
  return peakMemoryBytes(process.pid) ?? process.resourceUsage().maxRSS * kib;
}

/** The peak of this process, the benchmark's own data included. */
export function ownMemory(): Figures {
  return memoryFigure('rss_peak', ownPeakBytes());
}
