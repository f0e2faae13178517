import { join } from 'node:path';
import { startEmbeddedClickHouse } from '@custody/embedded-clickhouse';
import { expect, test } from 'vitest';
import { CustodyInstance } from '../kit/custody-instance.ts';
import { eventually } from '../kit/eventually.ts';
import { freePorts } from '../kit/free-ports.ts';
import { putMigratedStore } from '../kit/migrated-store.ts';
import { temporaryDirectory } from '../kit/temporary-directory.ts';
import { testVariables } from '../kit/test-variables.ts';

const password = 'test-store-password';
const users = [{ name: 'pipeline', password, access: 'full' }] as const;

test('a ClickHouse server that is away at the start is waited for, and told of', async () => {
  using directory = temporaryDirectory();
  const [port = 0] = await freePorts(1);
  const instance = await CustodyInstance.prepare(join(directory.path, 'data'), {
    CLICKHOUSE_URL: `http://127.0.0.1:${port}`,
  });
  const custody = instance.start();
  await eventually(custody.output, (output) => output.includes('STORE_UNREACHABLE'));
  const storePath = join(directory.path, 'store');
  await putMigratedStore(storePath);
  const engine = await startEmbeddedClickHouse({ directory: storePath, port, users });
  try {
    await custody.untilUp();
  } finally {
    custody.signal('SIGINT');
    expect((await custody.exit()).code).toBe(0);
    await engine.stop();
  }
});

test('a stop while the store is waited for is a clean end', async () => {
  using directory = temporaryDirectory();
  const [port] = await freePorts(1);
  const instance = await CustodyInstance.prepare(directory.path, { CLICKHOUSE_URL: `http://127.0.0.1:${port}` });
  const custody = instance.start();
  await eventually(custody.output, (output) => output.includes('STORE_UNREACHABLE'));
  custody.signal('SIGINT');
  expect(await custody.exit()).toMatchObject({ code: 0 });
});

test.runIf(testVariables.isLong)(
  'the engine that a killed run left behind in the data directory is waited for',
  async () => {
    using directory = temporaryDirectory();
    const instance = await CustodyInstance.prepare(directory.path);
    const storePath = join(directory.path, 'demo', 'store');
    await putMigratedStore(storePath);
    const leftover = await startEmbeddedClickHouse({ directory: storePath, port: 0, users });
    const custody = instance.start();
    try {
      await eventually(custody.output, (output) => output.includes('still ending'));
      await leftover.stop();
      await custody.untilUp();
    } finally {
      custody.signal('SIGINT');
      expect((await custody.exit()).code).toBe(0);
      await leftover.stop();
    }
  },
);
