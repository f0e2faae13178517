import { type Log, logErrors } from '@custody/log';
import { CustodyError } from '@custody/runtime';
import { describe, expect, test } from 'vitest';
import { type ConsumerStore, clickhouseStore } from '../src/consumer-store.ts';
import { brokenRecords, makeEntries } from './kit/entries.ts';
import { useStage } from './kit/stage.ts';
import {
  brokenRecordOf,
  deadTopic,
  decisionsTopic,
  hourRecord,
  jsonRecord,
  lagOf,
  readAll,
  recordOf,
  spread,
  windowsTopic,
} from './kit/topic-log.ts';
import { until } from './kit/until.ts';

const stage = useStage({ mayFail: true });

const consume = (log: Log, into?: ConsumerStore) => stage.consume(into ? { log, into } : { log });

const handled = () => until('everything is committed', async () => (await lagOf(stage.testLog.log)) === 0);
const records = (envId: string, count: number, seed: number) =>
  makeEntries(count, seed).map((entry) => recordOf(entry, envId));

describe('while the store is down', () => {
  test('nothing is committed, and the consumer goes on by itself when it is back', async () => {
    const count = 500;
    await stage.store.stopEngine();
    await stage.testLog.log.append(decisionsTopic, records('env-down', count, 31));
    const consumer = consume(stage.testLog.log);
    await until('it tried several times', async () => (await consumer.total('retries')) >= 3);
    expect(await lagOf(stage.testLog.log)).toBe(count);
    await stage.store.startEngine();
    await handled();
    expect(await stage.store.counts('env-down')).toEqual({ rows: count, ids: count });
  });

  test('a consumer that is stopped ends soon, and has committed nothing', async () => {
    const count = 100;
    await stage.store.stopEngine();
    await stage.testLog.log.append(decisionsTopic, records('env-stop', count, 32));
    const consumer = consume(stage.testLog.log);
    await until('it tried', async () => (await consumer.total('retries')) >= 1);
    await consumer.stop();
    expect(await lagOf(stage.testLog.log)).toBe(count);
    await stage.store.startEngine();
    consume(stage.testLog.log);
    await handled();
    expect(await stage.store.counts('env-stop')).toEqual({ rows: count, ids: count });
  });
});

describe('a batch that is taken away', () => {
  /** A store whose writes take no notice of being given up, as one under way does; they end when the gate opens. */
  function stuckStore(gate: Promise<void>) {
    const writes: AbortSignal[] = [];
    const finished: number[] = [];
    const real = clickhouseStore(stage.store.client);
    const stuck: ConsumerStore = {
      ...real,
      async writeDecisions(block, signal) {
        writes.push(signal);
        await gate;
        await real.writeDecisions(block, new AbortController().signal);
        finished.push(block.rows);
      },
    };
    return { writes, finished, stuck };
  }

  test('by a stop is not committed', async () => {
    const gate = Promise.withResolvers<void>();
    const { writes, stuck } = stuckStore(gate.promise);
    await stage.testLog.log.append(decisionsTopic, records('env-taken', 50, 33));
    const consumer = consume(stage.testLog.log, stuck);
    await until('it writes', () => writes.length === 1);
    const stopped = consumer.stop();
    await until('the batch is given up', () => writes[0]?.aborted === true);
    gate.resolve();
    await stopped;
    expect(writes).toHaveLength(1);
    expect(await lagOf(stage.testLog.log)).toBe(50);
  });

  test('by another member lands once, though the writer that lost it still inserts', async () => {
    const gate = Promise.withResolvers<void>();
    const { writes, finished, stuck } = stuckStore(gate.promise);
    const onePartition = records('env-zombie', 400, 37).map((record) => ({ ...record, key: 'one partition' }));
    await stage.testLog.log.append(decisionsTopic, onePartition);
    // Silent for a second between two of the consumer's heartbeats: long enough for the other member to evict it.
    const hasty: Log = {
      ...spread(stage.testLog.log),
      consume: (options) => stage.testLog.log.consume({ ...options, sessionTimeoutMs: 1_000 }),
    };
    const zombie = consume(hasty, stuck);
    await until('the zombie writes', () => writes.length === 1);
    consume(await stage.testLog.reopen());
    await handled();
    expect(writes[0]?.aborted).toBe(true);
    gate.resolve();
    // Both of its members may have been evicted in the middle of the batch.
    await until('the zombie has inserted', () => finished.length === writes.length);
    expect(finished).toEqual(writes.map(() => 400));
    await zombie.stop();
    expect(await stage.store.counts('env-zombie')).toEqual({ rows: 400, ids: 400 });
  });
});

describe('while dead letters cannot be kept', () => {
  /** Decisions and dead letters in one partition, so that they share a batch. */
  const mixed = (envId: string) =>
    [...records(envId, 200, 34), ...brokenRecords().map((one) => brokenRecordOf(one, envId))].map((record) => ({
      ...record,
      key: 'one partition',
    }));

  function withDeadTopic(append: () => Promise<void> | null): Log {
    const { log } = stage.testLog;
    return {
      ...spread(log),
      append: (topic, appended) => (topic === deadTopic ? append() : null) ?? log.append(topic, appended),
    };
  }

  test('a batch that needs one is not committed, and is handled when they can be kept again', async () => {
    let isFull = true;
    const full = () =>
      isFull ? Promise.reject(new CustodyError(logErrors.LOG_DISK_FULL, 'no space for dead letters')) : null;
    await stage.testLog.log.append(decisionsTopic, mixed('env-full'));
    const consumer = consume(withDeadTopic(full));
    await until('it tried', async () => (await consumer.total('retries')) >= 3);
    expect(await lagOf(stage.testLog.log)).toBe(200 + brokenRecords().length);
    expect(await readAll(stage.testLog.log, deadTopic)).toHaveLength(0);
    isFull = false;
    await handled();
    expect(await readAll(stage.testLog.log, deadTopic)).toHaveLength(brokenRecords().length);
    expect(await stage.store.counts('env-full')).toEqual({ rows: 200, ids: 200 });
  });

  test('and never will be, the service ends with that error and has not committed the batch', async () => {
    const refuse = () => Promise.reject(new CustodyError(logErrors.LOG_STORAGE_FAILED, 'broken disk'));
    await stage.testLog.log.append(
      decisionsTopic,
      brokenRecords().map((one) => brokenRecordOf(one, 'env-refused')),
    );
    const before = await lagOf(stage.testLog.log);
    const consumer = consume(withDeadTopic(refuse));
    await expect(consumer.ended).rejects.toMatchObject({ code: 'LOG_STORAGE_FAILED' });
    expect(await lagOf(stage.testLog.log)).toBe(before);
  });
});

describe('while the log does not answer', () => {
  /** A log that is away the first times that something is looked up in it, as Kafka is between two brokers. */
  function lateLog(times: number): { readonly log: Log; readonly refused: string[] } {
    const { log } = stage.testLog;
    const refused: string[] = [];
    const away = (what: string) =>
      refused.filter((one) => one === what).length < times && refused.push(what) > 0
        ? Promise.reject(new CustodyError(logErrors.LOG_UNAVAILABLE, `no broker for ${what}`))
        : null;
    const late: Log = {
      ...spread(log),
      latest: (topic) => away('latest') ?? log.latest(topic),
      lag: (group, topic) => away('lag') ?? log.lag(group, topic),
    };
    return { log: late, refused };
  }

  test('the consumer waits for it, at the start and for windows, and goes on by itself', async () => {
    await stage.testLog.log.append(decisionsTopic, records('env-late-log', 10, 38));
    await stage.testLog.log.append(windowsTopic, [hourRecord('env-late-log', 'open', '2026-11-01T08:00:00.000Z')]);
    const { log, refused } = lateLog(8);
    const consumer = consume(log);
    await handled();
    await until('windows are committed', async () => {
      return (await lagOf(stage.testLog.log, windowsTopic, 'custody.consumer.windows')) === 0;
    });
    expect(refused.filter((what) => what === 'latest')).toHaveLength(8);
    expect(refused.filter((what) => what === 'lag')).toHaveLength(8);
    expect(await stage.store.counts('env-late-log')).toEqual({ rows: 10, ids: 10 });
    await consumer.stop();
  });

  test('a stop meanwhile ends it, and it has taken no decision', async () => {
    await stage.testLog.log.append(decisionsTopic, records('env-no-log', 10, 39));
    const consumer = consume(lateLog(Number.POSITIVE_INFINITY).log);
    await until('it tried', async () => (await consumer.total('retries')) >= 2);
    await expect(consumer.stop()).rejects.toMatchObject({ code: 'CONSUMER_INTERRUPTED' });
    expect(await stage.store.counts('env-no-log')).toEqual({ rows: 0, ids: 0 });
  });
});

describe('a log of the other kind of source', () => {
  test('is refused at the start', async () => {
    await stage.testLog.log.append(windowsTopic, [jsonRecord('installation/source', { source: 'permit' })]);
    await stage.testLog.log.append(decisionsTopic, records('env-other', 10, 35));
    const consumer = consume(stage.testLog.log);
    await expect(consumer.ended).rejects.toMatchObject({ code: 'CONSUMER_OTHER_SOURCE', retriable: false });
    expect(await stage.store.counts('env-other')).toEqual({ rows: 0, ids: 0 });
  });

  test('is refused before the first decision when it is claimed after the start', async () => {
    const consumer = consume(stage.testLog.log);
    await consumer.started;
    await stage.testLog.log.append(windowsTopic, [jsonRecord('installation/source', { source: 'permit' })]);
    await stage.testLog.log.append(decisionsTopic, records('env-other-late', 10, 36));
    await expect(consumer.ended).rejects.toMatchObject({ code: 'CONSUMER_OTHER_SOURCE' });
    expect(await stage.store.counts('env-other-late')).toEqual({ rows: 0, ids: 0 });
    expect(await lagOf(stage.testLog.log)).toBe(10);
  });
});
