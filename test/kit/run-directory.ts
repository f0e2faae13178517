import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { memoryDirectory } from './memory-directory.ts';

/**
 * All temporary files of a run lie in one directory, which goes with it, whatever a test or a killed process leaves behind.
 * In memory, where there is room: stores and logs are thousands of small files that come and go.
 */
export default function setup(): () => void {
  const path = mkdtempSync(join(process.env.TMPDIR ?? memoryDirectory() ?? tmpdir(), 'custody-run-'));
  process.env.TMPDIR = path;
  return () => rmSync(path, { recursive: true, force: true, maxRetries: 3 });
}
