import { permitErrors } from '@custody/permit';
import { startSimulator } from '@custody/permit-simulator';
import { afterEach, expect, test } from 'vitest';
import { type Fault, startFaultyProxy } from './kit/faulty-proxy.ts';
import { decisionsIn, Harness, hoursIn, readHistory } from './kit/harness.ts';
import { TestClock } from './kit/test-clock.ts';

const anchorMs = Date.parse('2026-03-04T10:20:30Z');
const closers: (() => Promise<void>)[] = [];

afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

async function behind(faultOf: (path: string) => Fault) {
  const clock = new TestClock(anchorMs);
  const simulator = await startSimulator({
    seed: 3,
    anchorMs,
    now: () => clock.now(),
    requestsPerMinute: Number.POSITIVE_INFINITY,
    historyDays: 1,
    historyDecisions: 800,
    live: false,
  });
  closers.push(() => simulator.stop());
  const proxy = await startFaultyProxy(simulator.url, faultOf);
  closers.push(() => proxy.stop());
  const harness = await Harness.open({ url: proxy.url, apiKey: simulator.apiKey, clock });
  closers.push(() => harness.close());
  return { clock, simulator, harness };
}

test.each(['throttled', 'server-fault', 'cut-off', 'reset'] as const)(
  'nothing is lost to answers that are %s',
  async (fault) => {
    let number = 0;
    const { clock, simulator, harness } = await behind((path) => {
      number += 1;
      return path.includes('/audit_logs') && number % 9 === 0 ? fault : 'none';
    });
    const session = await harness.session();
    await session.pollFresh();
    await session.proveRecent();
    await readHistory(session);
    clock.advance(120_000);
    await session.pollFresh();
    await session.proveRecent();
    const handedOn = await decisionsIn(harness.log);
    const listed = simulator.world.entriesBetween(0, clock.now(), clock.now()).map(({ id }) => id);
    expect([...handedOn.keys()].sort()).toEqual(listed.sort());
    // Everything that is older than the lateness is proven, and nothing else is said to be.
    expect(session.coverage().blind).toBe(0);
    expect(session.coverage().open).toBeLessThanOrEqual(61);
  },
);

test.each(['cut-off', 'invalid'] as const)(
  'a window whose answers are always %s is set aside and holds up no other',
  {
    timeout: 90_000,
  },
  async (fault) => {
    const spoiltSeconds = Date.parse('2026-03-04T02:00:00Z') / 1000;
    let isSpoilt = true;
    const { clock, simulator, harness } = await behind((path) => {
      const from = Number(new URL(path, 'http://localhost').searchParams.get('timestamp_from'));
      return isSpoilt && from === spoiltSeconds - 1 ? fault : 'none';
    });
    const session = await harness.session({ attempts: 1 });
    await session.proveRecent();
    await readHistory(session);
    const stateOf = async (hour: string) =>
      (await hoursIn(harness.log)).find((one) => one.hour === hour)?.windows.map(({ state }) => state);
    expect(await stateOf('2026-03-04T02:00:00.000Z')).toBeUndefined();
    expect(await stateOf('2026-03-04T03:00:00.000Z')).toEqual(['closed']);
    expect(session.coverage().blind).toBe(3_600);

    isSpoilt = false;
    clock.advance(900_000);
    await readHistory(session);
    expect(await stateOf('2026-03-04T02:00:00.000Z')).toEqual(['closed']);
    await session.proveRecent();
    const listed = simulator.world.entriesBetween(0, clock.now(), clock.now()).map(({ id }) => id);
    expect([...(await decisionsIn(harness.log)).keys()].sort()).toEqual(listed.sort());
  },
);

test('a key that is refused ends the reading', async () => {
  let isRefused = false;
  const { harness } = await behind(() => (isRefused ? 'forbidden' : 'none'));
  const session = await harness.session();
  await session.pollFresh();
  isRefused = true;
  await expect(session.pollFresh()).rejects.toMatchObject({ code: permitErrors.PERMIT_KEY_REJECTED.code });
});
