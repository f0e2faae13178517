import { describe, expect, test } from 'vitest';
import type { FaultSettings, SimulatedPermitOptions } from '../src/index.ts';
import { entriesOf, laterMs, PermitKit, plainIdAt } from './permit-kit.ts';

const rows = Array.from({ length: 8 }, (_, index) => ({ id: `r${index}`, user: `agent|${index}`, role: 'linear-low' }));
const kitWith = (faults: FaultSettings, more: SimulatedPermitOptions = {}) =>
  new PermitKit({ entries: entriesOf(8), facts: { role_assignments: rows }, faults, ...more });

/** What happened to each of so many requests. */
async function outcomes(kit: PermitKit, count: number, path = kit.path('pdps', 'audit_logs')): Promise<string[]> {
  const seen: string[] = [];
  for (let index = 0; index < count; index += 1) {
    const outcome = await kit.get(path).then(
      ({ body, status }) => (body === undefined ? `${status} unreadable` : String(status)),
      (error: Error) => error.message,
    );
    seen.push(outcome);
  }
  return seen;
}

describe('every fault strikes what asks, and nothing strikes without one', () => {
  test('no fault', async () => {
    expect(new Set(await outcomes(kitWith({}), 20))).toEqual(new Set(['200']));
  });

  test.each([
    ['429', '429'],
    ['403', '403'],
    ['404', '404'],
    ['500', '500'],
    ['502', '502 unreadable'],
    ['503', '503 unreadable'],
    ['504', '504 unreadable'],
    ['garbage', '200 unreadable'],
    ['html', '200 unreadable'],
    ['truncated-json', '200 unreadable'],
    ['reset', 'fetch failed'],
    ['reset-midway', 'terminated'],
    ['truncated-length', 'terminated'],
    ['truncated-chunk', 'terminated'],
  ] as const)('%s', async (name, outcome) => {
    expect(await outcomes(kitWith({ [name]: {} }), 3)).toEqual([outcome, outcome, outcome]);
  });

  test('empty: a listing without rows and with zeroes for counts, bare or not', async () => {
    const kit = kitWith({ empty: {} });
    expect(await kit.list()).toEqual({ data: [], total_count: 0, page_count: 0, pagination_count: 0 });
    expect((await kit.get(kit.path('facts', 'role_assignments'))).body).toEqual([]);
    kit.permit.faults.clear();
    expect((await kit.list()).data).toHaveLength(8);
    expect((await kit.get(kit.path('facts', 'role_assignments'))).body).toHaveLength(8);
  });
});

describe('when it strikes', () => {
  test('by share, the same for the same seed', async () => {
    const struck = async (seed: number) => outcomes(kitWith({ '503': { share: 0.3 } }, { seed }), 200);
    const first = await struck(1);
    const share = first.filter((one) => one !== '200').length / 200;
    expect(share).toBeGreaterThan(0.2);
    expect(share).toBeLessThan(0.4);
    expect(await struck(1)).toEqual(first);
    expect(await struck(2)).not.toEqual(first);
  });

  test('a further fault does not change where the first one strikes', async () => {
    const alone = await outcomes(kitWith({ '403': { share: 0.3 } }), 100);
    const both = await outcomes(kitWith({ '403': { share: 0.3 }, reset: { share: 0.3 } }), 100);
    expect(both.map((one) => one === '403')).toEqual(alone.map((one) => one === '403'));
    expect(both).toContain('fetch failed');
  });

  test('every n-th', async () => {
    const expected = ['200', '200', '500', '200', '200', '500'];
    expect(await outcomes(kitWith({ '500': { every: 3 } }), 6)).toEqual(expected);
  });

  test('for a time: a storm that passes', async () => {
    const kit = kitWith({ '429': { forSeconds: 60 } });
    expect(await outcomes(kit, 2)).toEqual(['429', '429']);
    kit.nowMs += 59_999;
    expect(await outcomes(kit, 1)).toEqual(['429']);
    // Another fault does not begin the storm anew.
    kit.permit.faults.set({ date: { absent: true } });
    kit.nowMs += 1;
    expect(await outcomes(kit, 1)).toEqual(['200']);
  });

  test('at some endpoints only, each with a rule of its own', async () => {
    const kit = kitWith({
      '403': [{ endpoints: ['users'] }, { endpoints: ['scope'], every: 2 }],
      '404': { endpoints: ['audit_log_detail'] },
    });
    expect(await outcomes(kit, 1, kit.path('facts', 'users'))).toEqual(['403']);
    expect(await outcomes(kit, 2, '/v2/api-key/scope')).toEqual(['200', '403']);
    expect(await outcomes(kit, 1, kit.path('pdps', `audit_logs/${plainIdAt(3)}`))).toEqual(['404']);
    expect(await outcomes(kit, 1)).toEqual(['200']);
    expect(await outcomes(kit, 1, kit.path('facts', 'role_assignments'))).toEqual(['200']);
  });

  test('from a page on: a listing that fails half-way', async () => {
    const kit = kitWith({ '500': { endpoints: ['role_assignments'], fromPage: 2 } });
    const page = async (number: number) =>
      (await kit.get(kit.path('facts', `role_assignments?per_page=3&page=${number}`))).status;
    expect([await page(1), await page(2), await page(3), await page(1)]).toEqual([200, 500, 500, 200]);
  });
});

test.each([
  ['absent', null],
  ['seconds', '7'],
  ['date', new Date(laterMs + 7000).toUTCString()],
] as const)('a 429 says Retry-After: %s', async (retryAfter, header) => {
  const kit = kitWith({ '429': { retryAfter, waitSeconds: 7 } });
  expect((await kit.get('/v2/api-key/scope')).headers.get('retry-after')).toBe(header);
});

describe('time', () => {
  /** Sleeps at once, and remembers for how long. */
  const slept = (faults: FaultSettings) => {
    const pauses: number[] = [];
    const sleep = async (ms: number) => {
      pauses.push(ms);
    };
    return { pauses, kit: kitWith(faults, { sleep }) };
  };

  test('a slow answer waits before its first byte', async () => {
    const { kit, pauses } = slept({ slow: { seconds: 12 } });
    expect((await kit.get('/v2/api-key/scope')).status).toBe(200);
    expect(pauses).toEqual([12_000]);
  });

  test('a trickling answer waits between its pieces, and is whole in the end', async () => {
    const { kit, pauses } = slept({ trickle: { seconds: 9 } });
    expect((await kit.list()).data).toHaveLength(8);
    expect(pauses.length).toBeGreaterThan(5);
    expect(pauses.reduce((sum, ms) => sum + ms, 0)).toBeCloseTo(9000, -2);
  });

  test('a caller that gives up is let go', async () => {
    const { promise, resolve } = Promise.withResolvers<void>();
    const sleep = (_: number, signal?: AbortSignal) => {
      signal?.addEventListener('abort', () => resolve());
      return promise;
    };
    const kit = kitWith({ slow: {} }, { sleep });
    const giveUp = new AbortController();
    const answer = kit.fetch('/v2/api-key/scope', kit.permit.apiKey, { signal: giveUp.signal });
    giveUp.abort(new Error('enough'));
    await expect(answer).rejects.toThrow('enough');
  });

  test('the Date header is the time, off, jumping, or absent', async () => {
    const dates = async (faults: FaultSettings) => {
      const kit = kitWith(faults);
      const answers = await Promise.all(Array.from({ length: 6 }, () => kit.get('/v2/api-key/scope')));
      return answers.map(({ headers }) => headers.get('date')).map((date) => (date === null ? null : Date.parse(date)));
    };
    expect(new Set(await dates({}))).toEqual(new Set([laterMs]));
    expect(new Set(await dates({ date: { offSeconds: -300 } }))).toEqual(new Set([laterMs - 300_000]));
    expect(new Set(await dates({ date: { absent: true } }))).toEqual(new Set([null]));
    const jumping = await dates({ date: { jumpSeconds: 600 } });
    expect(new Set(jumping).size).toBeGreaterThan(3);
    for (const date of jumping) expect(Math.abs((date ?? 0) - laterMs)).toBeLessThanOrEqual(601_000);
  });
});

describe('the oracle', () => {
  test('counts as served what left whole, and nothing else', async () => {
    const kit = kitWith({});
    await kit.list('per_page=3');
    expect([...kit.permit.oracle.served].sort()).toEqual([5, 6, 7].map(plainIdAt));
    for (const name of ['reset', 'reset-midway', 'truncated-json', 'empty', '500'] as const) {
      kit.permit.faults.replace({ [name]: {} });
      await kit.list().catch(() => undefined);
    }
    expect(kit.permit.oracle.served.size).toBe(3);
    kit.permit.faults.clear();
    await kit.list();
    expect(kit.permit.oracle.served.size).toBe(8);
  });

  test('knows entries that are added, delayed and deleted while it runs', async () => {
    const kit = kitWith({});
    const { entries, oracle } = kit.permit;
    const [entry] = entriesOf(9).slice(-1);
    if (!entry) throw new Error('no entry');
    entries.add({ ...entry, visibleAtMs: laterMs + 5000, deletedAtMs: laterMs + 9000 });
    expect(entries.delete(plainIdAt(0), laterMs + 6000)).toBe(true);
    const state = async (atMs: number) => {
      kit.nowMs = atMs;
      const ids = await kit.ids();
      expect(new Set(ids)).toEqual(oracle.listedNow());
      expect((await kit.list()).total_count).toBe(ids.length);
      return [ids.length, oracle.listed({ asOfMs: atMs }).size];
    };
    expect(await state(laterMs)).toEqual([8, 8]);
    expect(await state(laterMs + 5000)).toEqual([9, 9]);
    expect(await state(laterMs + 6000)).toEqual([8, 9]);
    expect(await state(laterMs + 9000)).toEqual([7, 9]);
  });

  test('a hook sees each request before it is answered, so that rows can appear between two pages', async () => {
    const asked: string[] = [];
    const kit: PermitKit = kitWith(
      {},
      {
        onRequest: ({ endpoint, number }) => {
          asked.push(`${number} ${endpoint}`);
          const index = 100 + number;
          kit.permit.entries.add(...entriesOf(index + 1).slice(-1));
        },
      },
    );
    expect((await kit.list()).total_count).toBe(9);
    expect((await kit.list('page=2')).total_count).toBe(10);
    expect(asked).toEqual(['1 audit_logs', '2 audit_logs']);
  });
});

test('entries whose own id or time is unusable are listed where they are said to be, byte for byte', async () => {
  const kit = kitWith({});
  const texts = ['{"id":7,"timestamp":"yesterday"}', '{"broken":'];
  texts.forEach((entry, index) => {
    kit.permit.entries.add({ entry, id: `odd-${index}`, micros: (laterMs - 1000 - index) * 1000 });
  });
  const { text } = await kit.get(kit.path('pdps', 'audit_logs?per_page=2'));
  expect(text.startsWith(`{"data":[${texts.join(',')}],`)).toBe(true);
  expect(() => kit.permit.entries.add({ entry: { id: 7 } })).toThrow(/UUID/);
});
