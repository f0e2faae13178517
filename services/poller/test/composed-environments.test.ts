import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openLmdbLog } from '@custody/log';
import { type Simulator, startSimulator } from '@custody/permit-simulator';
import { createLogger, Lifecycle, systemClock } from '@custody/runtime';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { composePoller } from '../src/compose.ts';
import { readPollerConfig } from '../src/config.ts';
import { decisionsIn } from './kit/harness.ts';

const patient = { timeout: 40_000, interval: 50 };
const closers: (() => Promise<unknown>)[] = [];
let directory: string;
let said: Record<string, unknown>[];

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'custody-poller-'));
  closers.push(() => rm(directory, { recursive: true, force: true }));
  said = [];
});
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

async function permitOf(seed: number): Promise<Simulator> {
  const quiet = { live: false, historyDays: 1, historyDecisions: 300 };
  const simulator = await startSimulator({ seed, requestsPerMinute: Number.POSITIVE_INFINITY, ...quiet });
  closers.push(() => simulator.stop());
  return simulator;
}

interface Entry {
  readonly name?: string;
  readonly permit: Simulator;
  readonly key?: string;
}

/** Starts the poller as `custody poll` does, from a file that lists these environments. */
async function start(entries: readonly Entry[]): Promise<Lifecycle> {
  const lines = entries.map(({ name, permit }, index) =>
    JSON.stringify({ ...(name !== undefined && { name }), url: permit.url, key: `env:KEY_${index}` }),
  );
  const path = join(directory, 'custody.config.yaml');
  await writeFile(path, `environments: [${lines.join(', ')}]\n`);
  const keys = entries.map(({ permit, key = permit.apiKey }, index) => [`KEY_${index}`, key] as const);
  const config = readPollerConfig({
    ...Object.fromEntries(keys),
    CUSTODY_CONFIG: path,
    CUSTODY_DATA_DIR: join(directory, 'data'),
    CUSTODY_SOURCE_KIND: 'simulator',
    CUSTODY_LOOKBACK_DAYS: '2',
    CUSTODY_REQUESTS_PER_MINUTE: '60000',
    CUSTODY_ADMIN_PORT: '0',
  });
  const destination = { write: (line: string) => void said.push(JSON.parse(line) as Record<string, unknown>) };
  const logger = createLogger({ service: 'poller', destination });
  const lifecycle = new Lifecycle({ logger });
  closers.push(() => stop(lifecycle));
  await composePoller(config, { lifecycle, logger, clock: systemClock });
  return lifecycle;
}

async function stop(lifecycle: Lifecycle): Promise<void> {
  lifecycle.stop('the test is over');
  await lifecycle.wait();
}

async function ask(path: string): Promise<Response> {
  const url = said.find(({ msg }) => msg === 'admin server')?.url;
  return fetch(`${url}${path}`);
}

test('of several environments one has its key refused: the others are read, and /readyz and /metrics say which', async () => {
  const [production, staging, elsewhere] = [await permitOf(21), await permitOf(22), await permitOf(23)];
  const lifecycle = await start([
    { name: 'production', permit: production },
    { name: 'staging', permit: staging, key: 'permit_key_revoked' },
    { permit: elsewhere },
  ]);
  const listed = [production, elsewhere].flatMap(({ oracle }) => [...oracle.listedNow()]);
  const handedOn = async () => {
    const text = await (await ask('/metrics')).text();
    const counts = text.matchAll(/^custody_poller_decisions_total\{[^}]*\} (\d+)$/gm);
    return [...counts].reduce((sum, [, count]) => sum + Number(count), 0);
  };
  await vi.waitFor(async () => expect(await handedOn()).toBeGreaterThanOrEqual(listed.length), patient);

  const ready = await ask('/readyz');
  expect(ready.status).toBe(200);
  expect(await ready.json()).toEqual({
    ready: true,
    checks: {
      'environment production': 'ok',
      'environment staging': expect.stringMatching(/^failing since .*\[PERMIT_KEY_REJECTED\]$/),
      'environment environments[2]': 'ok',
    },
  });
  const metrics = await (await ask('/metrics')).text();
  const linesOf = (name: string) => metrics.split('\n').filter((line) => line.startsWith(`${name}{`));
  const failing = linesOf('custody_poller_environment_failing').filter((line) => line.endsWith(' 1'));
  expect(failing).toEqual([expect.stringContaining('env="staging"')]);
  expect(linesOf('custody_poller_environment_failures_total')).toEqual([
    expect.stringMatching(/code="PERMIT_KEY_REJECTED".*env="staging"|env="staging".*code="PERMIT_KEY_REJECTED"/),
  ]);
  expect(JSON.stringify(said)).not.toContain('permit_key_revoked');

  await stop(lifecycle);
  const log = await openLmdbLog({ directory: join(directory, 'data', 'log') });
  closers.push(() => log.close());
  expect([...(await decisionsIn(log)).keys()].sort()).toEqual(listed.sort());
});

test('where every key is refused the start ends with one error that names each environment and the remedy', async () => {
  const [one, other] = [await permitOf(21), await permitOf(22)];
  const starting = start([
    { name: 'production', permit: one, key: 'permit_key_revoked' },
    { permit: other, key: 'permit_key_wrong' },
  ]);
  const error = await starting.catch((thrown: unknown) => thrown);
  expect(error).toMatchObject({ code: 'CONFIG_INVALID', retriable: false });
  const message = String((error as Error).message);
  expect(message).toMatch(/production: .*\[PERMIT_KEY_REJECTED\]/);
  expect(message).toMatch(/environments\[1\]: .*\[PERMIT_KEY_REJECTED\]/);
  expect(message).not.toMatch(/permit_key_(revoked|wrong)/);
});

test('two entries that are the same environment are refused, and named', async () => {
  const permit = await permitOf(21);
  await expect(start([{ name: 'production', permit }, { permit }])).rejects.toMatchObject({
    code: 'POLLER_ENVIRONMENT_TWICE',
    retriable: false,
    message: expect.stringMatching(/production.*environments\[1\]|environments\[1\].*production/),
    remedy: expect.stringContaining('Remove one of the two entries'),
  });
});
