import { randomUUID } from 'node:crypto';
import { dayMs, formatTimestamp, hourMs } from '@custody/decision';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import {
  buildHours,
  buildSpan,
  countsByHour,
  DecisionBlock,
  type Expiry,
  expire,
  nothingExpires,
  placeHold,
  type RetentionPolicies,
  type RetentionReport,
  readHoursOfDecisions,
  readRetentionReport,
  readStoreClock,
  releaseHold,
  runQuery,
  type SealsToWrite,
  writeDecisions,
  writeSeals,
} from '../src/index.ts';
import { SealBook } from '../src/plan/seal-book.ts';
import { markExpired } from '../src/retention/mark-expired.ts';
import { retentionOf } from '../src/retention/policy.ts';
import { startMigratedEngine, type TestEngine } from './engine.ts';
import { makeRow, uuid } from './make-rows.ts';

/** What is sealed now holds for a day at the time of these tests. */
const [january, february, march] = [Date.UTC(2020, 0, 1), Date.UTC(2020, 1, 1), Date.UTC(2020, 2, 1)];
const nowMs = Date.now() + 2 * dayMs;
/** Policies that keep what occurred from a day on. */
const daysSince = (keptFromMs: number) => Math.floor((nowMs - keptFromMs) / dayMs);
const clock = { now: () => nowMs, sleep: () => new Promise<void>((resolve) => setTimeout(resolve, 20)) };
let engine: TestEngine;
let nextId = 1;
let environments = 0;
let env = '';

beforeAll(async () => {
  engine = await startMigratedEngine();
});
afterAll(() => engine.stop());
/** Each test has an environment of its own. */
beforeEach(() => {
  env = `env-${++environments}`;
});

const select = (sql: string) =>
  engine.client.select('test', sql, {}, { settings: { output_format_json_quote_64bit_integers: 0 } });
const counted = async (table: string, condition = `env_id = '${env}'`) =>
  ((await select(`SELECT count() AS n FROM ${table} WHERE ${condition}`)) as { n: number }[])[0]?.n;

/** Decisions every twenty minutes of a range; resolves with the hours that they lie in. */
async function store(envId: string, fromMs: number, toMs: number): Promise<number[]> {
  const times = Array.from({ length: (toMs - fromMs) / (hourMs / 3) }, (_, n) => fromMs + (n * hourMs) / 3);
  const rows = times.map((atMs, n) =>
    makeRow({ envId, atMs, id: uuid(nextId++), verdict: n % 4 === 0 ? 'deny' : 'allow', humanKey: `human|h${n % 2}` }),
  );
  await writeDecisions(engine.client, DecisionBlock.of(rows));
  return [...new Set(times.map((atMs) => Math.floor(atMs / hourMs) * hourMs))];
}

/** Seals hours, and what they are a part of where a span is named. */
async function seal(envId: string, hours: readonly number[], span?: 'day'): Promise<void> {
  const [now] = (await select('SELECT now64(6) AS at')) as { at: string }[];
  const row = (of: string, startMs: number, build: string) => ({
    ...{ env_id: envId, span: of, starts_at: startMs / 1_000, build },
    as_of: now?.at,
  });
  const insert = (rows: readonly object[]) => engine.client.insert('test', 'custody_internal.seals', rows);
  const builds = await buildHours(engine.client, { envId, hours, attempt: randomUUID() });
  await insert(builds.map(({ hourStartMs, build }) => row('hour', hourStartMs, build)));
  if (span === undefined) return;
  const startMs = Math.floor((hours[0] ?? 0) / dayMs) * dayMs;
  const { build } = await buildSpan(engine.client, { envId, span, startMs, attempt: randomUUID() });
  await insert([row(span, startMs, build)]);
}

/** Keeps what environments have for so many days, and everything else for ever. */
function policies(days: number, names: readonly string[] = [env]): RetentionPolicies {
  return { ...nothingExpires, named: new Map(names.map((name) => [name, { decisions: days, entries: days }])) };
}

async function run(given: RetentionPolicies): Promise<Expiry[]> {
  const expiries: Expiry[] = [];
  await expire({ client: engine.client, policies: given, clock, onExpired: (expiry) => expiries.push(expiry) });
  return expiries;
}

const tableOf = (report: RetentionReport, table = 'decisions') =>
  report.tables.find((one) => one.env_id === env && one.table === table);

const sums = async () => [
  await select(`SELECT * FROM custody.decisions_hourly WHERE env_id IN ('${env}', '${env}-b') ORDER BY ALL`),
  await select(`SELECT * FROM custody.decisions_daily WHERE env_id IN ('${env}', '${env}-b') ORDER BY ALL`),
];
const rowsPerDay = 72;

describe('what goes', () => {
  test('nothing, where nothing is configured', async () => {
    await seal(env, await store(env, march, march + dayMs));
    expect(await run(nothingExpires)).toEqual([]);
    expect(await counted('custody_internal.decisions')).toBe(rowsPerDay);
    const report = await readRetentionReport(engine.client, nothingExpires, nowMs);
    expect(tableOf(report)).toMatchObject({
      table: 'decisions',
      retention_days: null,
      rows: rowsPerDay,
      due: null,
      next: null,
    });
  });

  test('exactly what is old enough and sealed, while hours and days stay equal to the row', async () => {
    const hours = await store(env, march, march + 2 * dayMs + hourMs);
    await seal(env, hours.slice(1, 24));
    await seal(env, hours.slice(24, 48), 'day');
    const before = await sums();
    const limit = policies(daysSince(march + 2 * dayMs));
    expect(tableOf(await readRetentionReport(engine.client, limit, nowMs))).toMatchObject({
      due: { rows: 2 * rowsPerDay - 3, from: formatTimestamp(march + hourMs) },
      unsealed: { rows: 3, from: formatTimestamp(march) },
      next: { rows: 3 },
    });
    const expiries = await run(limit);
    expect(expiries.map(({ table, rows, hours: count }) => [table, rows, count])).toEqual([
      ['entries', 2 * rowsPerDay - 3, 47],
      ['decisions', 2 * rowsPerDay - 3, 47],
    ]);
    expect(await sums()).toEqual(before);
    expect(
      await select(
        `SELECT DISTINCT toStartOfHour(occurred_at) AS hour FROM custody.decisions WHERE env_id = '${env}' ORDER BY hour`,
      ),
    ).toEqual(
      [hours[0], ...hours.slice(48)].map((ms) => ({
        hour: formatTimestamp(ms ?? 0)
          .slice(0, 19)
          .replace('T', ' '),
      })),
    );
    expect(await counted('custody_internal.entries')).toBe(6);
    expect(
      await select(
        `SELECT sum(rows) AS n FROM custody_internal.expiries FINAL WHERE isNotNull(finished_at) AND env_id = '${env}'`,
      ),
    ).toEqual([{ n: 2 * (2 * rowsPerDay - 3) }]);
    expect(await run(limit)).toEqual([]);
  });

  test('of two environments in one month what each of them does not keep; a month that is over goes part by part', async () => {
    const other = `${env}-b`;
    await seal(env, await store(env, january, january + 6 * hourMs));
    await seal(env, await store(env, january + dayMs, january + dayMs + 6 * hourMs));
    await seal(other, await store(other, january, january + 6 * hourMs));
    await seal(env, await store(env, february, february + hourMs));
    const before = await sums();
    await run(policies(daysSince(january + dayMs)));
    expect([await counted('custody.decisions'), await counted('custody.decisions', `env_id = '${other}'`)]).toEqual([
      21, 18,
    ]);
    const mutations = () => counted('system.mutations', `table = 'decisions'`);
    const sofar = await mutations();
    await run(policies(daysSince(february), [env, other]));
    expect([await counted('custody.decisions'), await counted('custody.decisions', `env_id = '${other}'`)]).toEqual([
      3, 0,
    ]);
    expect(await counted('system.parts', `active AND table = 'decisions' AND partition = '202001'`)).toBe(0);
    expect(await mutations()).toBe(sofar);
    expect(await sums()).toEqual(before);
  });

  test('entries on their own, and decisions whose entries are kept as long', async () => {
    await seal(env, await store(env, march, march + 2 * dayMs));
    const general = { decisions: null, entries: daysSince(march + dayMs) };
    const { unknown } = await expire({
      client: engine.client,
      policies: {
        ...nothingExpires,
        named: new Map([
          [env, general],
          ['gone', general],
        ]),
      },
      clock,
    });
    expect(unknown).toEqual(['gone']);
    expect(await counted('custody.decisions')).toBe(2 * rowsPerDay);
    expect(await counted('custody_internal.entries')).toBe(rowsPerDay);
  });
});

describe('what stays', () => {
  test('an hour that is sealed for less than a day, one that was touched since, and one that is being changed', async () => {
    const [fresh, touched, unsettled, ready] = await store(env, march, march + 4 * hourMs);
    await seal(env, [fresh, touched, unsettled, ready].map(Number));
    const touch = (hour: number | undefined, is_settled: boolean) =>
      engine.client.insert('test', 'custody_internal.touched_hours', [
        { env_id: env, hour: Number(hour) / 1_000, position: 1, why: 'consent', is_settled },
      ]);
    await touch(touched, true);
    await touch(unsettled, false);
    await engine.client.command(
      'test',
      `INSERT INTO custody_internal.seals SELECT * REPLACE (now64(6) + INTERVAL 3 DAY AS as_of) FROM custody_internal.seals
WHERE starts_at = toDateTime({hour:UInt32}, 'UTC') AND span = 'hour'`,
      { hour: Number(fresh) / 1_000 },
    );
    expect((await run(policies(45))).map(({ fromMs, rows }) => [fromMs, rows])).toEqual([
      [ready, 3],
      [ready, 3],
    ]);
  });

  test('what is under a hold, until it is released', async () => {
    await seal(env, await store(env, march, march + dayMs));
    const hold = {
      envId: env,
      fromMs: march + 2 * hourMs,
      toMs: march + 5 * hourMs,
      reason: 'case 7',
      who: 'counsel',
    };
    const id = await placeHold(engine.client, hold);
    await placeHold(engine.client, { ...hold, envId: `${env}-b`, fromMs: january, toMs: nowMs });
    const report = await readRetentionReport(engine.client, policies(45), nowMs);
    expect(tableOf(report)).toMatchObject({ held: { rows: 9 }, due: { rows: rowsPerDay - 9 } });
    expect(report.holds.map(({ reason, placed_by }) => [reason, placed_by])).toContainEqual(['case 7', 'counsel']);
    await run(policies(45));
    expect(await counted('custody.decisions')).toBe(9);
    expect(await counted('custody_internal.entries')).toBe(9);
    await expect(releaseHold(engine.client, { id: 'zz', reason: '', who: '' })).rejects.toMatchObject({
      code: 'STORE_NO_SUCH_HOLD',
    });
    await releaseHold(engine.client, { id: id.slice(0, 13), reason: 'settled', who: 'counsel' });
    expect(await run(policies(45))).toHaveLength(2);
    expect(await counted('custody.decisions')).toBe(0);
  });

  test('what a hold was placed on between the mark and the deletion', async () => {
    await seal(env, await store(env, march, march + 6 * hourMs));
    const before = await sums();
    await mark();
    await placeHold(engine.client, {
      envId: env,
      fromMs: march,
      toMs: march + 2 * hourMs,
      reason: 'case 8',
      who: 'counsel',
    });
    await run(policies(45));
    expect(await counted('custody.decisions')).toBe(6);
    expect(await sums()).toEqual(before);
  });
});

/** What a sealer writes that summed the hour up while its rows went. */
async function oneMoreSeal(): Promise<SealsToWrite> {
  const counts = { stored: 1, listed: 1, deadLetters: 0, missing: 0, deletedAtSource: 0, unreadableSeconds: 0 };
  const texts = { listedIdsXor: '', reasons: [], content: '', digest: 'd', previousDigest: '' };
  const said = { ...counts, ...texts, revision: 2, state: 'complete' } as const;
  const seal = {
    envId: env,
    span: 'hour',
    startMs: march,
    build: '7',
    windowsUpdatedAtMs: 0,
    causes: [],
    said,
  } as const;
  return { attempt: randomUUID(), asOfUs: await readStoreClock(engine.client), seals: [seal] };
}

/** The first half of an expiry, as a crash leaves it. */
async function mark(): Promise<void> {
  const { environments } = retentionOf(policies(45), [{ envId: env, envName: '' }]);
  await markExpired(engine.client, { kind: 'decisions', environments, nowMs }, 202003);
}

describe('every sum stays as it was', () => {
  test('after a crash between the mark and the deletion, which the next run makes up for', async () => {
    await seal(env, await store(env, march, march + 6 * hourMs));
    const before = await sums();
    await mark();
    expect(await sums()).toEqual(before);
    expect(await counted('custody.decisions')).toBe(18);
    // Although the policy was taken back: what was marked has expired.
    expect(await run(nothingExpires)).toMatchObject([{ table: 'decisions', rows: 18 }]);
    expect(await counted('custody.decisions')).toBe(0);
    expect(await sums()).toEqual(before);
  });

  test('when a decision is stored in an expired hour later: it is not counted, and goes with the next run', async () => {
    await seal(env, await store(env, march, march + 6 * hourMs));
    const before = await sums();
    await run(policies(45));
    await store(env, march, march + hourMs);
    expect(await sums()).toEqual(before);
    // A sealer that takes the hour for one of three decisions, before they go.
    await seal(env, [march]);
    expect(await sums()).toEqual(before);
    expect(await writeSeals(engine.client, await oneMoreSeal())).toBe(false);
    const flips = await readHoursOfDecisions(engine.client, [march, march + hourMs]);
    expect(flips.filter(({ envId }) => envId === env)).toMatchObject([
      { hourStartMs: march, decisions: 3, isDue: false },
      { hourStartMs: march + hourMs, decisions: 0, isDue: false },
    ]);
    const counts = await runQuery(engine.client, countsByHour, { from_ms: march, to_ms: march + 2 * hourMs });
    expect(counts.filter(({ env_id }) => env_id === env)).toMatchObject([{ is_expired: true }, { is_expired: true }]);
    expect(await run(policies(45))).toMatchObject([
      { table: 'entries', rows: 3 },
      { table: 'decisions', rows: 3 },
    ]);
    expect(await counted('custody.decisions')).toBe(0);
    expect(await sums()).toEqual(before);
  });

  test('when an hour expires that its day was summed up without', async () => {
    const hours = await store(env, march, march + 3 * hourMs);
    await seal(env, hours, 'day');
    await store(env, march, march + hourMs);
    const [now] = (await select('SELECT now64(6) AS at')) as { at: string }[];
    const [built] = await buildHours(engine.client, { envId: env, hours: [march], attempt: randomUUID() });
    const again = { env_id: env, span: 'hour', starts_at: march / 1_000, as_of: now?.at, build: built?.build };
    await engine.client.insert('test', 'custody_internal.seals', [again]);
    const before = await sums();
    await run(policies(45));
    expect(await counted('custody.decisions')).toBe(0);
    expect(await sums()).toEqual(before);
    expect(await select(`SELECT sum(decisions) AS n FROM custody.decisions_daily WHERE env_id = '${env}'`)).toEqual([
      { n: 12 },
    ]);
    const book = new SealBook(engine.client);
    const range = { fromMs: march, toMs: march + dayMs };
    await book.refresh(range);
    const snapshot = book.snapshot(range).find(({ envId }) => envId === env);
    expect([snapshot?.openHours.size, snapshot?.openDays.has(march)]).toEqual([0, true]);
  });
});
