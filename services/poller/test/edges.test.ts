import { joinIdsXor, topics } from '@custody/decision';
import { type ServerOptions, serveEntries } from '@custody/permit-simulator';
import { afterEach, describe, expect, test } from 'vitest';
import { entryAt } from './kit/entries.ts';
import { decisionsIn, Harness, hoursIn, readHistory, recordsOf } from './kit/harness.ts';
import { TestClock } from './kit/test-clock.ts';

const nowMs = Date.parse('2026-03-04T10:20:30Z');
const closers: (() => Promise<void>)[] = [];

afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

async function over(entries: readonly Record<string, unknown>[], options: ServerOptions = {}) {
  const clock = new TestClock(nowMs);
  const api = await serveEntries({
    entries,
    now: () => clock.now(),
    requestsPerMinute: Number.POSITIVE_INFINITY,
    ...options,
  });
  closers.push(() => api.stop());
  const harness = await Harness.open({ ...api, clock });
  closers.push(() => harness.close());
  return { clock, harness };
}

const boundaryTimes = [
  '2026-03-04T05:00:00Z',
  '2026-03-04T05:00:00.000000001Z',
  '2026-03-04T05:59:59.999Z',
  '2026-03-04T05:59:59.9995Z',
  '2026-03-04T05:59:59.999999999+00:00',
  '2026-03-04T06:00:00+00:00',
  '2026-03-04T06:00:00.000Z',
  '2026-03-04T06:00:00.5Z',
  '2026-03-04T08:00:01+02:00',
  '2026-03-04T06:59:59Z',
  '2026-03-04T07:00:00.000999Z',
];

describe('the edges of windows', () => {
  test.each([
    {},
    { order: 'oldest-first' },
    { lowerBound: 'exclusive', upperBound: 'exclusive' },
    { upperBound: 'whole-second' },
  ] as const)('rows on a boundary are neither lost nor in two windows, with %o', async (variants) => {
    const entries = boundaryTimes.map((time, index) => entryAt(index + 1, time));
    const { harness } = await over(entries, { variants });
    const session = await harness.session();
    await session.proveRecent();
    await readHistory(session);
    const records = await recordsOf(harness.log, topics.decisions.name);
    expect(records).toHaveLength(entries.length);
    const hours = await hoursIn(harness.log);
    const listedAt = (hour: string) =>
      hours.find((one) => one.hour === hour)?.windows.reduce((sum, window) => sum + window.listed, 0);
    expect(listedAt('2026-03-04T05:00:00.000Z')).toBe(5);
    expect(listedAt('2026-03-04T06:00:00.000Z')).toBe(5);
    expect(listedAt('2026-03-04T07:00:00.000Z')).toBe(1);
    const old = hours.filter(({ hour }) => hour < '2026-03-04T10');
    expect(new Set(old.flatMap(({ windows }) => windows.map(({ proof }) => proof)))).toEqual(new Set(['count']));
  });
});

function times(count: number, fromMs: number, spanMs: number): string[] {
  return Array.from({ length: count }, (_, index) =>
    new Date(fromMs + Math.floor((index * spanMs) / count)).toISOString(),
  );
}

describe('more than a query can list', () => {
  test.each([{}, { totalCount: 'absent' }] as const)(
    'an hour with too many entries is split, and every part is read, with %o',
    async (variants) => {
      const fromMs = Date.parse('2026-03-04T03:00:00Z');
      const entries = times(10_100, fromMs, 3_600_000).map((time, index) => entryAt(index + 1, time));
      const { clock, harness } = await over(entries, { variants });
      const session = await harness.session();
      await readHistory(session);
      clock.advance(61_000);
      await readHistory(session);
      expect((await decisionsIn(harness.log)).size).toBe(entries.length);
      const hour = (await hoursIn(harness.log)).find((one) => one.hour === '2026-03-04T03:00:00.000Z');
      expect(new Set(hour?.windows.map(({ state }) => state))).toEqual(new Set(['closed']));
      expect(hour?.windows.reduce((sum, { listed }) => sum + listed, 0)).toBe(entries.length);
    },
  );

  test('a second with too many, of which the source counts no more than it lists, is unreadable and says so; what it lists is handed on, and reading goes on', async () => {
    const burstMs = Date.parse('2026-03-04T03:30:10Z');
    const burst = times(10_050, burstMs, 900).map((time, index) => entryAt(index + 1, time));
    const others = times(300, Date.parse('2026-03-04T03:00:00Z'), 3_600_000).map((time, index) =>
      entryAt(index + 50_000, time),
    );
    const later = entryAt(90_000, '2026-03-04T06:00:00Z');
    const { harness } = await over([...burst, ...others, later], { variants: { totalCount: 'capped' } });
    const session = await harness.session();
    await readHistory(session);
    const handedOn = await decisionsIn(harness.log);
    for (const { id } of [...others, later]) expect(handedOn.has(id.replaceAll('-', ''))).toBe(true);
    expect(handedOn.size).toBeGreaterThanOrEqual(10_000);
    const hour = (await hoursIn(harness.log)).find((one) => one.hour === '2026-03-04T03:00:00.000Z');
    const unreadable = hour?.windows.filter(({ state }) => state === 'unreadable') ?? [];
    // The burst's own second, and its neighbours as far as the padded request reaches into it.
    expect(unreadable.map(({ from }) => from)).toContain('2026-03-04T03:30:10.000Z');
    expect(unreadable.length).toBeLessThanOrEqual(4);
    expect(unreadable.every(({ reason }) => reason.includes('10000'))).toBe(true);
    expect(hour?.windows.filter(({ state }) => state === 'open')).toEqual([]);
    expect(session.coverage().unreadable).toBe(unreadable.length);
  });

  test('a second with too many is proven by facets where they add up to its count, entries without a decision included', async () => {
    const burstMs = Date.parse('2026-03-04T03:30:10Z');
    const tools = ['read', 'write', 'list'];
    const burst = times(10_400, burstMs, 900).map((time, index) =>
      entryAt(index + 1, time, {
        action: tools[index % 3],
        resource_type: 'linear',
        decision: index % 50 === 0 ? null : index % 5 !== 0,
      }),
    );
    const { harness } = await over(burst);
    const session = await harness.session();
    await readHistory(session);
    expect((await decisionsIn(harness.log)).size).toBe(burst.length);
    const hour = (await hoursIn(harness.log)).find((one) => one.hour === '2026-03-04T03:00:00.000Z');
    expect(new Set(hour?.windows.map(({ state }) => state))).toEqual(new Set(['closed']));
    const second = hour?.windows.find(({ from }) => from === '2026-03-04T03:30:10.000Z');
    expect(second).toMatchObject({ proof: 'count', listed: burst.length, counted: burst.length });
    // Facets that overlap, and the plain query after them, listed many ids more than once.
    expect(second?.ids_xor).toBe(joinIdsXor(...burst.map(({ id }) => id.replaceAll('-', ''))));
    expect(second?.facets?.length).toBeGreaterThan(1);
    expect(session.coverage()).toMatchObject({ unreadable: 0, rowsListed: burst.length, rowsMissing: 0 });
  });
});
