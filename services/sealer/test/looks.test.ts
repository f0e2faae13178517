import { DeadLetterAccount } from '@custody/account';
import { dayMs, hourMs, minuteMs } from '@custody/decision';
import { CustodyError } from '@custody/runtime';
import { type DueSpan, type HourFacts, type HourToSum, type SealsToWrite, storeErrors } from '@custody/store';
import { expect, test } from 'vitest';
import { createSealerMetrics } from '../src/metrics.ts';
import { sealerPatience } from '../src/patience.ts';
import { Sealer } from '../src/sealer.ts';
import type { SealerStore } from '../src/sealer-store.ts';
import { silent } from './kit/store.ts';

const startMs = Date.UTC(2026, 3, 2, 12);
const never = new AbortController().signal;

function hour(hoursAgo: number, envId = 'env-1'): HourFacts {
  const listing = {
    ...{ isProven: true, beginsInside: false, listed: 1, deletedAtSource: 0, unreadableSeconds: 0 },
    ...{ listedIdsXor: '', updatedAtMs: 1 },
  };
  const state = { saidAtUs: 1, isSettled: true, isSealed: false, isExpired: false, seal: null };
  return { envId, hourStartMs: startMs - hoursAgo * hourMs, listing, ...state };
}

/** A store in memory: what is sealed in it is not due any more. */
function memoryStore(due: HourFacts[]) {
  const calls: string[] = [];
  const written: SealsToWrite[] = [];
  let isTooLate = false;
  const store: SealerStore = {
    clock: async () => 1_000,
    openFutureSeals: async () => 0,
    unsealedHours: async () => [...due],
    hourFacts: async (envId, hours) => due.filter((one) => one.envId === envId && hours.includes(one.hourStartMs)),
    async buildHours({ envId, hours }) {
      calls.push(`${envId} ${hours.length}`);
      return hours.map((hourStartMs) => ({ hourStartMs, build: '1', stored: 1, idsXor: '', content: 'c' }));
    },
    async spansDue() {
      calls.push('days');
      return [] as DueSpan[];
    },
    isSpanDue: async () => true,
    buildSpan: async () => ({ build: '2' }),
    async writeSeals(sealing) {
      if (isTooLate) return false;
      written.push(sealing);
      for (const { envId, startMs: at } of sealing.seals) {
        due.splice(
          due.findIndex((one) => one.envId === envId && one.hourStartMs === at),
          1,
        );
      }
      return true;
    },
    standingBuild: async () => null,
    hoursToSum: async () => [],
    spansToSum: async () => [],
    nameSums: async () => 0,
    openFindings: async () => [],
    async removeIdle() {
      calls.push('sweep');
      return 3;
    },
  };
  const tooLate = (isSo: boolean) => {
    isTooLate = isSo;
  };
  return { store, calls, written, tooLate };
}

function sealerOn(store: SealerStore, decisionsStored = async (_: AbortSignal): Promise<void> => undefined) {
  const clock = { nowMs: startMs };
  const metrics = createSealerMetrics();
  const none = { follow: () => ({ caughtUp: Promise.resolve(), stop: async () => undefined }) };
  const unused = () => {
    throw new Error('not asked for here');
  };
  const sealer = new Sealer({
    ...{ store, metrics, logger: silent, letters: new DeadLetterAccount(none), decisionsStored },
    log: { append: unused, latest: unused, follow: unused, lead: unused },
    patiently: sealerPatience(silent, metrics),
    clock: { now: () => clock.nowMs, sleep: async () => undefined },
    ...{ everyMs: 30_000, latenessMs: 15 * minuteMs, retentionMs: 14 * dayMs },
  });
  const waiting = async () => {
    const { values } = await metrics.waiting.get();
    return Object.fromEntries(values.map(({ labels, value }) => [labels.why, value]));
  };
  return { sealer, clock, metrics, waiting };
}

test('what takes longer than the time between two looks is left to the next one, which begins at once', async () => {
  const { store, calls } = memoryStore([hour(2), hour(2, 'env-2'), hour(3, 'env-3')]);
  const { sealer, clock, metrics, waiting } = sealerOn({
    ...store,
    async buildHours(hours, signal) {
      clock.nowMs += 20_000;
      return store.buildHours(hours, signal);
    },
  });
  expect(await sealer.look(never)).toBe(true);
  expect([calls, await waiting()]).toEqual([['env-1 1', 'env-2 1'], { queued: 1 }]);
  expect((await metrics.oldestUnsealed.get()).values[0]?.value).toBe(3 * 3_600 + 40);
  expect(await sealer.look(never)).toBe(false);
  expect([calls.slice(2), await waiting()]).toEqual([['env-3 1', 'days'], {}]);
  expect((await metrics.oldestUnsealed.get()).values[0]?.value).toBe(0);
});

test('an attempt that came too late counts for nothing, and the hour is still to be sealed', async () => {
  const { store, written, tooLate } = memoryStore([hour(2)]);
  const { sealer, metrics, waiting } = sealerOn(store);
  tooLate(true);
  await sealer.look(never);
  expect([(await metrics.late.get()).values[0]?.value, await waiting(), written]).toEqual([1, { queued: 1 }, []]);
  tooLate(false);
  await sealer.look(never);
  expect([written.map(({ seals }) => seals.length), await waiting()]).toEqual([[1], {}]);
});

test('an hour that is too much for the store holds up no other, and is tried again after a while', async () => {
  const [large, ...others] = [hour(2), hour(3), hour(4)];
  const { store, calls, written } = memoryStore([large as HourFacts, ...others]);
  const { sealer, clock, waiting } = sealerOn({
    ...store,
    async buildHours(hours, signal) {
      const builds = await store.buildHours(hours, signal);
      if (!hours.hours.includes(large?.hourStartMs ?? 0)) return builds;
      throw new CustodyError(storeErrors.STORE_MEMORY, 'too much');
    },
  });
  await sealer.look(never);
  expect(written.flatMap(({ seals }) => seals.map(({ startMs: at }) => at))).toEqual(
    others.map(({ hourStartMs }) => hourStartMs),
  );
  expect(await waiting()).toEqual({ too_large: 1 });
  calls.length = 0;
  await sealer.look(never);
  expect(calls).not.toContain('env-1 1');
  clock.nowMs += 11 * minuteMs;
  await sealer.look(never);
  expect([calls.includes('env-1 1'), await waiting()]).toEqual([true, { too_large: 1 }]);
});

test('what the store’s clock has yet to come to is not summed up in vain', async () => {
  const { store, calls } = memoryStore([{ ...hour(2), saidAtUs: 2_000 }]);
  const { sealer, waiting } = sealerOn(store);
  await sealer.look(never);
  expect([calls, await waiting()]).toEqual([['days'], { changed: 1 }]);
});

test('a day that cannot be summed up is left alone for a while', async () => {
  const { store } = memoryStore([]);
  const { sealer } = sealerOn({
    ...store,
    spansDue: async () => [{ envId: 'env-1', span: 'day', startMs: 0 }],
    writeSeals: async () => false,
  });
  expect(await sealer.look(never)).toBe(false);
});

test('days are looked for after a seal, at the end of a day and every ten minutes; idle rows every hour', async () => {
  const due = [hour(2)];
  const { store, calls } = memoryStore(due);
  const { sealer, clock, metrics } = sealerOn(store);
  const lookAfter = async (ms: number) => {
    clock.nowMs += ms;
    calls.length = 0;
    await sealer.look(never);
    return [...calls];
  };
  expect(await lookAfter(0)).toEqual(['env-1 1', 'days']);
  expect(await lookAfter(minuteMs)).toEqual([]);
  due.push(hour(4));
  expect(await lookAfter(minuteMs)).toEqual(['env-1 1', 'days']);
  expect(await lookAfter(7 * minuteMs)).toEqual([]);
  expect(await lookAfter(4 * minuteMs)).toEqual(['days', 'sweep']);
  expect(await lookAfter(5 * minuteMs)).toEqual([]);
  expect(await lookAfter(hourMs)).toEqual(['days', 'sweep']);
  expect((await metrics.idleRows.get()).values[0]?.value).toBe(6);
});

/** Hours that are not sealed, and what is done about them, in order. */
function interimStore(hours: readonly HourToSum[]) {
  const { store } = memoryStore([]);
  const steps: string[] = [];
  let clockUs = 0;
  const own: SealerStore = {
    ...store,
    async clock() {
      clockUs += 10;
      steps.push(`clock ${clockUs}`);
      return clockUs;
    },
    async hoursToSum({ quietSeconds }) {
      steps.push(`after ${quietSeconds}`);
      return hours;
    },
    async buildHours(built, signal) {
      steps.push(`build ${built.envId} ${built.hours.length}`);
      return store.buildHours(built, signal);
    },
    async nameSums({ span, asOfUs, sums }) {
      steps.push(`name ${span} ${sums.length} ${asOfUs}`);
      return sums.length;
    },
  };
  return { store: own, steps };
}
const hourToSum = (hoursAgo: number, rows: number, envId = 'env-1'): HourToSum => ({
  ...{ envId, rows, hourStartMs: startMs - hoursAgo * hourMs },
});

test('without a seal: the clock first, then what is under way is stored, then the rows, then the name; a backlog holds up nothing', async () => {
  const { store, steps } = interimStore([
    hourToSum(2, 300_000),
    hourToSum(3, 200_001),
    hourToSum(4, 1),
    hourToSum(2, 1, 'env-2'),
  ]);
  const underWay = Promise.withResolvers<void>();
  const { sealer, metrics, clock } = sealerOn(store, async () => {
    steps.push('wait');
    await underWay.promise;
    steps.push('stored');
  });
  expect([await sealer.look(never), await sealer.look(never)]).toEqual([false, false]);
  expect(steps).toEqual(['after 60', 'clock 10', 'wait', 'after 60']);
  steps.length = 0;
  underWay.resolve();
  await sealer.look(never);
  expect(steps).toEqual([
    ...['stored', 'after 60', 'build env-1 1', 'name hour 1 10'],
    ...['build env-1 2', 'name hour 2 10', 'build env-2 1', 'name hour 1 10'],
  ]);
  expect((await metrics.interimSums.get()).values).toMatchObject([{ labels: { span: 'hour' }, value: 4 }]);
  // Later in the hour nobody looks, unless an hour waits to be sealed.
  steps.length = 0;
  clock.nowMs += 15 * minuteMs;
  await sealer.look(never);
  expect(steps).toEqual([]);
});

test('what takes longer than the time between two looks, or is too much for the store, is left', async () => {
  const hours = [hourToSum(2, 500_000), hourToSum(3, 1), hourToSum(4, 1), hourToSum(5, 500_000)];
  const { store, steps } = interimStore(hours);
  const { sealer, clock } = sealerOn({
    ...store,
    async buildHours(built, signal) {
      clock.nowMs += 11_000;
      const builds = await store.buildHours(built, signal);
      if (!built.hours.includes(hours[1]?.hourStartMs ?? 0)) return builds;
      throw new CustodyError(storeErrors.STORE_MEMORY, 'too much');
    },
  });
  await sealer.look(never);
  const named = ['after 60', 'clock 10', 'build env-1 1', 'name hour 1 10', 'build env-1 2'];
  expect(steps).toEqual([...named, 'build env-1 1', 'build env-1 1', 'name hour 1 10']);
  steps.length = 0;
  await sealer.look(never);
  expect(steps.filter((step) => step === 'build env-1 2')).toEqual([]);
});
