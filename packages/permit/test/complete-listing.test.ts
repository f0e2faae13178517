import { expect, test } from 'vitest';
import { readCompleteListing } from '../src/complete-listing.ts';
import { failureOf } from './fake-api.ts';

/** A listing whose rows may change before each page is read. */
function listingOf(rows: string[], options: { counted?: boolean; cap?: number; before?: (call: number) => void } = {}) {
  const { counted = false, cap = Number.POSITIVE_INFINITY, before } = options;
  let calls = 0;
  const perPage = 3;
  const size = Math.min(perPage, cap);
  const read = () =>
    readCompleteListing({
      name: 'rows',
      perPage,
      fetchPage: async (page) => {
        calls += 1;
        before?.(calls);
        return { rows: rows.slice((page - 1) * size, page * size), totalCount: counted ? rows.length : null };
      },
      idOf: (row: string) => row,
    });
  return { read, calls: () => calls };
}

const letters = (count: number) => [...'abcdefghijklmnopqrstuvwxyz'].slice(0, count);

test.each([0, 1, 2])('a single short page of %d is complete by itself', async (count) => {
  const listing = listingOf(letters(count));
  expect(await listing.read()).toEqual(letters(count));
  expect(listing.calls()).toBe(1);
});

test.each([3, 4, 6, 7, 20])('%d rows with a count that agrees are read once', async (count) => {
  const listing = listingOf(letters(count), { counted: true });
  expect(await listing.read()).toEqual(letters(count));
  expect(listing.calls()).toBe(Math.floor(count / 3) + 1);
});

test.each([3, 4, 6, 7, 20])('%d rows without a count are read until two readings agree', async (count) => {
  const listing = listingOf(letters(count));
  expect(await listing.read()).toEqual(letters(count));
  expect(listing.calls()).toBe(2 * (Math.floor(count / 3) + 1));
});

test.each([true, false])('a row deleted between two pages hides no other (counted: %s)', async (counted) => {
  const rows = letters(7);
  const before = (call: number) => {
    if (call === 2) rows.splice(0, 1);
  };
  const listing = listingOf(rows, { counted, before });
  expect(await listing.read()).toEqual(letters(7).slice(1));
});

test('fewer rows a page than asked for are no end while the count says more', async () => {
  expect(await listingOf(letters(7), { counted: true, cap: 2 }).read()).toEqual(letters(7));
});

test('a listing that changes in every reading is an error, never a part', async () => {
  const rows = letters(7);
  const before = () => void rows.shift() === rows.push(`${Math.random()}`);
  expect(await failureOf(listingOf(rows, { before }).read())).toMatchObject({
    code: 'PERMIT_LISTING_UNSTABLE',
    retriable: true,
  });
});

test('a page that cannot be read is an error, never a part', async () => {
  const before = (call: number) => {
    if (call === 2) throw new Error('cut');
  };
  expect((await failureOf(listingOf(letters(7), { before }).read())).message).toBe('cut');
});

test('a server that serves its first page for ever is an error, not a loop', async () => {
  const same = async () => ({ rows: letters(3), totalCount: null });
  const read = readCompleteListing({ name: 'rows', perPage: 3, fetchPage: same, idOf: (row: string) => row });
  expect(await failureOf(read)).toMatchObject({ code: 'PERMIT_LISTING_UNSTABLE' });
});

test('a second page that is empty with a count of nothing is no end, however often it is read', async () => {
  const fetchPage = async (page: number) =>
    page === 1 ? { rows: letters(3), totalCount: 5 } : { rows: [], totalCount: 0 };
  const read = readCompleteListing({ name: 'rows', perPage: 3, fetchPage, idOf: (row: string) => row });
  expect(await failureOf(read)).toMatchObject({ code: 'PERMIT_LISTING_UNSTABLE' });
});

test('a count on the first page alone, and a wrong one, leave it to two readings that agree', async () => {
  for (const totalCount of [4, 9]) {
    const fetchPage = async (page: number) =>
      page === 1 ? { rows: letters(3), totalCount } : { rows: page === 2 ? ['z'] : [], totalCount: null };
    const read = readCompleteListing({ name: 'rows', perPage: 3, fetchPage, idOf: (row: string) => row });
    expect(await read).toEqual(['a', 'b', 'c', 'z']);
  }
});
