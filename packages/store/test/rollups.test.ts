import { randomUUID } from 'node:crypto';
import { dayMs, hourMs } from '@custody/decision';
import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  buildHours,
  buildSpan,
  cubes,
  DecisionBlock,
  readAggregate,
  type StoreClient,
  writeDecisions,
} from '../src/index.ts';
import { SealBook } from '../src/plan/seal-book.ts';
import { countOfRange } from './count-of-range.ts';
import { startMigratedEngine, type TestEngine } from './engine.ts';
import { makeRow, uuid } from './make-rows.ts';

const dayStartMs = Date.UTC(2026, 2, 31);
const hours = Array.from({ length: 24 }, (_, n) => dayStartMs + n * hourMs);
const envId = 'env-1';
let engine: TestEngine;

beforeAll(async () => {
  engine = await startMigratedEngine();
});
afterAll(() => engine.stop());

const select = (sql: string) =>
  engine.client.select('test', sql, {}, { settings: { output_format_json_quote_64bit_integers: 0 } });
const storeNow = async () => ((await select('SELECT now64(6) AS at')) as { at: string }[])[0]?.at ?? '';

async function store(from: number, to: number): Promise<void> {
  const rows = Array.from({ length: to - from }, (_, n) =>
    makeRow({
      id: uuid(from + n),
      atMs: dayStartMs + (((from + n) * 431_017) % dayMs),
      verdict: n % 7 === 0 ? 'deny' : 'allow',
      humanKey: `human|h${n % 3}`,
    }),
  );
  await writeDecisions(engine.client, DecisionBlock.of(rows));
}

interface Seal {
  span: 'hour' | 'day' | 'month';
  startMs: number;
  as_of: string;
  build: string;
}

async function seal(seals: readonly Seal[]): Promise<void> {
  const rows = seals.map(({ startMs, ...rest }) => ({ env_id: envId, starts_at: startMs / 1_000, ...rest }));
  await engine.client.insert('test', 'custody_internal.seals', rows);
}

async function sealHours(starts: readonly number[]): Promise<string> {
  const as_of = await storeNow();
  const builds = await buildHours(engine.client, { envId, hours: starts, attempt: randomUUID() });
  await seal(builds.map(({ hourStartMs, build }) => ({ span: 'hour', startMs: hourStartMs, as_of, build })));
  return as_of;
}

const columns = 'env_id, agent_key, human_key, server, tool, decision, reason_code';
const raw = (
  start: string,
) => `SELECT ${start} AS at, ${columns}, count() AS decisions, countIf(decision = 'deny') AS denials
FROM custody.decisions GROUP BY at, ${columns} ORDER BY ALL`;
const views = [
  [
    `SELECT hour AS at, ${columns}, decisions, denials FROM custody.decisions_hourly ORDER BY ALL`,
    'toStartOfHour(occurred_at)',
  ],
  [`SELECT day AS at, ${columns}, decisions, denials FROM custody.decisions_daily ORDER BY ALL`, 'toDate(occurred_at)'],
] as const;

async function expectEqualToRows(): Promise<void> {
  for (const [view, start] of views) expect(await select(view)).toEqual(await select(raw(start)));
}

test('hours and days are equal to the rows: open, sealed, re-opened, sealed anew', async () => {
  await store(0, 2_000);
  await expectEqualToRows();
  const as_of = await sealHours(hours);
  await expectEqualToRows();
  const { build } = await buildSpan(engine.client, { envId, span: 'day', startMs: dayStartMs, attempt: randomUUID() });
  await seal([{ span: 'day', startMs: dayStartMs, as_of, build }]);
  expect(await select("SELECT count() AS n FROM custody_internal.open_spans WHERE span = 'day'")).toEqual([{ n: 0 }]);
  await expectEqualToRows();
  const month = { span: 'month', startMs: Date.UTC(2026, 2, 1) } as const;
  const ofMonth = await buildSpan(engine.client, { envId, ...month, attempt: randomUUID() });
  await seal([{ ...month, as_of, build: ofMonth.build }]);
  expect(await select('SELECT count() AS n FROM custody_internal.open_spans')).toEqual([{ n: 0 }]);
  for (const { table, levels } of cubes) {
    const sums = `SELECT DISTINCT sum(decisions) AS n FROM ${table} GROUP BY level`;
    if (levels.length > 1) expect(await select(sums)).toEqual([{ n: 2_000 }]);
  }

  await store(2_000, 2_030);
  expect(await select('SELECT count() AS n FROM custody_internal.open_hours')).toEqual([{ n: 4 }]);
  await expectEqualToRows();
  await sealHours(hours.slice(0, 12));
  await sealHours(hours.slice(12));
  expect(await select('SELECT count() AS n FROM custody_internal.open_hours')).toEqual([{ n: 0 }]);
  await expectEqualToRows();
});

test('what is stored again as it was has the same content, and another attribution another one', async () => {
  const startMs = Date.UTC(2026, 4, 1, 7);
  const content = async () => {
    const [built] = await buildHours(engine.client, { envId, hours: [startMs], attempt: randomUUID() });
    return [built?.stored, built?.content];
  };
  const rows = [10_001, 10_002, 10_003].map((n) => makeRow({ id: uuid(n), atMs: startMs + n }));
  await writeDecisions(engine.client, DecisionBlock.of(rows));
  const before = await content();
  await writeDecisions(engine.client, DecisionBlock.of(rows.toReversed()));
  expect(await content()).toEqual(before);
  const [row] = rows;
  if (row === undefined) throw new Error('no row');
  const attribution = { ...row.decision.attribution, humanKey: 'human|other' };
  await writeDecisions(
    engine.client,
    DecisionBlock.of([{ ...row, decision: { ...row.decision, attribution, grantsPosition: 2 } }]),
  );
  const [stored, after] = await content();
  expect([stored, after === before[1]]).toEqual([3, false]);
});

test('sums are the same where groups do not fit in memory and are written in several blocks', async () => {
  const startMs = dayStartMs + 3 * hourMs;
  const settings = { max_bytes_before_external_group_by: '1', min_insert_block_size_rows: '10', max_block_size: '16' };
  const [built] = await buildHours(engine.client, { envId, hours: [startMs], attempt: randomUUID() }, { settings });
  expect(built?.stored).toBeGreaterThan(50);
  for (const { table, levels, name } of cubes) {
    const [found] = await select(
      `SELECT sum(decisions) AS n FROM ${table} WHERE build = ${built?.build} AND level = '${levels[0]}'`,
    );
    if (name !== 'denials') expect(found).toEqual({ n: built?.stored });
  }
});

test('ids are told as the XOR of their bits', async () => {
  const startMs = Date.UTC(2026, 4, 2, 7);
  const ids = Array.from({ length: 50 }, () => randomUUID());
  await writeDecisions(engine.client, DecisionBlock.of(ids.map((id, n) => makeRow({ id, atMs: startMs + n }))));
  const expected = ids.reduce((sum, id) => sum ^ BigInt(`0x${id.replaceAll('-', '')}`), 0n);
  const [built] = await buildHours(engine.client, { envId, hours: [startMs], attempt: randomUUID() });
  expect(built?.idsXor).toBe(expected.toString(16).padStart(32, '0'));
});

test('decisions that are inserted without a word, as older code does, open their hours all the same', async () => {
  const startMs = Date.UTC(2026, 4, 3, 7);
  await writeDecisions(engine.client, DecisionBlock.of([makeRow({ id: uuid(20_001), atMs: startMs })]));
  await sealHours([startMs]);
  const inHour = `FROM custody.decisions_hourly WHERE hour = toDateTime(${startMs / 1_000}, 'UTC')`;
  await engine.client.command(
    'test',
    `INSERT INTO custody_internal.decisions (env_id, occurred_at, decision_id, grants_position)
     VALUES ('${envId}', fromUnixTimestamp64Milli(${startMs + 1}, 'UTC'), '${uuid(20_002)}', 1)`,
  );
  expect(await select(`SELECT sum(decisions) AS n ${inHour}`)).toEqual([{ n: 2 }]);
});

test('a day is counted once, whatever happens between the looks at hours and at days', async () => {
  const ofDay = Date.UTC(2026, 4, 5);
  const startMs = ofDay + 7 * hourMs;
  await writeDecisions(engine.client, DecisionBlock.of([makeRow({ id: uuid(20_201), atMs: startMs })]));
  const as_of = await sealHours([startMs]);
  const { build } = await buildSpan(engine.client, { envId, span: 'day', startMs: ofDay, attempt: randomUUID() });
  await seal([{ span: 'day', startMs: ofDay, as_of, build }]);
  const [view] = (await select(
    `SELECT as_select AS sql FROM system.tables WHERE database = 'custody' AND name = 'decisions_daily'`,
  )) as { sql: string }[];
  const seen = (open: boolean, list: string, at: number) =>
    `${open ? `[('${envId}', toDateTime(${at / 1_000}, 'UTC'))]` : `CAST([], 'Array(Tuple(String, DateTime(\\'UTC\\')))')`} AS ${list}`;
  const counted = async (isHourOpen: boolean, isDayOpen: boolean) => {
    const sql = view?.sql
      .replace(/\(SELECT groupArray\(\(env_id, hour\)\)[^)]+\) AS open\b/, () => seen(isHourOpen, 'open', startMs))
      .replace(/\(SELECT groupArray\(\(env_id, starts_at\)\)[^)]+\) AS open_days\b/, () =>
        seen(isDayOpen, 'open_days', ofDay),
      );
    expect(sql).not.toBe(view?.sql);
    return select(`SELECT sum(decisions) AS n FROM (${sql}) WHERE day = toDate(toDateTime(${ofDay / 1_000}, 'UTC'))`);
  };
  for (const isHourOpen of [false, true]) {
    for (const isDayOpen of [false, true]) expect(await counted(isHourOpen, isDayOpen)).toEqual([{ n: 1 }]);
  }
});

test.each([
  ['named', 10_000],
  ['looked up', 0],
])(
  'of builds that are %s, one whose seal is written after the look at what holds does not count in the answer: its sums may not be seen',
  async (_, mostNamed) => {
    const startMs = Date.UTC(2026, 4, 6, 7 + (mostNamed === 0 ? 1 : 0));
    await writeDecisions(
      engine.client,
      DecisionBlock.of([makeRow({ id: uuid(20_301 + startMs / hourMs), atMs: startMs })]),
    );
    await sealHours([startMs]);
    const question = countOfRange({ fromMs: startMs, toMs: startMs + hourMs });
    const sealedBefore = new Set<string>();
    const client: StoreClient = {
      ...engine.client,
      select: async (name, sql, params, options) => {
        if (name === 'decisions.aggregate')
          await seal([{ span: 'hour', startMs, as_of: await storeNow(), build: '17' }]);
        sealedBefore.add(name);
        return engine.client.select(name, sql, params, options);
      },
    };
    expect(await readAggregate(client, question, { mostNamed })).toEqual([{ m_decisions: 1 }]);
    expect(sealedBefore).toContain('decisions.aggregate');
    // And whoever looks after that goes by it.
    expect(await readAggregate(engine.client, question, { mostNamed })).toEqual([{ m_decisions: 0 }]);
  },
);

test('what was stored before a question is in its answer, though it was planned by what was known before', async () => {
  const startMs = Date.UTC(2026, 4, 7, 7);
  const range = { fromMs: startMs, toMs: startMs + hourMs };
  const rowsOf = (from: number, count: number) =>
    Array.from({ length: count }, (_, n) => makeRow({ id: uuid(30_000 + from + n), atMs: startMs + n }));
  // Whichever way they are counted, and no looks at what is new.
  const reading = new Set(['decisions.aggregate', 'pieces.hours', 'pieces.sums']);
  const asked: string[] = [];
  const client: StoreClient = {
    ...engine.client,
    select: (name, ...rest) => {
      asked.push(name);
      return engine.client.select(name, ...rest);
    },
  };
  const counted = async (isAnew = false) => {
    asked.length = 0;
    const [row] = await readAggregate(client, countOfRange(range), { isAnew });
    return [row?.m_decisions, asked.filter((name) => reading.has(name)).length];
  };
  await writeDecisions(engine.client, DecisionBlock.of(rowsOf(0, 3)));
  await sealHours([startMs]);
  expect(await counted()).toEqual([3, 1]);
  expect(await counted()).toEqual([3, 0]);
  // The sums that were to be read do not hold any more: the rows are read instead.
  await writeDecisions(engine.client, DecisionBlock.of(rowsOf(3, 2)));
  expect(await counted(true)).toEqual([5, 2]);
  // More of what is open changes nothing.
  await writeDecisions(engine.client, DecisionBlock.of(rowsOf(5, 1)));
  expect(await counted()).toEqual([6, 1]);
  expect(await counted()).toEqual([6, 0]);
  await sealHours([startMs]);
  expect(await counted()).toEqual([6, 1]);
  // Parts that were merged tell the same again.
  for (const table of ['stored_hours', 'seals']) {
    await engine.client.command('test', `OPTIMIZE TABLE custody_internal.${table} FINAL`);
  }
  expect(await counted()).toEqual([6, 0]);
});

test('a look that is under way serves whoever has to know of nothing after it began, and nobody else', async () => {
  const range = { fromMs: Date.UTC(2026, 4, 1), toMs: Date.UTC(2026, 5, 1) };
  let looks = 0;
  const whenLooking: (() => void)[] = [];
  const book = new SealBook({
    ...engine.client,
    select: async (name, ...statement) => {
      if (name === 'plan.parts') looks += 1;
      await Promise.resolve();
      for (const call of whenLooking.splice(0)) call();
      return engine.client.select(name, ...statement);
    },
  });
  await book.refresh(range);
  looks = 0;
  const askedAtMs = performance.now();
  const during: Promise<void>[] = [];
  whenLooking.push(() => during.push(book.refresh(range, {}, askedAtMs), book.refresh(range, {}, askedAtMs)));
  await book.refresh(range, {}, askedAtMs);
  await Promise.all(during);
  expect(looks).toBe(1);
  // What was stored in between has to be seen.
  whenLooking.push(() => during.push(book.refresh(range)));
  await book.refresh(range);
  await Promise.all(during);
  expect(looks).toBe(3);
});

test('who asks at once is answered by one look at what is new, and one that fails is no harm to the next', async () => {
  const range = { fromMs: Date.UTC(2026, 4, 1), toMs: Date.UTC(2026, 5, 1) };
  let looks = 0;
  let isDown = false;
  const book = new SealBook({
    ...engine.client,
    select: async (...statement) => {
      looks += 1;
      if (isDown) throw new Error('down');
      return engine.client.select(...statement);
    },
  });
  // One is under way when the others ask, who wait for the next one together.
  await Promise.all([book.refresh(range), book.refresh(range)]);
  const first = book.refresh(range);
  await Promise.resolve();
  await Promise.all([first, ...Array.from({ length: 10 }, () => book.refresh(range))]);
  expect(looks).toBeLessThanOrEqual(3);
  const before = book.snapshot(range).map(({ openHours }) => openHours.size);
  isDown = true;
  await expect(Promise.all([book.refresh(range), book.refresh(range)])).rejects.toThrow('down');
  isDown = false;
  await writeDecisions(engine.client, DecisionBlock.of([makeRow({ id: uuid(31_000), atMs: Date.UTC(2026, 4, 9, 3) })]));
  await book.refresh(range);
  expect(book.snapshot(range).map(({ openHours }) => openHours.size)).toEqual(before.map((count) => count + 1));
});
