import { DeadLetterAccount } from '@custody/account';
import { dayMs, hourMs, minuteMs } from '@custody/decision';
import { CustodyError } from '@custody/runtime';
import { type DueSpan, type HourFacts, type SealsToWrite, storeErrors } from '@custody/store';
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

function sealerOn(store: SealerStore) {
  const clock = { nowMs: startMs };
  const metrics = createSealerMetrics();
  const none = { follow: () => ({ caughtUp: Promise.resolve(), stop: async () => undefined }) };
  const unused = () => {
    throw new Error('not asked for here');
  };
  const sealer = new Sealer({
    ...{ store, metrics, logger: silent, letters: new DeadLetterAccount(none), decisionsStored: async () => undefined },
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
