import { describe, expect, test } from 'vitest';
import { clientOf, fakeApi, withEnvironment } from './fake-api.ts';

const range = { fromMs: Date.UTC(2026, 2, 10, 12, 0, 0, 500), toMs: Date.UTC(2026, 2, 10, 12, 5, 0, 1) };
const fromSeconds = Date.UTC(2026, 2, 10, 12) / 1_000;

async function asked(request: object) {
  const api = await fakeApi(withEnvironment(() => ({ body: { data: [], total_count: 0 } })));
  await clientOf(api.url).listDecisions({ range, ...request });
  return api.requests.at(-1) as URL;
}

describe('a page of decisions', () => {
  test('is asked for in whole seconds, one wider on both sides', async () => {
    const url = await asked({});
    expect(url.pathname).toBe('/v2/pdps/p1/e1/audit_logs');
    expect(Object.fromEntries(url.searchParams)).toEqual({
      timestamp_from: String(fromSeconds - 1),
      timestamp_to: String(fromSeconds + 5 * 60 + 1 + 1),
      sort_by: 'timestamp',
      query: 'check',
      page: '1',
      per_page: '100',
    });
    const exact = await asked({ range: { fromMs: 10_000, toMs: 20_000 } });
    expect([exact.searchParams.get('timestamp_from'), exact.searchParams.get('timestamp_to')]).toEqual(['9', '21']);
  });

  test('carries its facet in the form that the API binds', async () => {
    const facet = { decision: false, action: 'a&b', resource: 'linear', user: 'agent|x' };
    const url = await asked({ facet, page: 7, perPage: 50 });
    expect(url.search).toContain('users=agent%7Cx');
    expect(Object.fromEntries(url.searchParams)).toMatchObject({
      ...{ decision: 'false', action: 'a&b', resources: 'linear', users: 'agent|x', page: '7', per_page: '50' },
    });
  });

  test('hands on every entry byte for byte, garbage included', async () => {
    const good = '{ "id":"0E82B2E3D2ED42C1AE0C525256B052F0", "timestamp":"2026-03-10T12:00:00.123999Z","n":1.0 }';
    const bad = ['{"id":7,"timestamp":[]}', 'nonsense', 'null', '{"id":"no","timestamp":"never"}', '{"x":1}'];
    const body = `{"data":[${[good, ...bad].join(',\n')}],"total_count":6,"pagination_count":6}`;
    const headers = { date: 'Tue, 10 Mar 2026 12:00:07 GMT' };
    const api = await fakeApi(withEnvironment(() => ({ body, headers })));
    const page = await clientOf(api.url).listDecisions({ range });
    expect(page.entries.map(({ bytes }) => new TextDecoder().decode(bytes))).toEqual([good, ...bad]);
    expect(page.entries.map(({ id }) => id)).toEqual(['0e82b2e3-d2ed-42c1-ae0c-525256b052f0', ...Array(5).fill(null)]);
    expect(page.entries.map(({ occurredAtMs }) => occurredAtMs)).toEqual([
      ...[Date.UTC(2026, 2, 10, 12, 0, 0, 123), ...Array(5).fill(null)],
    ]);
    expect(page).toMatchObject({ totalCount: 6, serverDateMs: Date.UTC(2026, 2, 10, 12, 0, 7) });
  });

  test('without a date of the server says so', async () => {
    const api = await fakeApi(
      withEnvironment((_, __, response) => {
        response.sendDate = false;
        return { body: [] };
      }),
    );
    expect(await clientOf(api.url).listDecisions({ range })).toEqual({
      entries: [],
      totalCount: null,
      serverDateMs: null,
    });
  });
});

describe('a count', () => {
  test.each([
    ['0', 0],
    ['10000', 10_000],
    [' 7 ', 7],
    ['null', null],
    ['"7"', null],
    ['-1', null],
    ['1.5', null],
    ['1e3', null],
    ['9999999999999999999999', null],
    ['{}', null],
  ])('of total_count %s is %j', async (total, count) => {
    const api = await fakeApi(withEnvironment(() => ({ body: `{"data":[],"total_count":${total}}` })));
    expect(await clientOf(api.url).countDecisions(range)).toMatchObject({ totalCount: count });
  });

  test('is null where it is absent, and asks for a single row of the same request', async () => {
    const api = await fakeApi(withEnvironment(() => ({ body: { data: [{}] } })));
    expect(await clientOf(api.url).countDecisions(range, { decision: true })).toMatchObject({ totalCount: null });
    const params = api.requests.at(-1)?.searchParams;
    expect(['per_page', 'page', 'decision', 'timestamp_from', 'query'].map((name) => params?.get(name))).toEqual([
      ...['1', '1', 'true', String(fromSeconds - 1), 'check'],
    ]);
  });
});
