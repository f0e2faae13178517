import { describe, expect, test } from 'vitest';
import { createSimulator, type GivenEntry, type Variants } from '../src/index.ts';
import type { Json } from './client.ts';
import { entriesOf, entryAt, idAt, laterMs, PermitKit, plainIdAt, startMs } from './permit-kit.ts';

const second = startMs / 1000;

const kit = (variants: Partial<Variants>, entries: readonly GivenEntry[] = entriesOf(8)) =>
  new PermitKit({ variants, entries });

const ascending = Array.from({ length: 8 }, (_, index) => plainIdAt(index));

describe('order', () => {
  test('newest first, or oldest first', async () => {
    expect(await kit({}).ids()).toEqual(ascending.toReversed());
    expect(await kit({ order: 'oldest-first' }).ids()).toEqual(ascending);
  });

  test('sort_by=None sorts by timestamp too, or lists in no order, the same one on every page', async () => {
    const entries = entriesOf(60);
    const sorted = Array.from({ length: 60 }, (_, index) => plainIdAt(59 - index));
    expect(await kit({}, entries).ids('sort_by=None')).toEqual(sorted);
    const unordered = kit({ sortByNone: 'unordered' }, entries);
    const all = await unordered.ids('sort_by=None');
    expect(all).not.toEqual(sorted);
    expect(all.toSorted()).toEqual(sorted.toSorted());
    const page = async (number: number) => unordered.ids(`sort_by=None&per_page=20&page=${number}`);
    expect([...(await page(1)), ...(await page(2)), ...(await page(3))]).toEqual(all);
    expect(await unordered.ids('sort_by=timestamp')).toEqual(sorted);
  });

  test('equal timestamps keep their order, or change it from request to request', async () => {
    const entries = Array.from({ length: 20 }, (_, index) => ({ entry: entryAt(index, index < 10 ? 500 : 1500) }));
    const orders = async (ties: Variants['ties']) => {
      const permit = kit({ ties }, entries);
      return Promise.all(Array.from({ length: 5 }, () => permit.ids()));
    };
    expect(new Set((await orders('stable')).map(String)).size).toBe(1);
    const shuffled = await orders('shuffled');
    expect(new Set(shuffled.map(String)).size).toBe(5);
    const later = entries.slice(10).map((_, index) => plainIdAt(index + 10));
    for (const ids of shuffled) expect(ids.slice(0, 10).toSorted()).toEqual(later.toSorted());
  });

  test('a page is in order, or in none while the pages still follow each other', async () => {
    const entries = entriesOf(40);
    const first = Array.from({ length: 20 }, (_, index) => plainIdAt(39 - index));
    expect(await kit({}, entries).ids('per_page=20')).toEqual(first);
    const ids = await kit({ pageOrder: 'shuffled' }, entries).ids('per_page=20');
    expect(ids).not.toEqual(first);
    expect(ids.toSorted()).toEqual(first.toSorted());
  });
});

describe('bounds against fractions of a second', () => {
  const offsets = [-1, 0, 1, 500, 999, 1000];
  const entries = offsets.map((offsetMs, index) => ({ entry: entryAt(index, offsetMs) }));
  const listed = async (variants: Partial<Variants>, query: string) =>
    (await kit({ order: 'oldest-first', ...variants }, entries).ids(query)).map(
      (id) => offsets[ascending.indexOf(id)] ?? Number.NaN,
    );

  test.each([
    ['inclusive', [0, 1, 500, 999, 1000]],
    ['exclusive', [1, 500, 999, 1000]],
    ['whole-second', [1000]],
  ] as const)('a lower bound that is %s', async (lowerBound, expected) => {
    expect(await listed({ lowerBound }, `timestamp_from=${second}`)).toEqual(expected);
    expect(await listed({ lowerBound }, '')).toEqual(offsets);
  });

  test.each([
    ['inclusive', [-1, 0]],
    ['exclusive', [-1]],
    ['whole-second', [-1, 0, 1, 500, 999]],
  ] as const)('an upper bound that is %s', async (upperBound, expected) => {
    expect(await listed({ upperBound }, `timestamp_to=${second}`)).toEqual(expected);
  });
});

describe('counts', () => {
  const many = entriesOf(10_050);
  const counts = async (variants: Partial<Variants>, entries = many) => {
    const { data, ...rest } = (await kit(variants, entries).list()) as unknown as Json & { data: Json[] };
    return rest;
  };

  test('above 10,000 they are exact, capped, estimated or absent', async () => {
    expect(await counts({})).toEqual({ total_count: 10_050, page_count: 100, pagination_count: 10_000 });
    expect((await counts({ totalCount: 'capped' })).total_count).toBe(10_000);
    expect(await counts({ totalCount: 'absent' })).toEqual({});
    const permit = kit({ totalCount: 'estimated' }, many);
    const estimates = await Promise.all(Array.from({ length: 9 }, async () => (await permit.list()).total_count));
    expect(new Set(estimates).size).toBeGreaterThan(2);
    expect(Math.min(...estimates)).toBeGreaterThanOrEqual(10_000);
    expect((await counts({ totalCount: 'estimated' }, entriesOf(8))).total_count).toBe(8);
  });

  test('pagination_count and page_count each say more, or nothing', async () => {
    expect((await counts({ paginationCount: 'total' })).pagination_count).toBe(10_050);
    expect(Object.keys(await counts({ paginationCount: 'absent' }))).toEqual(['total_count', 'page_count']);
    expect(Object.keys(await counts({ pageCount: 'absent' }))).toEqual(['total_count', 'pagination_count']);
  });
});

describe('filters', () => {
  test.each([
    ['type', 3, 0],
    ['instance', 0, 3],
    ['both', 3, 3],
  ] as const)('resources are asked for by %s', async (resources, byType, byInstance) => {
    const permit = kit({ resources });
    expect(await permit.ids('resources=server-0')).toHaveLength(byType);
    expect(await permit.ids('resources=server-0:server-0')).toHaveLength(byInstance);
  });

  test('users[]= is ignored without a word, or bound', async () => {
    expect(await kit({}).ids('users%5B%5D=agent%7Ca1')).toHaveLength(8);
    expect(await kit({ arrays: 'brackets-too' }).ids('users%5B%5D=agent%7Ca1')).toEqual([plainIdAt(6), plainIdAt(1)]);
  });

  test('a bulk call leaves an entry for each check, or one that says no action and no decision', async () => {
    const entries = entriesOf(8, (index) =>
      index === 3 ? { query: 'permit/bulk', raw_data: { input: { action: 'read' }, result: { allow: true } } } : {},
    );
    const bulkOf = async (bulk: Variants['bulk']) =>
      (await kit({ bulk }, entries).list()).data.find(({ id }) => id === idAt(3)) as unknown as Json;
    expect(await bulkOf('many')).toMatchObject({ action: 'read', decision: true });
    const one = await bulkOf('one');
    expect(one).toMatchObject({ decision: null, raw_data: { input: { checks: [{ action: 'read' }] } } });
    expect(one).not.toHaveProperty('action');
    expect(await kit({ bulk: 'many' }, entries).ids('decision=true')).toContain(plainIdAt(3));
    expect(await kit({ bulk: 'one' }, entries).ids('decision=true')).not.toContain(plainIdAt(3));
  });
});

test('a world has bulk calls, and knows them before their text is made', async () => {
  const { entries, historyFromMs } = createSimulator({ anchorMs: startMs, historyDecisions: 2000 });
  const records = [...entries.stretches(historyFromMs * 1000, startMs * 1000, false)].flatMap(
    (stretch) => stretch.load().checks,
  );
  const said = (record: { text(): string }) => record.text().includes('"permit/bulk"');
  const bulk = records.filter(({ isBulk }) => isBulk);
  expect(bulk.length).toBeGreaterThan(20);
  for (const record of records) if (said(record)) expect(record.isBulk).toBe(true);
  expect(bulk.filter(said).length).toBeGreaterThan(bulk.length * 0.9);
});

describe('what the list carries', () => {
  const entries = entriesOf(6, (index) => ({
    raw_data: { engine: 'OPA', input: { action: 'read' }, result: { allow: true } },
    ...(index % 2 === 0 && { created_at: '2026-03-11T12:00:09Z' }),
  }));
  const keys = async (variants: Partial<Variants>) =>
    (await kit(variants, entries).list()).data.map((entry) => Object.keys(entry));

  test('raw_data is there, or not', async () => {
    for (const names of await keys({})) expect(names).toContain('raw_data');
    for (const names of await keys({ rawDataOnList: false })) expect(names).not.toContain('raw_data');
  });

  test('input and result are not there, or are', async () => {
    for (const names of await keys({})) expect(names).not.toEqual(expect.arrayContaining(['input', 'result']));
    const { data } = await kit({ inputOnList: true, rawDataOnList: false }, entries).list();
    for (const entry of data) expect(entry).toMatchObject({ input: { action: 'read' }, result: { allow: true } });
    for (const entry of data) expect(entry).not.toHaveProperty('raw_data');
  });

  test.each([
    ['some', 3],
    ['always', 6],
    ['never', 0],
  ] as const)('created_at is there %s', async (createdAtOnList, count) => {
    expect((await keys({ createdAtOnList })).filter((names) => names.includes('created_at'))).toHaveLength(count);
  });

  test('the form of an id is the same with every read, or changes', async () => {
    const forms = async (idForm: Variants['idForm']) => {
      const permit = kit({ idForm });
      const reads = await Promise.all(Array.from({ length: 8 }, () => permit.list()));
      expect(reads.map(({ data }) => data.map(({ id }) => id.replaceAll('-', '')))).toEqual(
        reads.map(() => ascending.toReversed()),
      );
      return new Set(reads.map(({ data }) => data.at(-1)?.id)).size;
    };
    expect(await forms('stable')).toBe(1);
    expect(await forms('changing')).toBe(2);
  });
});

describe('refusals', () => {
  test('a 429 of the limit says how long to wait in seconds, as a date, or not at all', async () => {
    const said = async (retryAfter: Variants['retryAfter']) => {
      const limited = new PermitKit({ variants: { retryAfter }, requestsPerMinute: 1 });
      await limited.get('/v2/api-key/scope');
      const { headers, status } = await limited.get('/v2/api-key/scope');
      expect(status).toBe(429);
      return headers.get('retry-after');
    };
    expect(await said('absent')).toBeNull();
    expect(await said('seconds')).toBe('60');
    expect(await said('date')).toBe(new Date(laterMs + 60_000).toUTCString());
  });

  test.each([401, 403] as const)('an unknown key gets %d', async (wrongKeyStatus) => {
    expect((await kit({ wrongKeyStatus }).get('/v2/api-key/scope', 'wrong')).status).toBe(wrongKeyStatus);
  });
});

test('the last result that can be reached may be an earlier one than the 10,000th', async () => {
  const permit = new PermitKit({ entries: entriesOf(30), mostResults: 20, variants: { totalCount: 'capped' } });
  const asked = (page: number) => permit.get(permit.path('pdps', `audit_logs?per_page=10&page=${page}`));
  expect((await asked(2)).body).toMatchObject({ total_count: 20 });
  expect((await asked(3)).body).toMatchObject({ error_code: 'PAGINATION_SIZE_OVERREACHED' });
});
