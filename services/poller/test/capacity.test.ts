import { hourMs, minuteMs, secondMs } from '@custody/decision';
import { expect, test } from 'vitest';
import { entryAt } from './kit/entries.ts';
import { InProcess, nowMs, readAll } from './kit/in-process.ts';

const at = (ms: number) => new Date(ms).toISOString();

test('more than the budget can read: coverage falls openly, a line and a metric name the rate, and it recovers', async () => {
  const perSecond = 100;
  const entries = Array.from({ length: 240 * perSecond }, (_, index) => {
    const atMs = nowMs + (index * secondMs) / perSecond;
    return { entry: entryAt(index + 1, at(atMs)), visibleAtMs: atMs };
  });
  // 30 requests a minute read 3,000 decisions; 6,000 a minute come.
  const world = new InProcess({ entries, requestsPerMinuteOfOurs: 30 });
  const session = await world.session({ lookbackDays: 0, latenessMs: 5 * minuteMs });
  let blind = 0;
  // It works without a pause, so that only the requests show how far it is behind.
  world.onRequest = () => {
    blind = Math.max(blind, session.coverage().blind);
  };
  while (world.nowMs < nowMs + 12 * minuteMs) {
    world.nowMs += 5 * secondMs;
    await session.pollFresh();
    await session.proveRecent();
  }
  expect(blind).toBeGreaterThan(30);
  const warned = world.said.filter(({ message }) => String(message).includes('than the budget of requests can read'));
  expect(warned[0]).toMatchObject({ level: 'warn', readablePerMinute: 3_000, requestsPerMinute: 30 });
  expect(Number(warned[0]?.decisionsPerMinute)).toBeGreaterThan(3_000);
  expect(await world.registry.metrics()).toMatch(/custody_poller_source_decisions_per_minute\{[^}]*\} \d+/);
  for (let round = 0; round < 60 && session.coverage().blind > 0; round += 1) {
    world.nowMs += minuteMs;
    await readAll(session);
  }
  expect(world.lost()).toEqual([]);
  expect(session.coverage().blind).toBe(0);
});

test('a source that throttles is not hammered, and what it refused is counted over all runs', async () => {
  const entries = Array.from({ length: 300 }, (_, index) => ({
    entry: entryAt(index + 1, at(nowMs - 2 * hourMs + index * 10_000)),
  }));
  const world = new InProcess({ entries, requestsPerMinute: 30, requestsPerMinuteOfOurs: 600 });
  const session = await world.session();
  for (let round = 0; round < 30; round += 1) {
    await readAll(session);
    world.nowMs += 10 * secondMs;
  }
  await readAll(session);
  expect(world.lost()).toEqual([]);
  const { spent, refused } = world.budget.state();
  expect(refused).toBeGreaterThan(0);
  expect(refused / spent).toBeLessThan(0.2);
  await session.journal.write();
  const restarted = await world.session();
  const { requests_spent, requests_refused } = restarted.journal.current();
  expect(requests_spent).toBeGreaterThanOrEqual(spent);
  expect(requests_refused).toBe(refused);
});

test('a first start says what it is going to read before it reads', async () => {
  const oldestMs = nowMs - 40 * hourMs;
  const entries = Array.from({ length: 700 }, (_, index) => ({
    entry: entryAt(index + 1, at(oldestMs + index * 2 * minuteMs)),
  }));
  const world = new InProcess({ entries, requestsPerMinuteOfOurs: 60 });
  const session = await world.session({ lookbackDays: 3 });
  const report = world.said.find(({ message }) => String(message).startsWith('first start'));
  expect(report).toMatchObject({
    oldest: at(oldestMs),
    isAtLeast: false,
    envId: expect.stringMatching(/^[0-9a-f-]{32,36}$/),
  });
  expect(Number(report?.decisions)).toBeGreaterThanOrEqual(700);
  expect(Number(report?.decisions)).toBeLessThanOrEqual(704);
  const before = world.asked.length;
  while (await session.history.step());
  const spent = world.asked.length - before;
  expect(Number(report?.requests)).toBeGreaterThan(spent * 0.8);
  expect(Number(report?.requests)).toBeLessThan(spent * 1.25);
  expect(Number(report?.seconds)).toBe(Number(report?.requests));
  world.said.length = 0;
  await world.session({ lookbackDays: 3 });
  expect(world.said.filter(({ message }) => String(message).startsWith('first start'))).toEqual([]);
});
