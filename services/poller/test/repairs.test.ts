import { hourMs, minuteMs, repairRequestKey, topics } from '@custody/decision';
import { expect, test } from 'vitest';
import { entryAt } from './kit/entries.ts';
import { InProcess, nowMs, readAll } from './kit/in-process.ts';

const thisHour = Math.floor(nowMs / hourMs) * hourMs;
const hour = thisHour - 3 * hourMs;
const at = (ms: number) => new Date(ms).toISOString();
const entries = Array.from({ length: 120 }, (_, index) => ({ entry: entryAt(index + 1, at(hour + index * 20_000)) }));

async function envIdOf(world: InProcess): Promise<string> {
  return (await world.hours())[0]?.env_id ?? '';
}

async function ask(world: InProcess, requestedAt: string, envId?: string, ofHour = hour) {
  const request = {
    env_id: envId ?? (await envIdOf(world)),
    hour: at(ofHour),
    reason: 'rows are missing',
    requested_by: 'sealer',
  };
  const value = new TextEncoder().encode(JSON.stringify({ ...request, requested_at: requestedAt }));
  await world.log.append(topics.repairs.name, [{ key: repairRequestKey(request), value }]);
}

test('an hour that is asked for again is appended again, once for each request, restarts included', async () => {
  const world = new InProcess({ entries });
  const session = await world.session();
  await readAll(session);
  expect(new Set(world.idsInLog().values())).toEqual(new Set([1]));
  const timesInHour = () => {
    const ids = world.idsInLog();
    const inHour = entries.filter(({ entry }) => Date.parse(entry.timestamp) < hour + hourMs);
    return new Set(inHour.map(({ entry }) => ids.get(entry.id.replaceAll('-', ''))));
  };
  await ask(world, at(world.nowMs));
  await session.repairs.refresh();
  while (await session.repairs.step());
  expect(timesInHour()).toEqual(new Set([2]));
  const record = (await world.hours()).find((one) => one.hour === at(hour));
  expect(record).toMatchObject({ repair: { reason: 'rows are missing' }, windows: [{ state: 'closed' }] });

  const again = await world.session();
  await again.repairs.refresh();
  while (await again.repairs.step());
  expect(timesInHour()).toEqual(new Set([2]));
  await ask(world, at(world.nowMs + minuteMs));
  await again.repairs.refresh();
  while (await again.repairs.step());
  expect(timesInHour()).toEqual(new Set([3]));
});

test('what is still remembered as handed on is appended again too', async () => {
  const recent = Array.from({ length: 5 }, (_, index) => ({
    entry: entryAt(index + 1, at(thisHour - 20 * minuteMs + index)),
  }));
  const world = new InProcess({ entries: recent });
  const session = await world.session();
  await readAll(session);
  await ask(world, at(world.nowMs), undefined, thisHour - hourMs);
  await session.repairs.refresh();
  while (await session.repairs.step());
  expect(new Set(world.idsInLog().values())).toEqual(new Set([2]));
});

test('a repair that dies half-way is read to its end by the next run, before history', async () => {
  const world = new InProcess({ entries });
  await readAll(await world.session());
  const first = await world.session();
  await ask(world, at(world.nowMs));
  await first.repairs.refresh();
  world.permit.faults.set({ '503': { fromPage: 2 } });
  await first.repairs.step();
  expect(first.coverage().blind).toBe(3_600);
  world.permit.faults.clear();
  const second = await world.session();
  await second.history.step();
  expect(second.coverage().blind).toBe(3_600);
  expect(await second.repairs.step()).toBe(true);
  expect(second.coverage().blind).toBe(0);
  expect(await second.repairs.step()).toBe(false);
});

test('requests are followed while it runs; other environments and nonsense are left alone', async () => {
  const world = new InProcess({ entries });
  const session = await world.session();
  await readAll(session);
  const before = world.asked.length;
  await ask(world, at(world.nowMs), 'another');
  const key = `${await envIdOf(world)}/x`;
  await world.log.append(topics.repairs.name, [{ key, value: new TextEncoder().encode('{"hour":7}') }]);
  const stopping = new AbortController();
  const running = session.repairs.run(stopping.signal);
  await ask(world, at(world.nowMs));
  const repaired = async () => (await world.hours()).some(({ repair }) => repair !== undefined);
  while (!(await repaired())) await new Promise((resolve) => setImmediate(resolve));
  stopping.abort();
  await running;
  expect(world.asked.length).toBeGreaterThan(before);
  expect(session.coverage().blind).toBe(0);
});
