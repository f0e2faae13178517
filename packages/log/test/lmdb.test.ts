import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { systemClock } from '@custody/runtime';
import { open as openLmdb } from 'lmdb';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { type Log, type LogRecord, openLmdbLog } from '../src/index.ts';
import { murmur2 } from '../src/partitioner.ts';
import { describeLogContract, type LogUnderTest, type LogWorker } from './contract.ts';
import { startWorker } from './worker-process.ts';

const script = new URL('./lmdb-worker.ts', import.meta.url);

function shifted(byMs: number) {
  return { ...systemClock, now: () => systemClock.now() + byMs };
}

async function openUnderTest(): Promise<LogUnderTest> {
  const directory = mkdtempSync(join(tmpdir(), 'custody-log-'));
  const log = await openLmdbLog({ directory });
  const clients: Log[] = [log];
  const workers: LogWorker[] = [];
  return {
    log,
    async open() {
      const client = await openLmdbLog({ directory });
      clients.push(client);
      return client;
    },
    start(role) {
      const worker = startWorker(script, directory, role);
      workers.push(worker);
      return worker;
    },
    async expire() {
      await (await openLmdbLog({ directory, clock: shifted(2 * 3_600_000) })).close();
    },
    async dispose() {
      await Promise.all(workers.map((worker) => worker.kill()));
      await Promise.all(clients.map((client) => client.close()));
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

describeLogContract('lmdb', openUnderTest);

describe('the lmdb log', () => {
  let directory: string;
  let logs: Log[];

  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'custody-log-'));
    logs = [];
  });
  afterEach(async () => {
    await Promise.all(logs.map((log) => log.close()));
    rmSync(directory, { recursive: true, force: true });
  });

  async function open(clock = systemClock): Promise<Log> {
    const log = await openLmdbLog({ directory, clock });
    logs.push(log);
    return log;
  }

  async function readAll(log: Log, topic: string): Promise<LogRecord[]> {
    const all: LogRecord[] = [];
    const follower = log.follow({ topic, onRecords: (records) => void all.push(...records) });
    await follower.caughtUp;
    await follower.stop();
    return all;
  }

  test.each([
    ['21', -973932308],
    ['foobar', -790332482],
    ['a-little-bit-long-string', -985981536],
    ['a-little-bit-longer-string', -1486304829],
    ['lkjh234lh9fiuh90y23oiuhsafujhadof229phr9h19h89h8', -58897971],
    ['abc', 479470107],
  ])('hashes %s as Kafka does', (key, hash) => {
    expect(murmur2(Buffer.from(key))).toBe(hash);
  });

  test('a compacted topic keeps one record a key, drops old tombstones and never reuses an offset', async () => {
    const log = await open();
    await log.ensureTopics([{ name: 't', partitions: 1, cleanup: 'compact', why: 'test' }]);
    for (let n = 0; n < 5; n += 1) await log.append('t', [{ key: 'a', value: Buffer.from(String(n)) }]);
    await log.append('t', [{ key: 'b', value: Buffer.from('b') }]);
    await log.append('t', [{ key: 'b', value: null }]);
    expect((await readAll(log, 't')).map(({ key, offset }) => [key, offset])).toEqual([
      ['a', 4],
      ['b', 6],
    ]);
    const later = await open(shifted(2 * 86_400_000));
    expect((await readAll(later, 't')).map(({ offset }) => offset)).toEqual([4]);
    const consumption = log.consume({ group: 'g', topics: ['t'], handler: async () => undefined });
    const settled = async () => expect(await log.lag('g', 't')).toMatchObject([{ committedOffset: 7, endOffset: 7 }]);
    await vi.waitFor(settled, 10_000);
    await consumption.stop();
    await log.append('t', [{ key: 'b', value: Buffer.from('again') }]);
    expect((await readAll(log, 't')).at(-1)?.offset).toBe(7);
  });

  test('retention deletes what is older and nothing else', async () => {
    const log = await open();
    await log.ensureTopics([{ name: 't', partitions: 1, cleanup: 'delete', retentionMs: 1_000_000, why: 'test' }]);
    const record = { key: 'k', value: Buffer.from('v') };
    await log.append('t', new Array(2_500).fill(record));
    const later = await open(shifted(900_000));
    await later.append('t', [record]);
    expect(await readAll(log, 't')).toHaveLength(2_501);
    const latest = await open(shifted(1_500_000));
    expect((await readAll(latest, 't')).map(({ offset }) => offset)).toEqual([2_500]);
  });

  test('a process killed while it appends leaves every acknowledged record and no gap', async () => {
    const log = await open();
    await log.ensureTopics([{ name: 't', partitions: 1, cleanup: 'delete', why: 'test' }]);
    const worker = startWorker(script, directory, { role: 'append', topic: 't' });
    await vi.waitFor(() => expect(worker.said.length).toBeGreaterThan(100), 20_000);
    await worker.kill();
    const records = await readAll(log, 't');
    expect(records.length).toBeGreaterThanOrEqual(worker.said.length);
    expect(records.map(({ value }) => Number(value))).toEqual(records.map((_, n) => n));
    expect(records.map(({ offset }) => offset)).toEqual(records.map((_, n) => n));
    await log.append('t', [{ key: 'k', value: null }]);
  });

  test('an operation that throws takes no other one of the same commit with it', async () => {
    const log = await open();
    const good = log.ensureTopics([{ name: 'good', partitions: 1, cleanup: 'delete', why: 'test' }]);
    const bad = log.ensureTopics([{ name: 'not good', partitions: 1, cleanup: 'delete', why: 'test' }]);
    await expect(bad).rejects.toMatchObject({ code: 'LOG_INVALID_TOPIC' });
    expect(await good).toEqual([]);
    await log.append('good', [{ key: 'k', value: null }]);
  });

  test('the directory is for its owner alone', async () => {
    await open();
    expect(statSync(directory).mode & 0o777).toBe(0o700);
  });

  test('a directory that cannot be one is refused with the remedy', async () => {
    const file = join(directory, 'file');
    writeFileSync(file, '');
    const failure = openLmdbLog({ directory: join(file, 'log') });
    await expect(failure).rejects.toMatchObject({ code: 'LOG_DIRECTORY_UNUSABLE', remedy: expect.any(String) });
  });

  test('files that are no log are refused with the remedy', async () => {
    writeFileSync(join(directory, 'data.mdb'), Buffer.alloc(65_536, 'x'));
    await expect(openLmdbLog({ directory })).rejects.toMatchObject({ code: 'LOG_CORRUPT' });
  });

  test('a newer format is refused with the remedy', async () => {
    const root = openLmdb({ path: directory, noSubdir: false, overlappingSync: false });
    root.openDB<number, string>({ name: 'meta', encoding: 'json' }).putSync('format', 99);
    await root.close();
    await expect(openLmdbLog({ directory })).rejects.toMatchObject({ code: 'LOG_FORMAT_UNKNOWN' });
  });
});
