import { expect, test } from 'vitest';
import type { ListedFacts, NewestSeal } from '../src/index.ts';
import { compareRows } from '../src/verification/compare-rows.ts';
import { compareDigests } from '../src/verification/digest.ts';

const ids = (digit: string) => digit.repeat(32);
const listing: ListedFacts = {
  ...{ isProven: true, beginsInside: false, listed: 5, deletedAtSource: 0, unreadableSeconds: 0 },
  ...{ listedIdsXor: ids('a'), updatedAtMs: 1 },
};
const seal: NewestSeal = {
  ...{
    build: '1',
    revision: 1,
    state: 'complete',
    stored: 5,
    listed: 5,
    deadLetters: 0,
    missing: 0,
    deletedAtSource: 0,
  },
  ...{ unreadableSeconds: 0, listedIdsXor: ids('a'), reasons: [], content: ids('c'), digest: '', previousDigest: '' },
};
const rows = { stored: 5, distinct: 5, idsXor: ids('a'), content: ids('c'), lacking: 0 };

interface Case {
  readonly rows?: Partial<typeof rows>;
  readonly seal?: Partial<NewestSeal>;
  readonly listing?: Partial<ListedFacts> | null;
}

test.each<[string, Case, string[]]>([
  ['all as it was sealed', {}, []],
  ['fewer rows', { rows: { stored: 4, distinct: 4 } }, ['rows_missing']],
  ['more rows, one of them twice', { rows: { stored: 6, distinct: 5 } }, ['rows_extra', 'doubled']],
  ['other ids than listed', { rows: { idsXor: ids('b'), content: ids('d') } }, ['ids']],
  ['other values', { rows: { content: ids('d') } }, ['content']],
  ['ids that nobody told, and other ones', { listing: { listedIdsXor: '' }, rows: { idsXor: ids('b') } }, []],
  ['a seal that leaves out what is missing', { seal: { listed: 7 }, listing: { listed: 7 } }, ['rows_missing']],
  [
    'a seal that tells what is missing',
    { seal: { listed: 7, missing: 2, state: 'incomplete' }, listing: { listed: 7 } },
    [],
  ],
  [
    'dead letters for the rest',
    { seal: { listed: 7, deadLetters: 2, state: 'incomplete' }, listing: { listed: 7 } },
    [],
  ],
  ['another listing since: it is about to be sealed anew', { listing: { listed: 9, listedIdsXor: ids('b') } }, []],
  ['rows that were never listed', { listing: null }, []],
  ['rows without entries', { rows: { lacking: 2 } }, ['entries']],
])('an hour with %s', (_, given, kinds) => {
  const listed = given.listing === null ? null : { ...listing, ...given.listing };
  const found = compareRows({ ...seal, ...given.seal }, listed, { ...rows, ...given.rows });
  expect(found.map(({ kind }) => kind)).toEqual(kinds);
});

test('cubes are compared by their digests, and told by their figures', () => {
  const span = { envId: 'env-1', span: 'hour', startMs: 3_600_000 } as const;
  const figures = { start_seconds: 3_600, groups: 2, counted: 5, denied: 1, digest: '7' };
  const side = (name: 'expected' | 'found', rest = {}) => ({ cube: 'tools', side: name, ...figures, ...rest });
  const cube = { name: 'tools', table: '', columns: [], levels: ['quarter'], condition: '' } as const;
  const told = (...sides: ReturnType<typeof side>[]) =>
    compareDigests(span, sides, [cube]).map(({ expected, found }) => [expected, found]);
  expect(told(side('expected'), side('found'))).toEqual([]);
  expect(told()).toEqual([]);
  const right = '5 decisions, 1 denied, 2 rows';
  expect(told(side('expected'), side('found', { digest: '8' }))).toEqual([[right, `${right}, others`]]);
  expect(told(side('expected'), side('found', { start_seconds: 0 }))).toEqual([
    [right, '0 decisions, 0 denied, 0 rows'],
  ]);
});
