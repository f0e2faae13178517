import { minuteMs, secondMs } from '@custody/decision';
import { expect, test, vi } from 'vitest';
import { entryAt } from './kit/entries.ts';
import { InProcess, nowMs, readAll } from './kit/in-process.ts';

const mostResults = 200;
vi.mock('../src/source.ts', async (original) => ({ ...(await original<object>()), tooManyResults: 200 }));

function entries(count: number, spreadMs: number) {
  return Array.from({ length: count }, (_, index) => {
    const atMs = nowMs - 30 * minuteMs + Math.floor((index * spreadMs) / count);
    return { entry: entryAt(index + 1, new Date(atMs).toISOString()) };
  });
}

test('a second of which the source only estimates how much it holds is said to be unreadable, and not read for ever', async () => {
  const given = entries(mostResults + 50, secondMs);
  const world = new InProcess({ entries: given, mostResults, variants: { totalCount: 'estimated' } });
  const session = await world.session();
  for (let round = 0; round < 6; round += 1) {
    await readAll(session);
    world.nowMs += minuteMs;
  }
  await readAll(session);
  expect(session.coverage()).toMatchObject({ blind: 0, unreadable: 3 });
  expect(world.lost()).toEqual([]);
  const asked = world.asked.length;
  world.nowMs += minuteMs;
  await session.history.step();
  expect(world.asked.length - asked).toBeLessThan(2);
});

test('a page is handed on though its window is too large: the source may delete what it has listed', async () => {
  const world = new InProcess({ entries: entries(mostResults + 50, 5 * minuteMs), mostResults });
  const session = await world.session();
  const { oracle, entries: listed } = world.permit;
  const reported = new Set(oracle.served);
  world.onRequest = () => {
    for (const id of oracle.served) if (!reported.has(id)) listed.delete(id, world.nowMs);
  };
  await readAll(session);
  const ids = world.idsInLog();
  expect(oracle.served.size).toBeGreaterThan(reported.size);
  expect([...oracle.served].filter((id) => !reported.has(id) && !ids.has(id))).toEqual([]);
});
