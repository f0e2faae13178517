import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { eventually } from '../../../test/kit/eventually.ts';
import { freePorts } from '../../../test/kit/free-ports.ts';
import { describeWithPart } from '../../../test/kit/optional-part.ts';
import { temporaryDirectory } from '../../../test/kit/temporary-directory.ts';
import { testVariables } from '../../../test/kit/test-variables.ts';
import { missingForKafka, startKafka } from '../src/index.ts';

const script = join(import.meta.dirname, '..', 'src', 'dev.ts');
const started: ChildProcess[] = [];
afterEach(() => {
  for (const child of started.splice(0)) child.kill('SIGKILL');
});

function startDev(...args: string[]) {
  const child = spawn(process.execPath, [script, ...args], { stdio: ['pipe', 'pipe', 'pipe'] });
  started.push(child);
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (output += chunk));
  /** What a line says, once there is one like it; the newest, where there are several. */
  const find = async (line: RegExp) => {
    const lines = await eventually(
      () => [...output.matchAll(new RegExp(line, 'g'))],
      ({ length }) => length > 0,
    );
    return lines.at(-1)?.[1] ?? '';
  };
  return { child, find, type: (line: string) => child.stdin.write(`${line}\n`), output: () => output };
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

const missing = await missingForKafka();
describeWithPart('maven', missing === null ? null : `${missing}. Install Java and Maven`, 'kafka:dev', () => {
  test('takes what is typed, and leaves no broker and no data when it is killed', async () => {
    const [port] = await freePorts(1);
    const dev = startDev('--port', String(port));
    await dev.find(/KAFKA_BROKERS=(127\.0\.0\.1:\d+)/);
    const data = await dev.find(/data {6}([^,]+)/);
    const before = Number(await dev.find(/process (\d+)/));
    dev.type('kill 1');
    dev.type('kill 7');
    await dev.find(/(Understood is `kill N`)/);
    expect(isAlive(before)).toBe(false);
    dev.type('start 1');
    const after = Number(await dev.find(/broker 1 serves, process (\d+)/));
    expect({ alive: isAlive(after), data: existsSync(data) }).toEqual({ alive: true, data: true });
    dev.child.kill('SIGKILL');
    await eventually(
      () => ({ alive: isAlive(after), data: existsSync(data) }),
      (seen) => !seen.alive && !seen.data,
    );
  });

  test.runIf(testVariables.isLong)(
    'starts a killed broker again where that is asked for, and ends in order',
    async () => {
      using directory = temporaryDirectory();
      const [port] = await freePorts(1);
      const dev = startDev('--port', String(port), '--data', directory.path, '--restart');
      await dev.find(/(Ctrl-C ends it all)/);
      process.kill(Number(await dev.find(/process (\d+)/)), 'SIGKILL');
      const pid = Number(await dev.find(/broker 1 serves, process (\d+)/));
      dev.child.kill('SIGINT');
      expect(await once(dev.child, 'exit')).toEqual([0, null]);
      expect(isAlive(pid)).toBe(false);
      await expect(startKafka({ brokers: 3, directory: directory.path })).rejects.toMatchObject({
        code: 'KAFKA_DEV_OTHER_SIZE',
      });
    },
  );

  test('says which port is taken', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    await once(other, 'listening');
    const { port } = other.address() as AddressInfo;
    const dev = startDev('--port', String(port));
    expect(await once(dev.child, 'close')).toEqual([2, null]);
    expect(dev.output()).toContain('[KAFKA_DEV_PORT_BUSY]');
    other.close();
  });
});
