import { hourMs, minuteMs } from '@custody/decision';
import { expect, test } from 'vitest';
import { entryAt } from './kit/entries.ts';
import { InProcess, nowMs, readAll } from './kit/in-process.ts';

const at = (ms: number) => new Date(ms).toISOString();

function entries(count: number, fromMs: number, spanMs: number) {
  return Array.from({ length: count }, (_, index) => ({
    entry: entryAt(index + 1, at(fromMs + Math.floor((index * spanMs) / count))),
  }));
}

test('hashicorp-forge/grove#17: rows that arrive after newer ones were read are not behind a cursor', async () => {
  const late = { entry: entryAt(900, at(nowMs + 10_000)), visibleAtMs: nowMs + 55_000 };
  const newer = { entry: entryAt(901, at(nowMs + 40_000)), visibleAtMs: nowMs + 40_000 };
  const world = new InProcess({ entries: [late, newer] });
  const session = await world.session();
  await readAll(session);
  await world.live(session, 3);
  expect(world.lost()).toEqual([]);
  expect(session.coverage().blind).toBe(0);
});

test('elastic/integrations#20964: a second count of every hour finds no gap at the edges of windows', async () => {
  const edges = [-1_000, -1, 0, 1, 999, 1_000].flatMap((offset) =>
    [1, 2, 3, 4].map((hour) => Math.floor(nowMs / hourMs) * hourMs - hour * hourMs + offset),
  );
  const world = new InProcess({
    entries: edges.map((ms, index) => ({ entry: entryAt(index + 1, at(ms)) })),
    variants: { lowerBound: 'exclusive', upperBound: 'exclusive' },
  });
  await readAll(await world.session());
  for (const { hour, windows } of await world.hours()) {
    const fromMs = Date.parse(hour);
    const truth = world.permit.oracle.listed({ asOfMs: world.nowMs, fromMs, toMs: fromMs + hourMs }).size;
    expect(windows.reduce((sum, { listed }) => sum + listed, 0)).toBe(truth);
  }
  expect(world.lost()).toEqual([]);
});

test('Azure-Sentinel#11917: a validating look finds rows that came after their window was closed, and costs a count', async () => {
  const fromMs = nowMs - 2 * hourMs;
  const late = { entry: entryAt(900, at(fromMs + minuteMs)), visibleAtMs: nowMs + 30 * minuteMs };
  const world = new InProcess({ entries: [...entries(150, fromMs, hourMs), late] });
  const session = await world.session({ verifyAfterMs: [hourMs, 24 * hourMs] });
  await readAll(session);
  expect(world.idsInLog().size).toBe(150);
  world.nowMs += hourMs + minuteMs;
  await session.pollFresh();
  const before = world.asked.length;
  let looks = 0;
  while (await session.verification.step()) looks += 1;
  expect(world.asked.length - before).toBe(looks);
  expect(world.lost()).toHaveLength(1);
  expect(session.coverage().blind).toBeGreaterThan(0);
  await readAll(session);
  expect(world.lost()).toEqual([]);
  expect(session.coverage().blind).toBe(0);
  expect(await session.verification.step()).toBe(false);
});

test('Azure-Sentinel#14984: a burst whose reading always fails half-way is read in parts, and gets to its end', async () => {
  const fromMs = Math.floor(nowMs / hourMs) * hourMs - 3 * hourMs;
  const world = new InProcess({ entries: entries(2_400, fromMs, hourMs), faults: { '503': { fromPage: 5 } } });
  const session = await world.session();
  for (let round = 0; round < 12 && world.lost().length > 0; round += 1) {
    await readAll(session);
    world.nowMs += minuteMs;
  }
  expect(world.lost()).toEqual([]);
  for (let round = 0; round < 3; round += 1) {
    world.nowMs += 2 * minuteMs;
    await readAll(session);
  }
  expect(session.coverage().blind).toBe(0);
});

test('elastic/integrations#12988 and #3937: progress rests on no element of a page, whatever its order', async () => {
  const fromMs = nowMs - 2 * hourMs;
  const world = new InProcess({
    entries: entries(900, fromMs, 90 * minuteMs),
    variants: { pageOrder: 'shuffled', ties: 'shuffled', order: 'oldest-first' },
  });
  const session = await world.session();
  await readAll(session);
  expect(world.lost()).toEqual([]);
  const asked = world.asked.length;
  await readAll(session);
  // Everything is proven: a page of fresh rows and a look at the open stretch, and nothing that was read before.
  expect(world.asked.length - asked).toBeLessThanOrEqual(3);
});

test('the okta source of Vector: a restart goes on at what is proven, not at now', async () => {
  const all = entries(400, nowMs - 5 * hourMs, 10 * hourMs);
  const world = new InProcess({
    entries: all.map(({ entry }) => ({ entry, visibleAtMs: Date.parse(entry.timestamp) })),
  });
  const first = await world.session();
  await first.pollFresh();
  await first.history.step();
  world.nowMs += 4 * hourMs;
  const second = await world.session();
  await readAll(second);
  expect(world.lost()).toEqual([]);
  world.nowMs += 2 * hourMs;
  await readAll(second);
  expect(world.lost()).toEqual([]);
});

test('opa#7446: how blind it is, is one figure, on /metrics and in the windows topic', async () => {
  const world = new InProcess({ entries: entries(50, nowMs - 2 * hourMs, hourMs) });
  const session = await world.session();
  await readAll(session);
  expect(session.coverage()).toMatchObject({ blind: 0, unreadable: 0, rowsListed: 50, rowsRead: 50, rowsMissing: 0 });
  world.permit.faults.set({ '503': {} });
  await world.live(session, 10);
  const coverage = session.coverage();
  expect(coverage.blind).toBeGreaterThan(8 * 60);
  expect(session.journal.current()).toMatchObject({
    blind_seconds: coverage.blind,
    requests_refused: 0,
    oldest_open: at(coverage.oldestOpenMs ?? 0),
  });
  world.permit.faults.clear();
  world.nowMs += 16 * minuteMs;
  await readAll(session);
  expect(session.coverage().blind).toBe(0);
});
