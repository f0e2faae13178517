import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';

let directory: string;
let child: ChildProcess | undefined;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'custody-sealer-process-'));
});
afterEach(() => {
  child?.kill('SIGKILL');
  rmSync(directory, { recursive: true, force: true });
});

/** The service in a process of its own, with nothing but its variables, and all that it prints. */
function start(variables: Record<string, string>) {
  const script = new URL('./kit/sealer-process.ts', import.meta.url).pathname;
  const started = spawn(process.execPath, [script], {
    env: { CUSTODY_DATA_DIR: directory, ...variables },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  child = started;
  let printed = '';
  const { promise: waits, resolve } = Promise.withResolvers<void>();
  for (const stream of [started.stdout, started.stderr]) {
    stream.on('data', (text: Buffer) => {
      printed += String(text);
      if (printed.includes('STORE_UNREACHABLE')) resolve();
    });
  }
  const exited = once(started, 'exit') as Promise<[number | null, string | null]>;
  return { exited, waits, text: () => printed, stop: () => started.kill('SIGTERM') };
}

test('a store that cannot be reached is waited for, and a stop meanwhile is a clean end', async () => {
  // Port 9 of the loopback: discard, which nothing serves.
  const { exited, waits, text, stop } = start({ CLICKHOUSE_URL: 'http://127.0.0.1:9' });
  await Promise.race([waits, exited]);
  stop();
  expect(await exited).toEqual([0, null]);
  expect(text()).not.toContain('fatal');
});

test('wrong settings end it with code 2 and every fault by name', async () => {
  const { exited, text } = start({ CUSTODY_SEAL_SECONDS: '0', CUSTODY_SOURCE_RETENTION_DAYS: 'long' });
  expect(await exited).toEqual([2, null]);
  expect(text()).toContain('CUSTODY_SEAL_SECONDS');
  expect(text()).toContain('CUSTODY_SOURCE_RETENTION_DAYS');
});
