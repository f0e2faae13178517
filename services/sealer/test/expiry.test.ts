import { dayMs, hourMs, minuteMs } from '@custody/decision';
import type { Log } from '@custody/log';
import { type Clock, systemClock } from '@custody/runtime';
import { type Expiry, nothingExpires } from '@custody/store';
import { expect, test } from 'vitest';
import { ExpiryLoop, type ExpiryStore } from '../src/expiry/expiry.ts';
import { clickhouseExpiry } from '../src/expiry/expiry-store.ts';
import { createSealerMetrics } from '../src/metrics.ts';
import { sealerPatience } from '../src/patience.ts';
import { never, useStage } from './kit/stage.ts';
import { silent } from './kit/store.ts';

const stage = useStage();
const expiry: Expiry = {
  ...{ envId: 'env-1', table: 'decisions', hours: 24, rows: 70, lateRows: 2, bytes: 900 },
  ...{ fromMs: 0, toMs: 24 * hourMs },
};

test('rows expire once an hour, by whoever leads, until asked to stop', async () => {
  const stopping = new AbortController();
  const slept: number[] = [];
  let runs = 0;
  const clock: Clock = {
    now: () => 0,
    sleep: async (ms) => {
      slept.push(ms);
    },
  };
  const store: ExpiryStore = {
    async expire(onExpired) {
      runs += 1;
      if (runs === 3) stopping.abort();
      else onExpired(expiry);
      return { unknown: ['gone'] };
    },
  };
  const led: string[] = [];
  const log: Pick<Log, 'lead'> = {
    async lead(name, work, signal) {
      led.push(name);
      await work(signal);
    },
  };
  const warned: unknown[] = [];
  const logger = Object.assign(Object.create(silent), {
    warn: (fields: unknown) => warned.push(fields),
    info: () => {},
  });
  const metrics = createSealerMetrics();
  const patiently = sealerPatience(silent, metrics);
  await new ExpiryLoop({ log, store, patiently, clock, logger, metrics }).run(stopping.signal).catch(() => undefined);
  expect([led, runs]).toEqual([['sealer.expiry'], 3]);
  expect(slept.slice(0, 3)).toEqual([10 * minuteMs, hourMs, hourMs]);
  expect(warned).toEqual([{ names: 'gone' }]);
  expect((await metrics.expiredRows.get()).values).toMatchObject([{ labels: { table: 'decisions' }, value: 140 }]);
  expect((await metrics.lateRows.get()).values).toMatchObject([{ value: 4 }]);
});

test('an hour that expired is never sealed again: its seal says so, and its sums stay', async () => {
  const [env, hour] = ['expired', Date.UTC(2020, 0, 1, 5)];
  const look = () => stage.sealer({ atMs: hour + 3 * hourMs }).sealer.look(never);
  await stage.decide(env, hour, [1, 2, 3]);
  await stage.list(env, hour, 3);
  await look();
  expect(await stage.sums(env)).toEqual([3, 3, 3, 0]);
  const policies = { ...nothingExpires, general: { decisions: 45, entries: 45 } };
  const inTwoDays = { ...systemClock, now: () => Date.now() + 2 * dayMs };
  await clickhouseExpiry(stage.client, policies, inTwoDays).expire(() => undefined, never);
  expect(await stage.sums(env)).toEqual([3, 3, 0, 0]);
  // The source has one more, and it is stored: too late to count.
  await stage.decide(env, hour, [4]);
  await stage.list(env, hour, 4);
  await look();
  expect(await stage.sums(env)).toEqual([3, 3, 1, 0]);
  expect(await stage.seals(env)).toMatchObject([{ state: 'complete', revision: 1, decisions: 3, raw_expired: true }]);
});
