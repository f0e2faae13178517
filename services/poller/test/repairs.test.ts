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

test('hours before the beginning of history are read when asked for, and history reaches back to them', async () => {
  const world = new InProcess({ entries });
  const options = { lookbackDays: 1 / 24 };
  const session = await world.session(options);
  await readAll(session);
  expect(world.idsInLog().size).toBe(0);
  const before = session.coverage();
  await ask(world, at(world.nowMs));
  await session.repairs.refresh();
  while (await session.repairs.step());
  expect(world.idsInLog().size).toBe(120);
  expect((await world.hours()).map((one) => one.hour)[0]).toBe(at(hour));
  // The hours between count too until history has read them, also after a restart.
  const again = await world.session(options);
  expect(again.coverage().blind).toBe(hourMs / 1_000);
  while (await again.history.step());
  expect(again.coverage().blind).toBe(before.blind);
  expect(again.coverage().rowsRead).toBe(120);
});

test('many hours that are only wanted again are taken up one by one, behind those that miss rows', async () => {
  const world = new InProcess({ entries });
  const session = await world.session();
  await readAll(session);
  const append = async (hours: number, requested_by: string) => {
    const request = { env_id: await envIdOf(world), hour: at(hour - hours * hourMs), reason: 'wanted', requested_by };
    const value = new TextEncoder().encode(JSON.stringify({ ...request, requested_at: at(world.nowMs) }));
    await world.log.append(topics.repairs.name, [{ key: repairRequestKey(request), value }]);
  };
  await append(0, 'backfill');
  await append(1, 'backfill');
  await append(2, 'consumer');
  await session.repairs.refresh();
  const order: string[] = [];
  while (await session.repairs.step()) {
    // Proven again before the next is opened.
    expect(session.coverage().blind).toBe(0);
    const taken = (await world.hours()).filter((one) => one.repair && !order.includes(one.hour));
    order.push(...taken.map((one) => one.hour));
  }
  expect(order).toEqual([at(hour - 2 * hourMs), at(hour), at(hour - hourMs)]);
});

test('that an hour was backfilled stays on record, whoever asks for it afterwards', async () => {
  const world = new InProcess({ entries });
  const session = await world.session();
  await readAll(session);
  const append = async (hours: number, requested_by: string, minutes: number) => {
    const request = { env_id: await envIdOf(world), hour: at(hour - hours * hourMs), reason: 'test', requested_by };
    const value = new TextEncoder().encode(
      JSON.stringify({ ...request, requested_at: at(world.nowMs + minutes * minuteMs) }),
    );
    await world.log.append(topics.repairs.name, [{ key: repairRequestKey(request), value }]);
    await session.repairs.refresh();
  };
  const markOf = async (hours: number) =>
    (await world.hours()).find((one) => one.hour === at(hour - hours * hourMs))?.repair;
  await append(0, 'backfill', 0);
  while (await session.repairs.step());
  await append(0, 'sealer', 1);
  while (await session.repairs.step());
  expect(await markOf(0)).toMatchObject({ requested_by: 'sealer', backfill_asked_at: at(world.nowMs) });
  // Asked for by somebody else before the backfill was taken up.
  await append(1, 'backfill', 2);
  await append(1, 'consumer', 3);
  while (await session.repairs.step());
  expect(await markOf(1)).toMatchObject({
    requested_by: 'consumer',
    backfill_asked_at: at(world.nowMs + 2 * minuteMs),
  });
  await append(2, 'sealer', 4);
  while (await session.repairs.step());
  expect(await markOf(2)).not.toHaveProperty('backfill_asked_at');
});
