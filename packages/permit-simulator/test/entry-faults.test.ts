import { describe, expect, test } from 'vitest';
import { createSimulatedPermit, type FaultSettings, startSimulator } from '../src/index.ts';
import { auditLogs, get, type ListPage } from './client.ts';
import { entriesOf, entryAt, laterMs, PermitKit, plainIdAt, startMs } from './permit-kit.ts';

const count = 200;
const lastMs = startMs + (count - 1) * 1000;

/** A log whose entries all happen while the faults are on. */
const kitWith = (faults: FaultSettings, seed = 1) => {
  const kit = new PermitKit({ entries: entriesOf(count), seed }, startMs - 1000);
  kit.permit.faults.set(faults);
  return kit;
};

const total = async (kit: PermitKit) => (await kit.list()).total_count;

describe('late arrivals', () => {
  test('a share of the entries appears up to so long after its timestamp, and then all are there', async () => {
    const prompt = kitWith({});
    const late = kitWith({ late: { share: 0.3, upToSeconds: 900 } });
    for (const kit of [prompt, late]) kit.nowMs = lastMs;
    expect(await total(prompt)).toBe(count);
    const seen = await total(late);
    expect(seen).toBeGreaterThan(count * 0.6);
    expect(seen).toBeLessThan(count * 0.85);
    late.nowMs = lastMs + 899_999;
    const delays = Array.from({ length: count }, (_, index) => {
      const visibleAtMs = late.permit.oracle.lifetime(plainIdAt(index))?.visibleAtMs ?? 0;
      return visibleAtMs - (startMs + index * 1000);
    });
    expect(Math.max(...delays)).toBeGreaterThan(700_000);
    expect(Math.max(...delays)).toBeLessThanOrEqual(900_000);
    late.nowMs = lastMs + 900_000;
    expect(await total(late)).toBe(count);
  });

  test('what was listed before it was switched on stays, and switching it off lets everything in', async () => {
    const kit = new PermitKit({ entries: entriesOf(count) }, lastMs);
    kit.permit.faults.set({ late: { share: 1, upToSeconds: 900 } });
    expect(await total(kit)).toBe(count);
    kit.permit.entries.add({ entry: entryAt(count, count * 1000) });
    kit.nowMs = lastMs + 10_000;
    expect(await total(kit)).toBe(count);
    kit.permit.faults.clear('late');
    expect(await total(kit)).toBe(count + 1);
  });

  test('the same seed delays the same entries by the same time, another one others', () => {
    const lives = (seed: number) => {
      const kit = kitWith({ late: { share: 0.5 } }, seed);
      return entriesOf(count).map((_, index) => kit.permit.oracle.lifetime(plainIdAt(index)));
    };
    expect(lives(1)).toEqual(lives(1));
    expect(lives(1)).not.toEqual(lives(2));
  });

  test('counts and pages of a world agree with its oracle', async () => {
    let nowMs = startMs;
    const api = await startSimulator({
      anchorMs: startMs,
      now: () => nowMs,
      livePerSecond: 2,
      historyDecisions: 100,
      faults: { late: { share: 0.4, upToSeconds: 300 } },
    });
    try {
      const logs = await auditLogs(api);
      for (nowMs of [startMs + 100_000, startMs + 500_000]) {
        const query = `timestamp_from=${startMs / 1000}&per_page=100`;
        const { body } = await get<ListPage>(api, `${logs}?${query}`);
        const listed = api.oracle.listed({ asOfMs: nowMs, fromMs: startMs });
        expect(body.total_count).toBe(listed.size);
        for (const { id } of body.data) expect(listed).toContain(id.replaceAll('-', ''));
        const undelayed = api.world.entriesBetween(startMs, nowMs, nowMs).length;
        expect(undelayed - listed.size).toBeGreaterThan(20);
      }
    } finally {
      await api.stop();
    }
  });
});

describe('between pages', () => {
  const walk = async (kit: PermitKit) => {
    const totals: number[] = [];
    for (let page = 1; page <= 4; page += 1) totals.push((await kit.list(`per_page=20&page=${page}`)).total_count);
    return totals;
  };

  test('rows appear while a caller pages, and not before', async () => {
    const quiet = kitWith({});
    const kit = kitWith({ 'between-pages': { share: 0.5 } });
    for (const one of [quiet, kit]) one.nowMs = lastMs;
    expect(new Set(await walk(quiet))).toEqual(new Set([count]));
    expect(new Set([await total(kit), await total(kit), await total(kit)]).size).toBe(1);
    const totals = await walk(kit);
    expect(totals).toEqual(totals.toSorted((left, right) => left - right));
    expect(new Set(totals).size).toBeGreaterThan(2);
  });

  test('nothing waits longer than it may', async () => {
    const kit = kitWith({ 'between-pages': { share: 0.5, upToSeconds: 60 } });
    kit.nowMs = lastMs;
    expect(await total(kit)).toBeLessThan(count);
    kit.nowMs = lastMs + 60_000;
    expect(await total(kit)).toBe(count);
    expect(kit.permit.oracle.listed({ asOfMs: kit.nowMs }).size).toBe(count);
  });
});

describe('retention', () => {
  test('the tail vanishes while time goes on, from list, count and detail, and stays gone', async () => {
    const kit = kitWith({ retention: { seconds: 100 } });
    kit.nowMs = startMs + 150_000;
    const expected = Array.from({ length: count - 50 }, (_, index) => plainIdAt(count - 1 - index));
    expect(await kit.ids()).toEqual(expected.slice(0, 100));
    expect(await total(kit)).toBe(count - 50);
    const detail = async (index: number) => (await kit.get(kit.path('pdps', `audit_logs/${plainIdAt(index)}`))).status;
    expect([await detail(49), await detail(50)]).toEqual([404, 200]);
    kit.nowMs += 20_000;
    expect(await total(kit)).toBe(count - 70);
    kit.permit.faults.clear();
    kit.nowMs += 50_000;
    expect(await total(kit)).toBe(count - 70);
  });

  test('the oracle tells what was ever listed from what is listed now', async () => {
    const kit = new PermitKit({ entries: entriesOf(count) }, startMs + 150_000);
    kit.permit.faults.set({ retention: { seconds: 100 } });
    // Deleted before anybody could have asked.
    expect(kit.permit.oracle.lifetime(plainIdAt(0))).toEqual({
      visibleAtMs: Number.NEGATIVE_INFINITY,
      deletedAtMs: startMs + 150_000,
    });
    kit.nowMs += 30_000;
    expect(kit.permit.oracle.listed({ asOfMs: kit.nowMs }).size).toBe(count);
    expect(kit.permit.oracle.listedNow().size).toBe(count - 80);
  });
});

describe('a burst', () => {
  const listing = async (kit: PermitKit, filter = '') =>
    (await kit.list(`timestamp_from=${laterMs / 1000}&timestamp_to=${laterMs / 1000 + 1}&${filter}`)).total_count;

  test('puts more into a second than can be read, and facets split it', async () => {
    const kit = new PermitKit();
    expect(await listing(kit)).toBe(0);
    kit.permit.faults.set({ burst: { count: 12_000 } });
    kit.nowMs = laterMs + 11_000;
    expect(await listing(kit)).toBe(12_000);
    const parts = await Promise.all(
      Array.from({ length: 12 }, (_, server) => listing(kit, `decision=true&resources=server-${server}`)),
    );
    expect(Math.max(...parts)).toBeLessThan(2000);
    expect(Math.min(...parts)).toBeGreaterThan(500);
  });

  test('each time it is asked for, into the next second that has none', async () => {
    const kit = new PermitKit();
    kit.permit.faults.set({ burst: { count: 500 } });
    kit.permit.faults.set({ burst: { count: 700 } });
    kit.permit.faults.set({ date: {} });
    kit.nowMs = laterMs + 20_000;
    expect((await kit.list()).total_count).toBe(1200);
    expect(kit.permit.oracle.listedNow().size).toBe(1200);
  });

  test('of one user, one tool and one decision cannot be split', async () => {
    const kit = new PermitKit();
    kit.permit.faults.set({ burst: { count: 10_500, spread: 'one' } });
    kit.nowMs = laterMs + 11_000;
    const facets = 'decision=true&resources=server-0&action=tool-0&users=agent%7Cburst-0';
    expect(await listing(kit, facets)).toBe(10_500);
  });

  test.each(['wide', 'one'] as const)('in a world is of its agents and tools (%s)', async (spread) => {
    let nowMs = startMs + 60_000;
    const requestsPerMinute = Number.POSITIVE_INFINITY;
    const api = await startSimulator({ anchorMs: startMs, now: () => nowMs, historyDecisions: 50, requestsPerMinute });
    try {
      const logs = await auditLogs(api);
      const second = nowMs / 1000;
      const query = `timestamp_from=${second}&timestamp_to=${second + 1}`;
      const of = async (filter: string) => (await get<ListPage>(api, `${logs}?${query}&${filter}`)).body;
      const before = (await of('')).total_count;
      api.faults.set({ burst: { spread } });
      nowMs += 11_000;
      const after = await of('per_page=100');
      expect(after.total_count - before).toBe(12_000);
      const agents = new Set(api.world.agents.map(({ key }) => key));
      const callers = new Set(after.data.map((entry) => entry.user_key ?? ''));
      for (const key of callers) if (key.startsWith('agent|')) expect(agents).toContain(key);
      if (spread === 'one') expect(callers.size).toBeLessThan(5);
      else expect(callers.size).toBeGreaterThan(10);
      const denied = (await of('decision=false')).total_count;
      expect(denied > 200 && denied < 6000).toBe(spread === 'wide');
      expect((await get(api, `${logs}/${after.data[7]?.id}`)).status).toBe(200);
    } finally {
      await api.stop();
    }
  });
});

describe('settings', () => {
  test('all faults of the settings are told together, and nothing changes', () => {
    const permit = createSimulatedPermit({ faults: { reset: { share: 0.5 } } });
    const wrong = { late: { share: 2 }, retention: { seconds: -1 }, unheard: {} } as unknown as FaultSettings;
    expect(() => permit.faults.set(wrong)).toThrow(
      expect.objectContaining({
        code: 'SIMULATOR_FAULTS_INVALID',
        message: expect.stringMatching(/share[\s\S]*seconds[\s\S]*unheard|unheard[\s\S]*share[\s\S]*seconds/),
      }),
    );
    expect(permit.faults.settings).toEqual({ reset: [{ share: 0.5, fromPage: 1 }] });
  });
});
