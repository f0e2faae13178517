import { hourMs, minuteMs, secondMs } from '@custody/decision';
import { expect, test } from 'vitest';
import { entryAt } from './kit/entries.ts';
import { InProcess, nowMs, readAll } from './kit/in-process.ts';

const at = (ms: number) => new Date(ms).toISOString();

const facts = {
  users: [{ id: 'u1', key: 'agent|a1', created_at: at(0) }],
  role_assignments: [],
  relationship_tuples: [],
  resources: [{ id: 'r1', key: 'linear' }],
};

test('a quiet environment costs no more than 30 requests a minute, facts included', async () => {
  const world = new InProcess({ facts, hasFacts: true });
  const session = await world.session({ latenessMs: 900 * secondMs, verifyAfterMs: [hourMs] });
  await session.facts.refresh();
  await readAll(session);
  const before = world.asked.length;
  const minutes = 150;
  for (let minute = 0; minute < minutes; minute += 1) {
    await world.live(session, 1);
    await session.facts.refresh();
    while (await session.verification.step());
    while (await session.history.step());
  }
  expect(session.coverage().blind).toBe(0);
  expect((world.asked.length - before) / minutes).toBeLessThanOrEqual(30);
});

test.each([1, 5, 15])('a poll of %i decisions a second makes two requests at most', async (perSecond) => {
  const spanMs = 10 * minuteMs;
  const entries = Array.from({ length: (spanMs / secondMs) * perSecond }, (_, index) => {
    const atMs = nowMs + (index * secondMs) / perSecond;
    // Late by up to ten seconds, as a PDP that ships in batches has them.
    return { entry: entryAt(index + 1, at(atMs)), visibleAtMs: atMs + ((index * 7919) % 10_000) };
  });
  const world = new InProcess({ entries });
  const session = await world.session();
  await readAll(session);
  let most = 0;
  for (let poll = 0; poll < spanMs / (5 * secondMs); poll += 1) {
    world.nowMs += 5 * secondMs;
    const before = world.asked.length;
    await session.pollFresh();
    most = Math.max(most, world.asked.length - before);
    await session.proveRecent();
  }
  expect(most).toBeLessThanOrEqual(2);
  await world.live(session, 3);
  expect(world.lost()).toEqual([]);
});

test('closed ranges of history cost no more than 10.5 requests for a thousand decisions, their proof included', async () => {
  const fromMs = Math.floor(nowMs / hourMs) * hourMs - 5 * hourMs;
  const count = 40_000;
  const entries = Array.from({ length: count }, (_, index) => ({
    entry: entryAt(index + 1, at(fromMs + Math.floor((index * 4 * hourMs) / count))),
  }));
  const world = new InProcess({ entries });
  const session = await world.session({ lookbackDays: 5 / 24 });
  const before = world.asked.length;
  while (await session.history.step());
  const closed = (await world.hours()).flatMap(({ windows }) => windows).filter(({ state }) => state === 'closed');
  const listed = closed.reduce((sum, window) => sum + window.listed, 0);
  expect(listed).toBeGreaterThan(20_000);
  expect(((world.asked.length - before) / listed) * 1_000).toBeLessThanOrEqual(10.5);
});
