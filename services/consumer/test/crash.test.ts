import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { testVariables } from '../../../test/kit/test-variables.ts';
import { clickhouseStore } from '../src/consumer-store.ts';
import { callRecord, consentOf, grantValue, listings } from './kit/calls.ts';
import { runTestConsumer } from './kit/consumer.ts';
import { type MadeEntry, makeEntries } from './kit/entries.ts';
import { flipsFound } from './kit/flips-found.ts';
import { startStore, type TestStore } from './kit/store.ts';
import { decisionsTopic, grantsTopic, lagOf, recordOf, startLog, type TestLog } from './kit/topic-log.ts';
import { until } from './kit/until.ts';

let store: TestStore;
let testLog: TestLog;
const workers = new Set<ChildProcess>();

beforeAll(async () => {
  store = await startStore();
});
afterAll(() => store.close());
beforeEach(async () => {
  testLog = await startLog();
});
afterEach(async () => {
  for (const worker of workers) await kill(worker);
  await testLog.close();
});

interface Death {
  readonly dieAtWrite?: number;
  readonly dieAtRewrite?: number;
  readonly dieAtFlips?: number;
  readonly moment?: 'before' | 'after';
}

function startWorker(death: Death = {}): ChildProcess {
  const order = JSON.stringify({ logDirectory: testLog.directory, storeUrl: store.url, ...death });
  const worker = fork(new URL('./kit/crashing-worker.ts', import.meta.url), [order], { stdio: 'inherit' });
  workers.add(worker);
  worker.once('exit', () => workers.delete(worker));
  return worker;
}

async function kill(worker: ChildProcess): Promise<void> {
  if (worker.exitCode !== null || worker.signalCode !== null) return;
  worker.kill('SIGKILL');
  await once(worker, 'exit');
}

/** Reads the public view over and over: at no moment may it show more than was served, or an id twice. */
function watchCounts(envId: string, served: number): () => Promise<number> {
  let reads = 0;
  let stopped = false;
  const watching = (async () => {
    while (!stopped) {
      const { rows, ids } = await store.counts(envId);
      expect(rows).toBe(ids);
      expect(rows).toBeLessThanOrEqual(served);
      reads += 1;
      // Without a pause, it is the store's main occupation.
      await delay(150);
    }
  })();
  watching.catch(() => undefined);
  return async () => {
    stopped = true;
    await watching;
    return reads;
  };
}

/** The position in the grants topic that everything stored is known to know. */
async function workedOff(): Promise<number> {
  const sql = 'SELECT toUInt32(max(position)) AS position FROM custody_internal.reattribution_progress';
  return ((await store.client.select('test', sql, {})) as { position: number }[])[0]?.position ?? 0;
}

async function expectExactly(envId: string, entries: readonly MadeEntry[]): Promise<void> {
  expect(await store.counts(envId)).toEqual({ rows: entries.length, ids: entries.length });
  const rows = await store.rows(envId);
  for (const { expected } of entries) expect(rows.get(expected.decision_id)).toMatchObject(expected);
}

async function appendInChunks(records: readonly ReturnType<typeof recordOf>[], size: number): Promise<void> {
  for (let from = 0; from < records.length; from += size) {
    await testLog.log.append(decisionsTopic, records.slice(from, from + size));
  }
}

describe('a consumer killed with SIGKILL', () => {
  test('between write and commit repeats the batch, and every count read is right', async () => {
    const entries = makeEntries(2_000, 11);
    const records = entries.map((entry) => recordOf(entry, 'env-crash'));
    await appendInChunks(records, 400);
    const stopWatching = watchCounts('env-crash', entries.length);
    let lastLag = await lagOf(testLog.log);
    for (const death of [
      { dieAtWrite: 1, moment: 'after' },
      { dieAtWrite: 2, moment: 'after' },
      { dieAtWrite: 2, moment: 'before' },
    ] as const) {
      const worker = startWorker(death);
      const [, signal] = (await once(worker, 'exit')) as [number | null, string | null];
      expect(signal).toBe('SIGKILL');
      const { rows } = await store.counts('env-crash');
      const lag = await lagOf(testLog.log);
      // What it wrote last was not committed: more is stored than the group knows of.
      if (death.moment === 'after') expect(rows).toBeGreaterThan(records.length - lag);
      expect(lag).toBeLessThanOrEqual(lastLag);
      lastLag = lag;
    }
    startWorker();
    await until('everything is committed', async () => (await lagOf(testLog.log)) === 0);
    expect(await stopWatching()).toBeGreaterThan(0);
    await expectExactly('env-crash', entries);
  });

  test('while it attributes stored decisions anew is followed by one that ends the work, every count right', async () => {
    const envId = 'env-rewrite';
    const calls = Array.from({ length: 1_000 }, (_, n) => ({ n, atHours: -6 + n / 250 }));
    await testLog.log.append(grantsTopic, listings(envId, 4).map(grantValue));
    await appendInChunks(
      calls.map((call) => callRecord(envId, call)),
      500,
    );
    const first = runTestConsumer(testLog.log, clickhouseStore(store.client));
    await until('everything is committed', async () => (await lagOf(testLog.log)) === 0);
    await until('nothing is known', async () => (await workedOff()) === 4);
    await first.stop();
    const stopWatching = watchCounts(envId, calls.length);
    await testLog.log.append(grantsTopic, [consentOf(envId, 'alice', { seen: 3 })].map(grantValue));
    const named = async () => {
      const sql = `SELECT toUInt32(countIf(human_key = 'human|alice')) AS named FROM custody.decisions WHERE env_id = '${envId}'`;
      return ((await store.client.select('test', sql, {})) as { named: number }[])[0]?.named ?? -1;
    };
    const changes: number[] = [];
    for (const death of [
      { dieAtRewrite: 2, moment: 'before' },
      { dieAtRewrite: 1, moment: 'after' },
    ] as const) {
      const before = await named();
      await once(startWorker(death), 'exit');
      changes.push((await named()) - before);
      // What may have changed is on record as such until somebody has made sure.
      const unsettled = 'SELECT count() > 0 AS is_there FROM custody_internal.touched_hours FINAL WHERE NOT is_settled';
      expect(await store.client.select('test', unsettled, {})).toEqual([{ is_there: 1 }]);
    }
    expect(changes).toEqual([250, 250]);
    const last = runTestConsumer(testLog.log, clickhouseStore(store.client));
    await until('all is worked off', async () => (await workedOff()) === 5);
    await last.stop();
    expect(await stopWatching()).toBeGreaterThan(0);
    expect(await named()).toBe(calls.length);
    expect(await store.counts(envId)).toEqual({ rows: calls.length, ids: calls.length });
    const left = `SELECT (SELECT count() FROM custody_internal.touched_hours FINAL WHERE NOT is_settled) AS hours,
      countIf(isNull(finished_at)) AS corrections, toUInt32(sum(changed)) AS changed
      FROM custody.attribution_corrections WHERE env_id = '${envId}'`;
    expect(await store.client.select('test', left, {})).toEqual([{ hours: 0, corrections: 0, changed: calls.length }]);
  });

  test('while it finds flips is followed by one that finds each of them, once', async () => {
    const envId = 'env-flips';
    const calls = Array.from({ length: 900 }, (_, n) => ({ n, atHours: -3 + n / 300, isDenied: n % 2 === 1 }));
    await appendInChunks(
      calls.map((call) => callRecord(envId, call)),
      300,
    );
    const found = async () => {
      const sql = `SELECT toUInt32(count()) AS flips, toUInt32(uniqExact(decision_id)) AS ids FROM custody.access_changes
        WHERE env_id = '${envId}' AND kind = 'decision'`;
      return ((await store.client.select('test', sql, {})) as { flips: number; ids: number }[])[0];
    };
    for (const death of [
      { dieAtFlips: 2, moment: 'before' },
      { dieAtFlips: 1, moment: 'after' },
    ] as const) {
      await once(startWorker(death), 'exit');
    }
    const last = runTestConsumer(testLog.log, clickhouseStore(store.client), { flipsEveryMs: 20 });
    await until('everything is committed', async () => (await lagOf(testLog.log)) === 0);
    await flipsFound(last);
    await last.stop();
    expect(await found()).toEqual({ flips: 899, ids: 899 });
  });

  // In the ordinary run, the trial of consumers that are killed at any moments asks the same, and more.
  test.runIf(testVariables.isLong)(
    'at any moments while decisions arrive, with another one beside it, loses and doubles nothing',
    async () => {
      const entries = makeEntries(6_000, 12);
      const records = entries.map((entry) => recordOf(entry, 'env-kills'));
      const stopWatching = watchCounts('env-kills', entries.length);
      const appending = (async () => {
        await appendInChunks(records, 60);
        await appendInChunks(records.slice(0, 2_000).reverse(), 100);
      })();
      let survivor = startWorker();
      for (let kills = 0; kills < 5; kills += 1) {
        const next = startWorker();
        await once(survivor, 'message');
        const before = await store.counts('env-kills');
        await until('something more is stored', async () => {
          const [{ rows }, lag] = [await store.counts('env-kills'), await lagOf(testLog.log)];
          return rows > before.rows || lag === 0;
        });
        await kill(survivor);
        survivor = next;
      }
      await appending;
      await until('everything is committed', async () => (await lagOf(testLog.log)) === 0);
      expect(await stopWatching()).toBeGreaterThan(0);
      await expectExactly('env-kills', entries);
    },
  );
});
