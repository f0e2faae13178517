import { hourMs } from '@custody/decision';
import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  comparePositions,
  DecisionBlock,
  type DecisionRow,
  everything,
  type LandedDecision,
  type LandingPosition,
  migrate,
  readLandingHead,
  readLandings,
  type Selection,
  type StoreClient,
  writeDecisions,
} from '../src/index.ts';
import { startEngine, type TestEngine } from './engine.ts';
import { makeRow, uuid } from './make-rows.ts';

const startMs = Date.UTC(2026, 0, 31, 20);
const allOfThem: Selection = {
  scope: everything,
  range: { fromMs: 0, toMs: 0 },
  filters: [],
  human: null,
  candidates: null,
  certainty: 'sure',
  reasonText: '',
};
let engine: TestEngine;

beforeAll(async () => {
  engine = await startEngine();
  await migrate(engine.client);
});
afterAll(() => engine.stop());

const write = (rows: readonly DecisionRow[]) => writeDecisions(engine.client, DecisionBlock.of(rows));
const merge = () => engine.client.command('test', 'OPTIMIZE TABLE custody_internal.decisions FINAL');
const head = async () => (await readLandingHead(engine.client)).position;

async function follow(after: LandingPosition, limit: number, selections = [allOfThem]): Promise<LandedDecision[]> {
  const all: LandedDecision[] = [];
  for (let at = after; ; ) {
    const { found, until } = await readLandings(engine.client, { after: at, selections, limit });
    all.push(...found);
    if (comparePositions(until, at) === 0) return all;
    at = until;
  }
}

const ids = (landed: readonly LandedDecision[]) => landed.map(({ row }) => row.decision_id);

test('decisions come in the order in which they landed, whatever they are of, page by page, also after a merge', async () => {
  const before = await head();
  // One old month, one block over two months, some of one millisecond.
  const blocks = [
    Array.from({ length: 40 }, (_, n) => makeRow({ id: uuid(n), atMs: startMs + Math.floor(n / 4) * hourMs })),
    [makeRow({ id: uuid(900), atMs: startMs - 400 * 24 * hourMs })],
    Array.from({ length: 30 }, (_, n) => makeRow({ id: uuid(100 + n), atMs: startMs + n })),
  ];
  for (const block of blocks) await write(block);
  const whole = await follow(before, 1_000);
  expect(ids(whole).toSorted()).toEqual(
    blocks
      .flat()
      .map(({ decision }) => decision.decision.id)
      .sort(),
  );
  expect(ids(whole).slice(-30)).toEqual(blocks[2]?.map(({ decision }) => decision.decision.id));
  await merge();
  expect(ids(await follow(before, 7))).toEqual(ids(whole));
  // From the middle of a block on: nothing is told twice, nothing left out.
  const middle = whole[13];
  if (middle === undefined) throw new Error('there is no such decision');
  expect(ids(await follow(middle.position, 3))).toEqual(ids(whole).slice(14));
  expect(await follow(await head(), 5)).toEqual([]);
});

test('a correction lands again in its newest form, what older knowledge brings does not', async () => {
  const row = makeRow({ id: uuid(2_000), atMs: startMs, grantsPosition: 5 });
  const before = await head();
  await write([row]);
  const first = await head();
  await write([makeRow({ id: uuid(2_000), atMs: startMs, grantsPosition: 4, humanKey: 'human|old' })]);
  expect(await follow(first, 10)).toEqual([]);
  await write([makeRow({ id: uuid(2_000), atMs: startMs, grantsPosition: 6, humanKey: 'human|new' })]);
  for (const after of [before, first]) {
    expect((await follow(after, 10)).map(({ row: { human_key } }) => human_key)).toEqual(['human|new']);
  }
});

test('each of several selections is told by itself, and what none asks for is left out', async () => {
  const before = await head();
  await write([
    makeRow({ id: uuid(3_000), atMs: startMs, verdict: 'deny', reason: 'Nicht ÄRGERN' }),
    makeRow({ id: uuid(3_001), atMs: startMs + 1, envId: 'env-2' }),
    makeRow({ id: uuid(3_002), atMs: startMs + 2 }),
  ]);
  const about = (column: 'env_id' | 'decision', value: string): Selection => ({
    ...allOfThem,
    filters: [{ include: [{ column, operator: 'in', values: [value] }], exclude: [] }],
  });
  const selections = [about('decision', 'deny'), about('env_id', 'env-2'), { ...allOfThem, reasonText: 'ärgern' }];
  const found = await follow(before, 10, selections);
  expect(found.map(({ row, hits }) => [row.decision_id, hits])).toEqual([
    [uuid(3_000), [true, false, true]],
    [uuid(3_001), [false, true, false]],
  ]);
  // More than one statement takes, and pages of one row each.
  const long = 'x'.repeat(60_000);
  const many = [...selections, about('decision', long), about('env_id', long), about('decision', 'allow')];
  const one = await follow(before, 1, many);
  expect(one.map(({ row, hits }) => [row.decision_id, hits])).toEqual([
    [uuid(3_000), [true, false, true, false, false, false]],
    [uuid(3_001), [false, true, false, false, false, true]],
    [uuid(3_002), [false, false, false, false, false, true]],
  ]);
});

test('beside several writers and merges, a follower misses nothing and meets nothing twice', async () => {
  const before = await head();
  const made = (writer: number, n: number) =>
    makeRow({ id: uuid(10_000 + writer * 1_000 + n), atMs: startMs + (n % 50) * hourMs + writer });
  let writing = 4;
  const write60 = async (writer: number) => {
    for (let n = 0; n < 60; n += 3) await write([made(writer, n), made(writer, n + 1), made(writer, n + 2)]);
    writing -= 1;
  };
  const merging = async () => {
    while (writing > 0) await merge();
  };
  const found: LandedDecision[] = [];
  const following = async () => {
    for (let at = before, isLast = false; ; ) {
      const page = await readLandings(engine.client, { after: at, selections: [allOfThem], limit: 11 });
      found.push(...page.found);
      if (isLast && comparePositions(page.until, at) === 0) return;
      isLast = writing === 0;
      at = page.until;
    }
  };
  await Promise.all([...[0, 1, 2, 3].map(write60), merging(), following()]);
  expect(new Set(ids(found)).size).toBe(found.length);
  expect(found).toHaveLength(240);
  expect(found.map(({ position }) => position)).toEqual(
    found.map(({ position }) => position).toSorted(comparePositions),
  );
});

test('however many blocks lie ahead, no more than two hundred are looked at and kept for the next pages', async () => {
  const before = await head();
  const wanted = Array.from({ length: 250 }, (_, n) => uuid(20_000 + n));
  // Each row a block of its own.
  const inBlocks = `INSERT INTO custody_internal.decisions (env_id, decision_id, occurred_at)
SELECT 'env-1', toUUID(concat('00000000-0000-4000-8000-', lower(leftPad(hex(20000 + number), 12, '0')))),
  fromUnixTimestamp64Milli({start:Int64} + number, 'UTC')
FROM numbers(250)
SETTINGS max_block_size = 1, min_insert_block_size_rows = 1, min_insert_block_size_bytes = 1, max_threads = 1`;
  await engine.client.command('test', inBlocks, { start: startMs });
  const { block } = await head();
  expect(block - before.block).toBeGreaterThanOrEqual(250);
  const looks: number[] = [];
  const client: StoreClient = {
    ...engine.client,
    select: async (name, ...rest) => {
      const found = await engine.client.select(name, ...rest);
      if (name === 'landings.blocks') looks.push(found.length);
      return found;
    },
  };
  const all: LandedDecision[] = [];
  for (let at = before, isOver = false; !isOver; ) {
    const { found, until } = await readLandings(client, { after: at, selections: [allOfThem], limit: 20 });
    all.push(...found);
    isOver = comparePositions(until, at) === 0;
    at = until;
  }
  expect(ids(all)).toEqual(wanted);
  expect(Math.max(...looks)).toBe(200);
  // Pages of twenty blocks each out of what is kept: so not every page is a look.
  expect(looks.length).toBeLessThan(8);
});
