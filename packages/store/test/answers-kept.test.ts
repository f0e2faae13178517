import { randomUUID } from 'node:crypto';
import { hourMs } from '@custody/decision';
import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  buildHours,
  DecisionBlock,
  readAggregate,
  readDecisionsPage,
  type StoreClient,
  writeDecisions,
} from '../src/index.ts';
import { isMergedFrom } from '../src/plan/active-parts.ts';
import { AnswerMemory } from '../src/plan/answer-memory.ts';
import { EnvironmentBook } from '../src/plan/environment-book.ts';
import { SealBook } from '../src/plan/seal-book.ts';
import { openFutureSeals } from '../src/seals/future-seals.ts';
import { countOfRange } from './count-of-range.ts';
import { startMigratedEngine as startEngine, type TestEngine } from './engine.ts';
import { makeRow, uuid } from './make-rows.ts';
import { sealHours } from './seal-hours.ts';

const envId = 'env-1';
let engine: TestEngine;
beforeAll(async () => {
  engine = await startEngine();
});
afterAll(() => engine.stop());

/** The same store, and the names of the statements that are asked of it. */
function noting(): { client: StoreClient; asked: string[] } {
  const asked: string[] = [];
  const select: StoreClient['select'] = (name, ...rest) => {
    asked.push(name);
    return engine.client.select(name, ...rest);
  };
  return { client: { ...engine.client, select }, asked };
}

const store = (client: StoreClient, id: number, atMs: number) =>
  writeDecisions(client, DecisionBlock.of([makeRow({ id: uuid(id), atMs })]));

test('what is stored after the clock was set back is in the next answer, though its words are older than one before', async () => {
  const startMs = Date.UTC(2026, 4, 2, 7);
  const question = countOfRange({ fromMs: startMs, toMs: startMs + hourMs });
  const counted = async () => (await readAggregate(engine.client, question))[0]?.m_decisions;
  await store(engine.client, 1_000, startMs);
  const ahead = `INSERT INTO custody_internal.stored_hours (env_id, hour, stored_at)
    VALUES ('${envId}', ${startMs / 1_000}, now64(6) + INTERVAL 1 HOUR)`;
  await engine.client.command('test', ahead);
  expect(await counted()).toBe(1);
  await store(engine.client, 1_001, startMs);
  expect(await counted()).toBe(2);
});

test('nor where the sealer itself opened what was sealed while the clock was ahead', async () => {
  const startMs = Date.UTC(2026, 4, 4, 7);
  const question = countOfRange({ fromMs: startMs, toMs: startMs + hourMs });
  const counted = async () => (await readAggregate(engine.client, question))[0]?.m_decisions;
  await store(engine.client, 2_000, startMs);
  const [built] = await buildHours(engine.client, { envId, hours: [startMs], attempt: randomUUID() });
  await engine.client.command(
    'test',
    `INSERT INTO custody_internal.seals (env_id, span, starts_at, as_of, build)
     VALUES ('${envId}', 'hour', ${startMs / 1_000}, now64(6) + INTERVAL 1 HOUR, ${built?.build})`,
  );
  expect(await openFutureSeals(engine.client)).toBe(1);
  expect(await counted()).toBe(1);
  await store(engine.client, 2_001, startMs);
  expect(await counted()).toBe(2);
});

test('an hour whose seal is learned before it is said to hold decisions changes what is read', () => {
  const startMs = Date.UTC(2026, 4, 3, 7);
  const range = { fromMs: startMs - 24 * hourMs, toMs: startMs + 24 * hourMs };
  const book = new EnvironmentBook();
  book.learnSaid(startMs - 2 * hourMs, 5);
  book.learnSeal('hour', startMs, { asOfUs: 20, build: '7' }, 21);
  const before = book.snapshot(envId, range)?.lastHourMs;
  const isOther = book.learnSaid(startMs, 10);
  const isSame = before === book.snapshot(envId, range)?.lastHourMs;
  expect(isOther).toBe(!isSame);
});

test('a store that is replaced or restored behind the same address is asked anew', async () => {
  const other = await startEngine();
  try {
    const mine = await startEngine();
    let current = mine;
    // Copies of one store have tables of one identity; those of others never.
    const named = (row: object) => ('place' in row ? { ...row, place: current.url } : row);
    const client: StoreClient = {
      ...mine.client,
      select: async (...statement) => ((await current.client.select(...statement)) as object[]).map(named),
    };
    const startMs = Date.UTC(2026, 4, 5, 7);
    const counted = async () =>
      (await readAggregate(client, countOfRange({ fromMs: startMs, toMs: startMs + 4 * hourMs })))[0]?.m_decisions;
    await store(mine.client, 3_000, startMs);
    expect(await counted()).toBe(1);
    const rows = [3_001, 3_002].map((id) => makeRow({ id: uuid(id), atMs: startMs + 2 * hourMs }));
    await writeDecisions(other.client, DecisionBlock.of(rows));
    current = other;
    const found = await counted();
    await mine.stop();
    expect(found).toBe(2);
  } finally {
    await other.stop();
  }
}, 30_000);

test('builds that are looked up: a seal that is written between the reading and the look, after the clock was set back', async () => {
  const startMs = Date.UTC(2026, 4, 6, 7);
  const question = countOfRange({ fromMs: startMs, toMs: startMs + 2 * hourMs });
  const seal = async (atMs: number, sealedAt: string) => {
    const [now] = (await engine.client.select('test', 'SELECT now64(6) AS at', {})) as { at: string }[];
    const [built] = await buildHours(engine.client, { envId, hours: [atMs], attempt: randomUUID() });
    await engine.client.command(
      'test',
      `INSERT INTO custody_internal.seals (env_id, span, starts_at, as_of, build, sealed_at)
       VALUES ('${envId}', 'hour', ${atMs / 1_000}, '${now?.at}', ${built?.build}, ${sealedAt})`,
    );
  };
  await store(engine.client, 4_000, startMs);
  await store(engine.client, 4_001, startMs + hourMs);
  await seal(startMs, 'now64(6)');
  // Written before the clock was set back.
  await seal(startMs + hourMs, 'now64(6) + INTERVAL 1 HOUR');
  let read: Promise<unknown> | null = null;
  let isRacing = false;
  const client: StoreClient = {
    ...engine.client,
    select: async (name, ...statement) => {
      if (isRacing && name === 'plan.news') {
        await read;
        await seal(startMs, 'now64(6)');
        isRacing = false;
      }
      const answer = engine.client.select(name, ...statement);
      if (name === 'decisions.aggregate') read = answer;
      return answer;
    },
  };
  const counted = async () => (await readAggregate(client, question, { mostNamed: 0, isAnew: true }))[0]?.m_decisions;
  expect(await counted()).toBe(2);
  await store(engine.client, 4_002, startMs + 1);
  isRacing = true;
  expect(await counted()).toBe(3);
}, 20_000);

test('answers that nobody asks for again do not stay', () => {
  const memory = new AnswerMemory();
  const kept = (readAtMs: number) => ({ plans: [], version: 0, words: 0, readAtMs, rows: [{ m_decisions: 1 }] });
  for (let n = 0; n < 100; n++) memory.set(`question ${n}`, kept(performance.now() - 120_000));
  memory.set('the last one', kept(performance.now()));
  expect(memory.size).toBe(1);
  expect(memory.get('the last one')?.rows).toEqual([{ m_decisions: 1 }]);
  // Nor more than there is room for.
  for (let n = 0; n < 20_000; n++) memory.set(`${n}`, kept(performance.now()));
  expect(memory.size).toBeLessThan(11_000);
  expect(memory.get('the last one')).toBeUndefined();
});

test('an hour that is told again counts as told, unless its word is known and older than all that is new', () => {
  const book = new EnvironmentBook();
  book.learnSaid(0, 50);
  expect(book.wordsOf(0)).toBe(1);
  book.learnSaid(0, 50, true, 51);
  book.learnSaid(0, 50, false);
  expect(book.wordsOf(0)).toBe(1);
  book.learnSaid(0, 50, true, 50);
  book.learnSaid(0, 49, true, 51);
  expect(book.wordsOf(0)).toBe(3);
});

test('a part has nothing new where all its inserts are in parts that were read', () => {
  const known = ['all_1_12_2', 'all_13_13_0', 'all_14_14_0', 'all_16_16_0'];
  expect(isMergedFrom('all_1_14_3', known)).toBe(true);
  expect(isMergedFrom('all_13_14_1', known)).toBe(true);
  // Nobody has looked since the fifteenth.
  expect(isMergedFrom('all_1_16_3', known)).toBe(false);
  expect(isMergedFrom('all_17_17_0', known)).toBe(false);
  expect(isMergedFrom('all_14_18_1', known)).toBe(false);
  // A mutation may have written anew what is older than itself.
  expect(isMergedFrom('all_1_12_2_15', known)).toBe(false);
  expect(isMergedFrom('all_16_16_0_15', known)).toBe(true);
  expect(isMergedFrom('all_1_14_3_15', ['all_1_12_2_15', 'all_13_14_1_15'])).toBe(true);
  expect(isMergedFrom('all_1_17_3_15', ['all_1_12_2_15', 'all_13_15_1_15', 'all_16_17_0'])).toBe(true);
});

test('what is merged is not read again, and what lands after it is', async () => {
  const startMs = Date.UTC(2026, 4, 6, 7);
  const range = { fromMs: startMs, toMs: startMs + hourMs };
  const { client, asked } = noting();
  await store(engine.client, 3_000, startMs);
  await store(engine.client, 3_001, startMs + 1);
  const book = new SealBook(client);
  await book.refresh(range);
  const { words } = book;
  for (const table of ['stored_hours', 'touched_hours', 'seals']) {
    await engine.client.command('test', `OPTIMIZE TABLE custody_internal.${table} FINAL`);
  }
  await book.refresh(range);
  expect(asked).toEqual(['plan.parts', 'plan.news', 'plan.parts']);
  expect(book.words).toBe(words);
  await store(engine.client, 3_002, startMs + 2);
  await book.refresh(range);
  expect(book.words).toBeGreaterThan(words);
});

test('what lands is read once for all questions and added to what was counted before', async () => {
  const startMs = Date.UTC(2026, 4, 8, 7);
  const openMs = startMs + 8 * hourMs;
  const range = { fromMs: startMs, toMs: openMs + hourMs / 2 };
  const sealed = Array.from({ length: 8 }, (_, n) => startMs + n * hourMs);
  const { client, asked } = noting();
  const pieces = () => asked.splice(0).filter((name) => !name.startsWith('plan.'));
  const counted = async () => (await readAggregate(client, countOfRange(range)))[0]?.m_decisions;
  const page = { selection: countOfRange(range).selection, after: null, limit: 20 };
  const newest = async () => (await readDecisionsPage(client, page, { isByPieces: true })).length;
  for (const [index, hour] of sealed.entries()) await store(engine.client, 5_100 + index, hour);
  await sealHours(engine.client, envId, sealed);
  await store(engine.client, 5_001, openMs + 1);
  expect(await counted()).toBe(9);
  expect(pieces().sort()).toEqual(['pieces.hours', 'pieces.sums']);
  expect(await newest()).toBe(9);
  expect(new Set(pieces())).toEqual(new Set(['decisions.page']));

  await store(engine.client, 5_002, openMs + 2);
  expect(await counted()).toBe(10);
  expect(pieces()).toEqual(['pieces.hours']);
  const byAgent = { ...countOfRange(range), groupBy: ['agent'] as const, limit: 10 };
  expect(await readAggregate(client, byAgent)).toEqual([{ g_agent: expect.any(String), m_decisions: 10 }]);
  expect(pieces()).toEqual(['pieces.sums']);
  expect(await newest()).toBe(10);
  expect(pieces()).toEqual(['decisions.page']);

  // Of one who has nothing in the open hour nothing is read.
  const nobody = { include: [{ column: 'server', operator: 'in', values: ['nowhere'] }], exclude: [] } as const;
  const ofNobody = { ...page, selection: { ...page.selection, filters: [nobody] } };
  expect(await readDecisionsPage(client, ofNobody, { isByPieces: true })).toEqual([]);
  await store(engine.client, 5_003, openMs + 3);
  pieces();
  expect(await readDecisionsPage(client, ofNobody, { isByPieces: true })).toEqual([]);
  expect(pieces()).toEqual(['pieces.hours']);
  // What lands in what is summed up opens it.
  await store(engine.client, 5_004, startMs + 2);
  expect(await counted()).toBe(12);
  expect(await newest()).toBe(12);
});
