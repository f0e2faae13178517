import { dayMs, hourMs } from '@custody/decision';
import type { HourFacts } from '@custody/store';
import { expect, test } from 'vitest';
import { planSealing } from '../src/plan-sealing.ts';
import { PutOffHours } from '../src/put-off.ts';

const nowMs = Date.UTC(2026, 3, 2, 12);
const listing = {
  ...{ isProven: true, beginsInside: false, listed: 10, deletedAtSource: 0, unreadableSeconds: 0 },
  ...{ listedIdsXor: '', updatedAtMs: 1 },
};

function hour(hoursAgo: number, rest: Partial<HourFacts> = {}): HourFacts {
  return {
    ...{ envId: 'env-1', hourStartMs: nowMs - hoursAgo * hourMs, listing, saidAtUs: 1 },
    ...{ isSettled: true, isSealed: false, isExpired: false, seal: null },
    ...rest,
  };
}

function plan(hours: HourFacts[], mostRows = 25) {
  const options = { nowMs, retentionMs: 14 * dayMs, mostRows, deadLettersOf: () => 0, putOff: () => null };
  const { batches, waiting } = planSealing(hours, options);
  return {
    batches: batches.map(({ envId, hours: of }) => [
      envId,
      ...of.map(({ hourStartMs }) => (nowMs - hourStartMs) / hourMs),
    ]),
    waiting: waiting.map(({ why }) => why),
  };
}

test('the newest hours come first, in batches of an environment and a month that hold so many rows', () => {
  const other = hour(3, { envId: 'env-2' });
  const unknown = hour(5, { listing: null, hourStartMs: nowMs - 16 * dayMs });
  const hours = [hour(2), hour(3), other, hour(4), hour(37), hour(38), unknown];
  expect(plan(hours).batches).toEqual([
    ['env-1', 2, 3],
    ['env-2', 3],
    ['env-1', 4],
    ['env-1', 37, 38],
    ['env-1', 16 * 24],
  ]);
  expect(plan([hour(2, { listing: { ...listing, listed: 1_000 } })]).batches).toEqual([['env-1', 2]]);
});

test('what is not proven or not settled waits, and what is sealed as it is is not there', () => {
  const seal = {
    ...({
      build: '1',
      revision: 1,
      digest: '',
      previousDigest: '',
      state: 'complete',
      stored: 10,
      deadLetters: 0,
    } as const),
    ...{ missing: 0, reasons: [], content: '', listed: 10, deletedAtSource: 0, unreadableSeconds: 0, listedIdsXor: '' },
  };
  const open = { ...listing, isProven: false };
  const { batches, waiting } = plan([
    hour(2, { listing: open }),
    hour(3, { isSettled: false }),
    hour(4, { seal, isSealed: true }),
    hour(5, { seal, isSealed: false }),
    hour(17 * 24, { listing: open }),
  ]);
  expect(waiting).toEqual(['unproven', 'unsettled', 'queued', 'queued']);
  expect(batches).toEqual([
    ['env-1', 5],
    ['env-1', 17 * 24],
  ]);
});

test('an hour that lacks something is left alone until something of it changes, or for ten minutes', () => {
  const hours = new PutOffHours();
  hours.add(hour(2), 'missing', 0, nowMs);
  expect(hours.why(hour(3), 0, nowMs)).toBeNull();
  expect(hours.why(hour(2), 0, nowMs + 599_000)).toBe('missing');
  expect(hours.why(hour(2), 0, nowMs + 600_000)).toBeNull();
  for (const changed of [hour(2, { saidAtUs: 2 }), hour(2, { listing: { ...listing, updatedAtMs: 2 } })]) {
    hours.add(hour(2), 'missing', 0, nowMs);
    expect(hours.why(changed, 0, nowMs)).toBeNull();
  }
  hours.add(hour(2), 'missing', 0, nowMs);
  expect(hours.why(hour(2), 1, nowMs)).toBeNull();
});
