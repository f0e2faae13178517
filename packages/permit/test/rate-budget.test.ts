import { describe, expect, test } from 'vitest';
import { ManualClock, settle } from '../../../test/kit/manual-clock.ts';
import { createRateBudget, type Priority, type RateBudget } from '../src/index.ts';
import { failureOf } from './fake-api.ts';

/** Asks `count` times at once and notes when each was let through. */
function ask(
  budget: RateBudget,
  clock: ManualClock,
  priority: Priority,
  count: number,
  log: [Priority, number][] = [],
) {
  for (let i = 0; i < count; i += 1) void budget.acquire(priority).then(() => log.push([priority, clock.now()]));
  return log;
}

const minuteMs = 60_000;

describe('a rate budget', () => {
  test.each([1, 7, 60, 600])(
    'of %d lets no more through in any minute, and that much in the long run',
    async (limit) => {
      const clock = new ManualClock();
      const budget = createRateBudget({ requestsPerMinute: limit, clock });
      const log = ask(budget, clock, 'fresh', limit * 5);
      await clock.advance(4 * minuteMs);
      const times = log.map(([, at]) => at);
      for (const [index, at] of times.entries()) {
        const inMinute = times.slice(index).filter((other) => other < at + minuteMs).length;
        expect(inMinute).toBeLessThanOrEqual(Math.max(limit, 2));
      }
      expect(times.length).toBeGreaterThanOrEqual(Math.floor(limit * 4 * 0.5));
    },
  );

  test('lets a first page through at once', async () => {
    const clock = new ManualClock();
    const log = ask(createRateBudget({ clock }), clock, 'fresh', 10);
    await settle();
    expect(log).toHaveLength(10);
  });

  test('serves fresh requests first, each kind in its order', async () => {
    const clock = new ManualClock();
    const budget = createRateBudget({ requestsPerMinute: 60, clock });
    const order: string[] = [];
    const note = (name: string) => () => void order.push(name);
    const spent = ask(budget, clock, 'fresh', 6);
    for (const name of ['b1', 'b2']) void budget.acquire('background').then(note(name));
    await settle();
    expect(spent).toHaveLength(6);
    for (const name of ['f1', 'f2', 'f3']) void budget.acquire('fresh').then(note(name));
    await clock.advance(minuteMs);
    expect(order).toEqual(['f1', 'f2', 'f3', 'b1', 'b2']);
  });

  test('serves what is missed before backfill, and evidence last', async () => {
    const clock = new ManualClock();
    const budget = createRateBudget({ requestsPerMinute: 60, clock });
    ask(budget, clock, 'fresh', 6);
    await settle();
    const log: [Priority, number][] = [];
    for (const priority of ['evidence', 'background', 'repair', 'fresh'] as const) ask(budget, clock, priority, 2, log);
    await clock.advance(minuteMs);
    const each = ['fresh', 'repair', 'background', 'evidence'] as const;
    expect(log.map(([priority]) => priority)).toEqual(each.flatMap((priority) => [priority, priority]));
  });

  test('a clock that is set back by an hour holds up neither the refill nor the end of a pause', async () => {
    const clock = new ManualClock(10 * 3_600_000);
    let backMs = 0;
    const setBack = {
      now: () => clock.now() - backMs,
      sleep: (ms: number, signal?: AbortSignal) => clock.sleep(ms, signal),
    };
    const budget = createRateBudget({ requestsPerMinute: 60, clock: setBack });
    ask(budget, clock, 'fresh', 6);
    budget.throttled(5_000);
    backMs = 3_600_000;
    const log = ask(budget, clock, 'fresh', 3);
    await clock.advance(30_000);
    expect(log).toHaveLength(3);
  });

  test('counts what it let through and what was refused', async () => {
    const clock = new ManualClock();
    const budget = createRateBudget({ requestsPerMinute: 600, clock });
    ask(budget, clock, 'fresh', 10);
    await settle();
    budget.throttled(1_000);
    expect(budget.state()).toMatchObject({ spent: 10, refused: 1, ratePerMinute: 300 });
  });

  test('lets a fresh request go before a background one that waits already, and sooner', async () => {
    const clock = new ManualClock();
    const budget = createRateBudget({ requestsPerMinute: 600, clock });
    ask(budget, clock, 'fresh', 60);
    const log = ask(budget, clock, 'background', 1);
    await clock.advance(50);
    ask(budget, clock, 'fresh', 1, log);
    await clock.advance(minuteMs);
    expect(log.map(([priority]) => priority)).toEqual(['fresh', 'background']);
    expect((log[0]?.[1] ?? 0) - 1_000_000).toBeLessThan(1_000);
  });

  test('keeps a part for fresh requests while background work runs', async () => {
    const clock = new ManualClock();
    const budget = createRateBudget({ requestsPerMinute: 600, clock });
    const log = ask(budget, clock, 'background', 500);
    await clock.advance(10_000);
    const taken = log.length;
    expect(taken).toBeGreaterThan(45);
    ask(budget, clock, 'fresh', 5, log);
    await settle();
    expect(log.slice(taken).map(([priority]) => priority)).toEqual(Array(5).fill('fresh'));
  });

  test('without a limit never waits, but for a 429', async () => {
    const clock = new ManualClock();
    const budget = createRateBudget({ requestsPerMinute: Number.POSITIVE_INFINITY, clock });
    const log = ask(budget, clock, 'background', 5_000);
    await settle();
    expect(log).toHaveLength(5_000);
    budget.throttled(2_000);
    ask(budget, clock, 'fresh', 1, log);
    await clock.advance(1_999);
    expect(log).toHaveLength(5_000);
    await clock.advance(1);
    expect(log).toHaveLength(5_001);
  });
});

describe('after a 429', () => {
  test('nothing goes out before Retry-After has passed, nor all at once then', async () => {
    const clock = new ManualClock();
    const budget = createRateBudget({ clock });
    budget.throttled(5_000);
    const log = ask(budget, clock, 'fresh', 100);
    await clock.advance(5_000);
    expect(log).toHaveLength(0);
    await clock.advance(1_000);
    expect(log.length).toBeGreaterThan(0);
    expect(log.length).toBeLessThanOrEqual(5);
  });

  test('without Retry-After each further one pauses twice as long, up to a minute', async () => {
    const clock = new ManualClock();
    const budget = createRateBudget({ clock });
    const pauses: number[] = [];
    for (let i = 0; i < 8; i += 1) {
      budget.throttled(null);
      pauses.push(budget.state().pausedMs);
      await clock.advance(budget.state().pausedMs);
    }
    expect(pauses).toEqual([1_000, 2_000, 4_000, 8_000, 16_000, 32_000, 60_000, 60_000]);
    await clock.advance(10 * minuteMs);
    budget.throttled(null);
    expect(budget.state().pausedMs).toBe(1_000);
  });

  test('those of requests that were under way together count once', async () => {
    const clock = new ManualClock();
    const budget = createRateBudget({ clock });
    for (let i = 0; i < 20; i += 1) budget.throttled(null);
    expect(budget.state()).toMatchObject({ pausedMs: 1_000, rateShare: 0.5 });
    budget.throttled(3_000);
    expect(budget.state().pausedMs).toBe(3_000);
  });

  test('the rate is halved, and recovers bit by bit', async () => {
    const clock = new ManualClock();
    const budget = createRateBudget({ clock });
    budget.throttled(1_000);
    const shares: number[] = [];
    for (let i = 0; i < 4; i += 1) {
      shares.push(budget.state().rateShare);
      await clock.advance(minuteMs);
    }
    expect(shares[0]).toBe(0.5);
    expect(shares).toEqual(shares.toSorted((a, b) => a - b));
    expect(shares.at(-1)).toBeLessThan(1.01);
    for (let i = 0; i < 10; i += 1) {
      budget.throttled(0);
      await clock.advance(1);
    }
    expect(budget.state().rateShare).toBeGreaterThanOrEqual(1 / 16);
  });

  test('a Retry-After of a day blinds nobody for a day', () => {
    const budget = createRateBudget({ clock: new ManualClock() });
    budget.throttled(24 * 60 * minuteMs);
    expect(budget.state().pausedMs).toBe(15 * minuteMs);
  });

  test('a request that waits already waits longer', async () => {
    const clock = new ManualClock();
    const budget = createRateBudget({ requestsPerMinute: 60, clock });
    const log = ask(budget, clock, 'fresh', 7);
    await settle();
    expect(log).toHaveLength(6);
    budget.throttled(30_000);
    await clock.advance(29_999);
    expect(log).toHaveLength(6);
    await clock.advance(minuteMs);
    expect(log).toHaveLength(7);
  });
});

describe('giving up', () => {
  test('ends a wait at once and takes nothing from the others', async () => {
    const clock = new ManualClock();
    const budget = createRateBudget({ requestsPerMinute: 60, clock });
    ask(budget, clock, 'fresh', 6);
    const leaving = new AbortController();
    const gone = failureOf(budget.acquire('fresh', leaving.signal));
    const log = ask(budget, clock, 'fresh', 1);
    leaving.abort();
    expect(await gone).toMatchObject({ code: 'PERMIT_CANCELLED' });
    expect(budget.state().waiting).toBe(1);
    await clock.advance(2_000);
    expect(log).toHaveLength(1);
  });

  test('before asking asks for nothing', async () => {
    const budget = createRateBudget({ clock: new ManualClock() });
    const { tokens } = budget.state();
    expect(await failureOf(budget.acquire('fresh', AbortSignal.abort()))).toMatchObject({ code: 'PERMIT_CANCELLED' });
    expect(budget.state().tokens).toBe(tokens);
  });
});
