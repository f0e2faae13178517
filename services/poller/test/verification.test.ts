import { hourMs, joinIdsXor, minuteMs } from '@custody/decision';
import { expect, test } from 'vitest';
import { entryAt } from './kit/entries.ts';
import { InProcess, nowMs, readAll } from './kit/in-process.ts';

const fromMs = Math.floor(nowMs / hourMs) * hourMs - 3 * hourMs;
const at = (ms: number) => new Date(ms).toISOString();
const verifyAfterMs = [hourMs, 24 * hourMs];

function entries(count: number, stepMs = 10_000) {
  return Array.from({ length: count }, (_, index) => ({ entry: entryAt(index + 1, at(fromMs + index * stepMs)) }));
}

async function look(world: InProcess, session: Awaited<ReturnType<InProcess['session']>>, afterMs: number) {
  world.nowMs += afterMs;
  await session.pollFresh();
  while (await session.verification.step());
  for (let round = 0; round < 3; round += 1) {
    world.nowMs += 2 * minuteMs;
    await readAll(session);
  }
}

const listedIn = async (world: InProcess) => {
  const hour = (await world.hours()).find((one) => one.hour === at(fromMs));
  return hour?.windows.map(({ state, listed, deleted_at_source }) => [state, listed, deleted_at_source]);
};

/** What the hour's windows tell of ids, and what the source lists in it now; nothing else is listed in these worlds. */
async function idsIn(world: InProcess) {
  const hour = (await world.hours()).find((one) => one.hour === at(fromMs));
  const told = joinIdsXor(...(hour?.windows ?? []).map(({ ids_xor = null }) => ids_xor));
  return { told, listed: joinIdsXor(...world.permit.oracle.listedNow()) };
}

test('each look is taken once, and only at its time', async () => {
  const world = new InProcess({ entries: entries(100) });
  const session = await world.session({ verifyAfterMs });
  await readAll(session);
  expect(await session.verification.step()).toBe(false);
  for (const afterMs of [hourMs, 24 * hourMs]) {
    world.nowMs += afterMs;
    await session.pollFresh();
    expect(await session.verification.step()).toBe(true);
    while (await session.verification.step());
    const again = await world.session({ verifyAfterMs });
    await again.pollFresh();
    expect(await again.verification.step()).toBe(false);
  }
});

test('a smaller count is no fault: what was deleted is recorded, and rows that hid behind it are found', async () => {
  const late = { entry: entryAt(900, at(fromMs + 5_000)), visibleAtMs: nowMs + 10 * minuteMs };
  const gone = entries(10).map((one) => ({ ...one, deletedAtMs: nowMs + 5 * minuteMs }));
  const kept = entries(200).slice(10);
  const world = new InProcess({ entries: [...gone, ...kept, late] });
  const session = await world.session({ verifyAfterMs });
  await readAll(session);
  expect(await listedIn(world)).toEqual([['closed', 200, 0]]);
  const before = await idsIn(world);
  expect(before.told).toBe(before.listed);
  await look(world, session, hourMs + minuteMs);
  expect(world.lost()).toEqual([]);
  expect(await listedIn(world)).toEqual([['closed', 191, 9]]);
  const after = await idsIn(world);
  expect(after.told).toBe(after.listed);
  expect(after.told).not.toBe(before.told);
  expect(session.coverage()).toMatchObject({ blind: 0, unreadable: 0 });
});

test('without counts, a look is a reading, and nobody is blind for it', async () => {
  const late = { entry: entryAt(900, at(fromMs + 5_000)), visibleAtMs: nowMs + 30 * minuteMs };
  const world = new InProcess({ entries: [...entries(150), late], variants: { totalCount: 'absent' } });
  const session = await world.session({ verifyAfterMs });
  for (let round = 0; round < 3; round += 1) {
    await readAll(session);
    world.nowMs += 2 * minuteMs;
  }
  expect(await listedIn(world)).toEqual([['closed', 150, 0]]);
  world.nowMs += hourMs;
  await session.pollFresh();
  const { blind } = session.coverage();
  while (await session.verification.step());
  expect(session.coverage().blind).toBe(blind);
  expect(world.lost()).toEqual([]);
  expect(await listedIn(world)).toEqual([['closed', 151, 0]]);
  const { told, listed } = await idsIn(world);
  expect(told).toBe(listed);
});

test('answers that were falsely empty are found out by the next look', async () => {
  const world = new InProcess({ entries: entries(150) });
  const session = await world.session({ verifyAfterMs });
  world.permit.faults.set({ empty: {} });
  await readAll(session);
  world.permit.faults.clear();
  expect(world.lost()).toHaveLength(150);
  await look(world, session, hourMs + minuteMs);
  expect(world.lost()).toEqual([]);
  expect(await listedIn(world)).toEqual([['closed', 150, 0]]);
});

test('answers that are falsely empty take nothing away from what is known', async () => {
  const world = new InProcess({ entries: entries(150) });
  const session = await world.session({ verifyAfterMs });
  await session.pollFresh();
  await session.history.step();
  world.permit.faults.set({ empty: { every: 2 } });
  await readAll(session);
  world.permit.faults.clear();
  for (let round = 0; round < 4; round += 1) {
    world.nowMs += 2 * minuteMs;
    await readAll(session);
  }
  expect(await listedIn(world)).toEqual([['closed', 150, 0]]);
});

test('a look whose pages are cut short tells of no rows deleted: the window is read again', async () => {
  const [first, ...kept] = entries(250);
  const gone = first && { ...first, deletedAtMs: nowMs + 5 * minuteMs };
  const world = new InProcess({ entries: [...(gone ? [gone] : []), ...kept] });
  const session = await world.session({ verifyAfterMs });
  await readAll(session);
  world.nowMs += hourMs + minuteMs;
  await session.pollFresh();
  world.permit.faults.set({ empty: { fromPage: 2 } });
  while (await session.verification.step());
  expect((await listedIn(world))?.filter(([state]) => state === 'closed')).toEqual([]);
  world.permit.faults.clear();
  await readAll(session);
  world.nowMs += 2 * minuteMs;
  await readAll(session);
  expect(await listedIn(world)).toEqual([['closed', 249, 1]]);
});

test('a source that deletes its oldest rows while they are read is read to what is left, and no one stays blind', async () => {
  const world = new InProcess({ entries: entries(1_000, 9_000) });
  const session = await world.session({ verifyAfterMs });
  let requests = 0;
  const ids = [...world.permit.oracle.listedNow()];
  world.onRequest = () => {
    requests += 1;
    // The oldest go first, one with each request.
    if (requests > 5) world.permit.entries.delete(ids[requests - 6] ?? '', world.nowMs);
  };
  for (let round = 0; round < 12; round += 1) {
    world.nowMs += minuteMs;
    await readAll(session);
  }
  expect(world.lost()).toEqual([]);
  expect(session.coverage().blind).toBe(0);
});
