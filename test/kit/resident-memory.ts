import { readFileSync } from 'node:fs';

/** Memory of a process that no file stands behind, bytes: what would fill the machine. On Linux only. */
export function anonymousBytes(pid: number): number {
  const [, kibibytes] = /^RssAnon:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
  return Number(kibibytes) * 1_024;
}
