import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { topics } from '@custody/decision';
import { type Log, openLmdbLog } from '@custody/log';
import { startSimulator } from '@custody/permit-simulator';
import { afterEach, expect, test, vi } from 'vitest';
import { decisionsIn, hoursIn } from './kit/harness.ts';

const main = new URL('../src/main.ts', import.meta.url);
const closers: (() => Promise<unknown>)[] = [];

afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

function startPoller(variables: NodeJS.ProcessEnv): ChildProcess {
  const child = fork(main, { env: { PATH: process.env.PATH, LOG_LEVEL: 'silent', ...variables }, stdio: 'ignore' });
  closers.push(async () => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    child.kill('SIGKILL');
    await once(child, 'exit');
  });
  return child;
}

async function kill(child: ChildProcess): Promise<void> {
  child.kill('SIGKILL');
  await once(child, 'exit');
}

async function provenUntilMs(log: Log): Promise<number> {
  let untilMs = 0;
  for (const { state, from, to } of (await hoursIn(log)).flatMap(({ windows }) => windows)) {
    if (untilMs !== 0 && Date.parse(from) !== untilMs) return untilMs;
    if (state !== 'closed') return untilMs;
    untilMs = Date.parse(to);
  }
  return untilMs;
}

test('a poller killed at any moment goes on where it was: nothing is lost, nothing foreign appears', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'custody-poller-'));
  closers.push(() => rm(directory, { recursive: true, force: true }));
  const simulator = await startSimulator({
    seed: 11,
    requestsPerMinute: Number.POSITIVE_INFINITY,
    historyDays: 1,
    historyDecisions: 4_000,
    live: false,
    arrivalDelayMs: { min: 0, max: 500 },
  });
  closers.push(() => simulator.stop());
  const log = await openLmdbLog({ directory: join(directory, 'log') });
  closers.push(() => log.close());
  await log.ensureTopics(Object.values(topics));
  let handedOn = 0;
  const follower = log.follow({
    topic: topics.decisions.name,
    onRecords: (records) => {
      handedOn += records.length;
    },
  });
  closers.push(() => follower.stop());
  const variables = {
    PERMIT_API_URL: simulator.url,
    PERMIT_API_KEY: simulator.apiKey,
    CUSTODY_DATA_DIR: directory,
    CUSTODY_SOURCE_KIND: 'simulator',
    CUSTODY_POLL_SECONDS: '1',
    CUSTODY_LATENESS_SECONDS: '2',
    CUSTODY_LOOKBACK_DAYS: '1',
    CUSTODY_REQUESTS_PER_MINUTE: '60000',
  };
  for (const threshold of [300, 1_500, 2_700]) {
    const child = startPoller(variables);
    await vi.waitFor(() => expect(handedOn).toBeGreaterThan(threshold), { timeout: 30_000, interval: 5 });
    await kill(child);
  }
  const last = startPoller(variables);
  const { anchorMs, historyFromMs } = simulator.world;
  const isProven = async () => expect(await provenUntilMs(log)).toBeGreaterThan(anchorMs);
  await vi.waitFor(isProven, { timeout: 40_000, interval: 200 });
  last.kill('SIGTERM');
  const [code] = await once(last, 'exit');
  expect(code).toBe(0);

  const listed = simulator.world.entriesBetween(historyFromMs, Date.now(), Date.now());
  const inLog = await decisionsIn(log);
  expect([...inLog.keys()].sort()).toEqual(listed.map(({ id }) => id).sort());
  for (const { id, json } of listed) expect([...(inLog.get(id)?.texts ?? [])]).toEqual([json]);
});
