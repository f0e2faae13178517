import { type Simulator, type SimulatorOptions, startSimulator } from '@custody/permit-simulator';
import { afterEach, describe, expect, test } from 'vitest';
import type { Session } from '../src/session.ts';
import { decisionsIn, Harness, hoursIn, readHistory } from './kit/harness.ts';
import { TestClock } from './kit/test-clock.ts';

const anchorMs = Date.parse('2026-03-04T10:20:30Z');
const dayMs = 86_400_000;
const closers: (() => Promise<void>)[] = [];

afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

async function start(options: Partial<SimulatorOptions> = {}, latenessSeconds = 60) {
  const clock = new TestClock(anchorMs);
  const simulator = await startSimulator({
    seed: 7,
    anchorMs,
    now: () => clock.now(),
    requestsPerMinute: Number.POSITIVE_INFINITY,
    historyDays: 1,
    historyDecisions: 2_500,
    ...options,
  });
  closers.push(() => simulator.stop());
  const harness = await Harness.open({ url: simulator.url, apiKey: simulator.apiKey, clock, latenessSeconds });
  closers.push(() => harness.close());
  return { clock, simulator, harness };
}

/** One poll after the other, five seconds apart. */
async function live(session: Session, clock: TestClock, minutes: number): Promise<void> {
  for (let poll = 0; poll < minutes * 12; poll += 1) {
    clock.advance(5_000);
    await session.pollFresh();
    await session.proveRecent();
  }
}

async function expectExactly(harness: Harness, { world }: Simulator, untilMs: number, nowMs: number): Promise<void> {
  const truth = new Map(world.entriesBetween(anchorMs - 2 * dayMs, untilMs, nowMs).map((entry) => [entry.id, entry]));
  const handedOn = await decisionsIn(harness.log);
  const lost = [...truth.keys()].filter((id) => !handedOn.has(id));
  expect(lost).toEqual([]);
  const all = new Map(world.entriesBetween(anchorMs - 2 * dayMs, nowMs + 1, nowMs).map((entry) => [entry.id, entry]));
  expect([...handedOn.keys()].filter((id) => !all.has(id))).toEqual([]);
  for (const [id, { texts, hours }] of handedOn) {
    const entry = all.get(id);
    expect([...texts]).toEqual([entry?.json]);
    const hour = new Date(Math.floor((entry?.timestampMs ?? 0) / 3_600_000) * 3_600_000).toISOString();
    expect([...hours]).toEqual([hour]);
  }
}

describe('everything that the source lists is in the log, and nothing else', () => {
  test('history and live traffic, byte for byte, each in its hour, proven by count', async () => {
    const { clock, simulator, harness } = await start({ livePerSecond: 2 });
    const session = await harness.session();
    await session.pollFresh();
    await session.proveRecent();
    await readHistory(session);
    await live(session, clock, 6);
    const nowMs = clock.now();
    // Everything that is visible now, the newest included.
    await expectExactly(harness, simulator, nowMs + 1, nowMs);
    const windows = (await hoursIn(harness.log)).flatMap((hour) => hour.windows);
    const closed = windows.filter(({ state }) => state === 'closed');
    expect(new Set(closed.map(({ proof }) => proof))).toEqual(new Set(['count']));
    expect(session.coverage().unreadable).toBe(0);
    // What is old enough to be closed is closed, but for the slice and the poll that are under way.
    expect(session.coverage().blind).toBeLessThanOrEqual(10);
    const listed = closed.reduce((sum, window) => sum + window.listed, 0);
    const proven = simulator.world
      .entriesBetween(anchorMs - 2 * dayMs, nowMs, nowMs)
      .filter(({ timestampMs }) =>
        closed.some(({ from, to }) => Date.parse(from) <= timestampMs && timestampMs < Date.parse(to)),
      );
    expect(listed).toBe(proven.length);
  });

  test('rows that arrive late, but within the lateness, are caught', async () => {
    const delays = { arrivalDelayMs: { min: 45_000, max: 58_000 } };
    const { clock, simulator, harness } = await start({ livePerSecond: 1, historyDecisions: 200, ...delays });
    const session = await harness.session();
    await readHistory(session);
    await live(session, clock, 5);
    const nowMs = clock.now();
    await expectExactly(harness, simulator, nowMs - 75_000, nowMs);
  });

  test.each([
    { order: 'oldest-first' },
    { lowerBound: 'exclusive', upperBound: 'exclusive' },
    { upperBound: 'whole-second', totalCount: 'capped' },
  ] as const)('whatever is undocumented: %o', async (variants) => {
    const { clock, simulator, harness } = await start({ livePerSecond: 3, historyDecisions: 600, variants });
    const session = await harness.session();
    await readHistory(session);
    await live(session, clock, 3);
    const nowMs = clock.now();
    await expectExactly(harness, simulator, nowMs - 60_000, nowMs);
    expect(session.coverage().blind).toBeLessThanOrEqual(10);
  });

  test('without counts, two equal readings one lateness apart are the proof', async () => {
    const { clock, simulator, harness } = await start({
      live: false,
      historyDecisions: 500,
      variants: { totalCount: 'absent' },
    });
    const session = await harness.session();
    await readHistory(session);
    const closedEarly = (await hoursIn(harness.log)).flatMap((hour) => hour.windows.map(({ state }) => state));
    expect(closedEarly).not.toContain('closed');
    await session.proveRecent();
    clock.advance(61_000);
    await session.pollFresh();
    await readHistory(session);
    await session.proveRecent();
    await expectExactly(harness, simulator, anchorMs, clock.now());
    const first = (await hoursIn(harness.log)).slice(0, 20).flatMap((hour) => hour.windows);
    expect(new Set(first.map(({ proof }) => proof))).toEqual(new Set(['reread']));
  });
});

describe('a restart', () => {
  test('resumes from the windows topic and asks for no closed hour again', async () => {
    const { clock, simulator, harness } = await start({ live: false });
    const first = await harness.session();
    for (let step = 0; step < 9; step += 1) await first.history.step();
    const closed = (await hoursIn(harness.log)).filter((hour) => hour.windows.every(({ state }) => state === 'closed'));
    expect(closed.length).toBeGreaterThanOrEqual(8);
    const askedBefore = harness.asked.length;

    const second = await harness.session();
    await second.pollFresh();
    await readHistory(second);
    await second.proveRecent();
    const frontierSeconds = Date.parse(closed.at(-1)?.hour ?? '') / 1000 + 3_600;
    const again = harness.asked.slice(askedBefore).filter(({ fromSeconds }) => fromSeconds < frontierSeconds - 1);
    expect(again).toEqual([]);
    await expectExactly(harness, simulator, anchorMs - 60_000, clock.now());
  });

  test('long after a first run that was cut short, reads the hours that it did not reach', async () => {
    const { clock, simulator, harness } = await start({ live: false, historyDecisions: 600 });
    await (await harness.session()).history.step();
    clock.advance(6 * 3_600_000);
    const session = await harness.session();
    await session.pollFresh();
    await session.proveRecent();
    await readHistory(session);
    await expectExactly(harness, simulator, clock.now(), clock.now());
  });

  test('after an outage reads what was missed, the fresh rows first', async () => {
    const { clock, simulator, harness } = await start({ livePerSecond: 0.5, historyDecisions: 200 });
    const first = await harness.session();
    await first.pollFresh();
    await readHistory(first);
    await live(first, clock, 2);
    clock.advance(3 * 3_600_000);

    const second = await harness.session();
    await second.pollFresh();
    const newest = simulator.world.entriesBetween(clock.now() - 30_000, clock.now(), clock.now()).at(-1);
    expect([...(await decisionsIn(harness.log)).keys()]).toContain(newest?.id);
    await second.proveRecent();
    await readHistory(second);
    await live(second, clock, 2);
    await expectExactly(harness, simulator, clock.now() - 60_000, clock.now());
    expect(second.coverage().blind).toBeLessThanOrEqual(10);
  });
});
