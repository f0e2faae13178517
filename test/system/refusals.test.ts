import { writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { startSimulator } from '@custody/permit-simulator';
import { expect, test } from 'vitest';
import { CustodyInstance } from '../kit/custody-instance.ts';
import { temporaryDirectory } from '../kit/temporary-directory.ts';

/** Starts that cannot work end with exit code 2, say what to change, and show no stack trace. */
async function refusal(instance: CustodyInstance): Promise<string> {
  const custody = instance.start();
  const { code } = await custody.exit();
  const output = custody.output();
  expect(output).not.toMatch(/^\s+at .+:\d+:\d+/m);
  expect(output).toContain('→');
  expect(code).toBe(2);
  return output;
}

test.each(['CUSTODY_HTTP_PORT', 'CUSTODY_CLICKHOUSE_PORT'])('a busy port: %s', async (variable) => {
  using directory = temporaryDirectory();
  const instance = await CustodyInstance.prepare(directory.path);
  const blocker = createServer();
  await new Promise<void>((resolve) => blocker.listen(Number(instance.variables[variable]), '127.0.0.1', resolve));
  try {
    expect(await refusal(instance)).toContain(variable);
  } finally {
    await new Promise((resolve) => blocker.close(resolve));
  }
});

test('a data directory that cannot be written', async () => {
  using directory = temporaryDirectory();
  const file = join(directory.path, 'file');
  writeFileSync(file, '');
  const output = await refusal(await CustodyInstance.prepare(join(file, 'data')));
  expect(output).toContain('DATA_DIRECTORY_UNWRITABLE');
  expect(output).toContain('CUSTODY_DATA_DIR');
});

test('all wrong variables at once', async () => {
  using directory = temporaryDirectory();
  const output = await refusal(
    await CustodyInstance.prepare(directory.path, {
      CUSTODY_CLICKHOUSE_PORT: 'eight',
      LOG_LEVEL: 'loud',
      PERMIT_ENV: 'production',
    }),
  );
  for (const name of ['CUSTODY_CLICKHOUSE_PORT', 'LOG_LEVEL', 'PERMIT_API_KEY']) expect(output).toContain(`${name}:`);
});

test('wrong variables of services, all at once and before anything is started', async () => {
  using directory = temporaryDirectory();
  const wrong = { CUSTODY_POLL_SECONDS: 'often', CUSTODY_QUERY_SECONDS: '0', CUSTODY_HTTP_HOST: '0.0.0.0' };
  const output = await refusal(await CustodyInstance.prepare(directory.path, wrong));
  for (const name of Object.keys(wrong)) expect(output).toContain(`${name}:`);
  expect(output).toContain('CUSTODY_ADMIN_TOKEN');
});

test('a Kafka without a Permit key: cluster mode never simulates', async () => {
  using directory = temporaryDirectory();
  const output = await refusal(
    await CustodyInstance.prepare(directory.path, { KAFKA_BROKERS: '127.0.0.1:1', KAFKA_USERNAME: 'custody' }),
  );
  expect(output).toContain('PERMIT_API_KEY: is needed where KAFKA_BROKERS is set');
  expect(output).toContain('KAFKA_PASSWORD: belongs to KAFKA_USERNAME');
});

test('a key that Permit does not take, without repeating it', async () => {
  using directory = temporaryDirectory();
  const simulator = await startSimulator({ anchorMs: Date.now(), historyDecisions: 10, live: false });
  try {
    const instance = await CustodyInstance.prepare(directory.path, {
      PERMIT_API_URL: simulator.url,
      PERMIT_API_KEY: 'permit_key_of_somebody_else',
    });
    const output = await refusal(instance);
    expect(output).toContain('PERMIT_API_KEY');
    expect(output).not.toContain('permit_key_of_somebody_else');
  } finally {
    await simulator.stop();
  }
});
