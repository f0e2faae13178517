import { hourMs, minuteMs } from '@custody/decision';
import { expect, test } from 'vitest';
import { SourceTime } from '../src/source-time.ts';
import { entryAt } from './kit/entries.ts';
import { InProcess, nowMs, readAll } from './kit/in-process.ts';
import { TestClock } from './kit/test-clock.ts';

const at = (ms: number) => new Date(ms).toISOString();

function steadyEntries(minutes: number) {
  return Array.from({ length: minutes * 6 }, (_, index) => {
    const atMs = nowMs + index * 10_000;
    return { entry: entryAt(index + 1, at(atMs)), visibleAtMs: atMs + ((index * 7919) % 55_000) };
  });
}

test.each([-45, -5, 5, 45])(
  'a machine clock that is %i minutes wrong makes no gap and no one blind',
  async (minutes) => {
    const world = new InProcess({ entries: steadyEntries(20) });
    world.skewMs = minutes * minuteMs;
    const session = await world.session();
    await readAll(session);
    await world.live(session, 25);
    expect(world.lost()).toEqual([]);
    expect(session.coverage().blind).toBe(0);
    expect(session.coverage().open).toBeLessThanOrEqual(121);
  },
);

test('a machine clock that jumps to and fro makes no gap, restarts included', async () => {
  const world = new InProcess({ entries: steadyEntries(30) });
  let session = await world.session();
  await readAll(session);
  for (const minutes of [0, 30, -30, 5, -59, 59, 0]) {
    world.skewMs = minutes * minuteMs;
    if (minutes === 59) session = await world.session();
    await world.live(session, 5);
    const closed = (await world.hours()).flatMap(({ windows }) => windows).filter(({ state }) => state === 'closed');
    for (const { to, closed_at } of closed) {
      expect(Date.parse(closed_at ?? '')).toBeGreaterThanOrEqual(Date.parse(to) + minuteMs);
    }
  }
  expect(world.lost()).toEqual([]);
  expect(session.coverage().blind).toBe(0);
});

test('a restart whose clock is ahead proves nothing by it before the source has told the time', async () => {
  const world = new InProcess({ entries: steadyEntries(20) });
  await readAll(await world.session());
  world.skewMs = 45 * minuteMs;
  const session = await world.session();
  await session.proveRecent();
  const closed = (await world.hours()).flatMap(({ windows }) => windows).filter(({ state }) => state === 'closed');
  for (const { to } of closed) expect(Date.parse(to)).toBeLessThanOrEqual(world.nowMs - minuteMs);
  await world.live(session, 25);
  expect(world.lost()).toEqual([]);
});

test('a source that does not tell the time is read by the machine’s own', async () => {
  const world = new InProcess({ entries: steadyEntries(10), faults: { date: { absent: true } } });
  const session = await world.session();
  await readAll(session);
  await world.live(session, 15);
  expect(world.lost()).toEqual([]);
  expect(session.coverage().blind).toBe(0);
});

test('a source whose servers differ by half a minute loses nothing', async () => {
  const world = new InProcess({ entries: steadyEntries(10), faults: { date: { jumpSeconds: 30 } } });
  const session = await world.session({ latenessMs: 2 * minuteMs });
  await readAll(session);
  await world.live(session, 18);
  expect(world.lost()).toEqual([]);
});

test('the source’s clock decides; one that is hours ahead is not followed', () => {
  const clock = new TestClock(nowMs);
  const time = new SourceTime(clock);
  expect([time.earliestMs(), time.latestMs(), time.skewMs()]).toEqual([nowMs, nowMs, null]);
  time.observe(nowMs + 10 * minuteMs);
  expect([time.earliestMs(), time.tellMs()]).toEqual([nowMs + 10 * minuteMs, nowMs + 10 * minuteMs]);
  clock.advance(minuteMs);
  expect([time.earliestMs(), time.tellMs()]).toEqual([nowMs + 10 * minuteMs, nowMs + 11 * minuteMs]);
  clock.advance(-hourMs);
  expect(time.tellMs()).toBe(nowMs + 10 * minuteMs);
  time.observe(null);
  expect(time.skewMs()).toBe(-10 * minuteMs);
  time.observe(nowMs + 24 * hourMs);
  expect(time.earliestMs()).toBe(clock.now() + hourMs);
});
