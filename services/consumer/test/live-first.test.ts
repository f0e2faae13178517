import { setImmediate as nextTurn } from 'node:timers/promises';
import { type Follower, type FollowOptions, logErrors } from '@custody/log';
import { CustodyError, systemClock } from '@custody/runtime';
import { describe, expect, test } from 'vitest';
import { type ConsumerStore, clickhouseStore } from '../src/consumer-store.ts';
import { LiveFirst } from '../src/live-first.ts';
import { createConsumerMetrics } from '../src/metrics.ts';
import { createPatience } from '../src/patience.ts';
import { brokenRecords, makeEntries } from './kit/entries.ts';
import { useStage } from './kit/stage.ts';
import { silent } from './kit/store.ts';
import { brokenRecordOf, deadTopic, decisionsTopic, lagOf, readAll, recordOf, spread } from './kit/topic-log.ts';
import { until } from './kit/until.ts';

const stage = useStage();
const backlogSize = 1_000;
const freshSize = 20;

/** A store that takes the backlog only when the gate opens, as one that cannot keep up. */
function slowWithBacklog(gate: Promise<void>): ConsumerStore {
  const real = clickhouseStore(stage.store.client);
  return {
    ...real,
    async writeDecisions(block, signal) {
      if (block.rows > freshSize) await gate;
      await real.writeDecisions(block, signal);
    },
  };
}

async function visible(envId: string): Promise<number> {
  return (await stage.store.counts(envId)).rows;
}

/** One partition, so that what is fresh stands behind all of the backlog. */
const together = <T extends { key: string }>(records: T[]) => records.map((record) => ({ ...record, key: 'one' }));

/** What a reader ahead needs beside a log and a clock. */
function liveFirstParts() {
  const metrics = createConsumerMetrics({ clock: systemClock, readLag: async () => [] });
  const patiently = createPatience({ logger: silent, metrics, maxDelayMs: 1 });
  return { patiently, logger: silent, group: 'custody.test', handle: async () => undefined };
}

describe('behind a backlog', () => {
  test('fresh decisions are visible before it, and everything lands once in the end', async () => {
    const [old, fresh] = [makeEntries(backlogSize, 51), makeEntries(freshSize, 52)];
    const history = makeEntries(freshSize, 53).map((entry) => recordOf(entry, 'env-history'));
    await stage.testLog.log.append(decisionsTopic, together(old.map((entry) => recordOf(entry, 'env-backlog'))));
    const gate = Promise.withResolvers<void>();
    const consumer = stage.consume({ into: slowWithBacklog(gate.promise), liveFirstMs: 200 });
    await until('fresh decisions are read ahead', () => consumer.isLiveFirst());
    const broken = brokenRecords().map((one) => brokenRecordOf(one, 'env-fresh'));
    const backfilled = history.map((one) => ({ ...one, headers: { ...one.headers, 'custody-mode': 'backfill' } }));
    const records = [...backfilled, ...fresh.map((entry) => recordOf(entry, 'env-fresh')), ...broken];
    await stage.testLog.log.append(decisionsTopic, together(records));
    await until('they are visible', async () => (await visible('env-fresh')) === freshSize);
    // History is in no hurry, whenever it was read.
    expect([await visible('env-backlog'), await visible('env-history')]).toEqual([0, 0]);
    expect(await lagOf(stage.testLog.log)).toBe(backlogSize + records.length);
    gate.resolve();
    await until('everything is committed', async () => (await lagOf(stage.testLog.log)) === 0);
    expect(await stage.store.counts('env-backlog')).toEqual({ rows: backlogSize, ids: backlogSize });
    expect(await stage.store.counts('env-fresh')).toEqual({ rows: freshSize, ids: freshSize });
    expect(await stage.store.counts('env-history')).toEqual({ rows: freshSize, ids: freshSize });
    // What could not be understood was left to the group, which keeps each of them once.
    expect(await readAll(stage.testLog.log, deadTopic)).toHaveLength(broken.length);
    // Of what it read ahead, only what it stored.
    expect((await consumer.metrics.liveFirstRecords.get()).values).toMatchObject([{ value: freshSize }]);
    await until('it reads in turn again', () => !consumer.isLiveFirst());
  });

  test('a log that is away for a while is asked again where fresh decisions begin', async () => {
    const stopping = new AbortController();
    const starts: unknown[] = [];
    let asked = 0;
    const log = {
      async lag(_group: string, topic: string) {
        asked += 1;
        if (asked < 3) throw new CustodyError(logErrors.LOG_UNAVAILABLE, 'no broker answers');
        return [{ topic, partition: 0, committedOffset: 5, firstOffset: 0, endOffset: 9 }];
      },
      follow(options: FollowOptions): Follower {
        starts.push(options.from);
        stopping.abort();
        return { caughtUp: Promise.resolve(), done: Promise.resolve(), stop: async () => undefined };
      },
    };
    const clock = { now: () => 60_000, sleep: () => nextTurn() };
    const liveFirst = new LiveFirst({ ...liveFirstParts(), log, clock, afterMs: 10_000 });
    const record = { key: 'one', value: null, headers: {}, partition: 0, offset: 5, appendedAtMs: 1_000 };
    await liveFirst.watch(
      { topic: decisionsTopic, partition: 0, records: [record], endOffset: 9 },
      async () => undefined,
    );
    await liveFirst.run(stopping.signal);
    expect({ asked, starts }).toEqual({ asked: 3, starts: [[9]] });
  });

  test('nothing is read ahead where that is switched off', async () => {
    const follow = () => expect.fail('it reads ahead');
    const log = { ...spread(stage.testLog.log), follow };
    const liveFirst = new LiveFirst({ ...liveFirstParts(), log, clock: systemClock, afterMs: 0 });
    await liveFirst.run(new AbortController().signal);
  });
});
