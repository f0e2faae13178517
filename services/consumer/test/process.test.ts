import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { until } from './kit/until.ts';

let directory: string;
let child: ChildProcess | undefined;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'custody-consumer-process-'));
});
afterEach(() => {
  child?.kill('SIGKILL');
  rmSync(directory, { recursive: true, force: true });
});

/** The service in a process of its own, with nothing but its variables, and all that it prints. */
function start(variables: Record<string, string>) {
  const script = new URL('./kit/consumer-process.ts', import.meta.url).pathname;
  const started = spawn(process.execPath, [script], {
    env: { CUSTODY_DATA_DIR: directory, ...variables },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  child = started;
  const printed: string[] = [];
  for (const stream of [started.stdout, started.stderr])
    stream.on('data', (text: Buffer) => printed.push(String(text)));
  return {
    exited: once(started, 'exit') as Promise<[number | null, string | null]>,
    text: () => printed.join(''),
    started,
  };
}

test('a store that cannot be reached is waited for, and a stop meanwhile is a clean end', async () => {
  // Port 9 of the loopback: discard, which nothing serves.
  const { exited, text, started } = start({ CLICKHOUSE_URL: 'http://127.0.0.1:9' });
  await until('it waits', () => text().includes('STORE_UNREACHABLE') || started.exitCode !== null);
  expect(started.exitCode).toBeNull();
  started.kill('SIGTERM');
  expect(await exited).toEqual([0, null]);
  expect(text()).not.toContain('fatal');
});

test('a wrong setting ends it with code 2 and every fault by name', async () => {
  const { exited, text } = start({ CUSTODY_SOURCE_KIND: 'both', KAFKA_BROKERS: 'no port' });
  expect(await exited).toEqual([2, null]);
  expect(text()).toContain('CUSTODY_SOURCE_KIND');
  expect(text()).toContain('KAFKA_BROKERS');
});
