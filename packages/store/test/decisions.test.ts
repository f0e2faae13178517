import { formatTimestamp, hourMs } from '@custody/decision';
import { CustodyError } from '@custody/runtime';
import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  ask,
  DecisionBlock,
  decisionById,
  entryOfDecision,
  everything,
  readStoredSummary,
  runQuery,
  type Selection,
  type StoreClient,
  storeErrors,
  walkDecisions,
  writeDecisions,
} from '../src/index.ts';
import { startMigratedEngine, type TestEngine } from './engine.ts';
import { makeRow, uuid } from './make-rows.ts';

const startMs = Date.UTC(2026, 0, 31, 20);
let engine: TestEngine;

beforeAll(async () => {
  engine = await startMigratedEngine();
});
afterAll(() => engine.stop());

const select = (sql: string) => engine.client.select('test', sql, {});
const explain = async (sql: string) =>
  ((await select(`EXPLAIN indexes = 1 ${sql}`)) as { explain: string }[]).map(({ explain }) => explain).join('\n');

test('a decision written three times, in other batches, is one row at every moment, and newer knowledge stays', async () => {
  const rows = Array.from({ length: 300 }, (_, i) => makeRow({ id: uuid(i), atMs: startMs + i * 61_000 }));
  const newer = rows.map(({ decision, entryBytes }) => ({
    entryBytes,
    decision: { ...decision, grantsPosition: 9, attribution: { ...decision.attribution, humanKey: 'human|newer' } },
  }));
  await engine.client.command('test', 'SYSTEM STOP MERGES custody_internal.decisions');
  await writeDecisions(engine.client, DecisionBlock.of(rows));
  for (const batch of [rows.slice(0, 7), newer, rows.slice(100), rows.toReversed()]) {
    await writeDecisions(engine.client, DecisionBlock.of(batch));
    const summary = await readStoredSummary(engine.client);
    expect(summary).toEqual({ decisions: 300, newestMs: startMs + 299 * 61_000 });
  }
  expect(await select('SELECT human_key, count() AS n FROM custody.decisions GROUP BY human_key')).toEqual([
    { human_key: 'human|newer', n: 300 },
  ]);
  const counts = ['hourly', 'daily'].map((grain) => `(SELECT sum(decisions) FROM custody.decisions_${grain})`);
  expect(await select(`SELECT ${counts[0]} AS hourly, ${counts[1]} AS daily`)).toEqual([{ hourly: 300, daily: 300 }]);
  // A look-up by id filters before versions are folded, and still answers the newest one.
  for (const n of [3, 150]) {
    const found = await ask(engine.client, decisionById(uuid(n), everything));
    expect(found).toMatchObject([{ decision_id: uuid(n), human_key: 'human|newer' }]);
  }
  // Nothing was merged meanwhile: every copy is there, and FINAL alone folds them.
  expect(await select('SELECT count() AS n FROM custody_internal.decisions')).toEqual([
    { n: 300 + 7 + 300 + 200 + 300 },
  ]);
  await engine.client.command('test', 'SYSTEM START MERGES custody_internal.decisions');
});

test('the same decision twice in one insert is one row at once, the newer one, and so is its entry', async () => {
  const row = makeRow({ id: uuid(7_777), atMs: startMs - 40 * 24 * hourMs });
  const newer = { ...row, decision: { ...row.decision, grantsPosition: 5, envName: 'newer' } };
  await writeDecisions(engine.client, DecisionBlock.of([row, newer, row]));
  const where = `decision_id = '${uuid(7_777)}'`;
  expect(await select(`SELECT env_name FROM custody.decisions WHERE ${where}`)).toEqual([{ env_name: 'newer' }]);
  expect(await select(`SELECT count() AS n FROM custody.decisions_daily WHERE day = '2025-12-22'`)).toEqual([{ n: 1 }]);
  expect(await select(`SELECT count() AS n FROM custody_internal.entries FINAL WHERE ${where}`)).toEqual([{ n: 1 }]);
  await engine.client.command('test', 'OPTIMIZE TABLE custody_internal.decisions FINAL');
  expect(await select(`SELECT env_name FROM custody.decisions WHERE ${where}`)).toEqual([{ env_name: 'newer' }]);
});

test('every column comes back as it was written, and the entry byte by byte', async () => {
  const row = makeRow({ id: uuid(9_999), atMs: startMs + 123, verdict: 'deny', reason: 'it’s "no"\n\t\\' });
  await writeDecisions(engine.client, DecisionBlock.of([row]));
  const [stored] = await ask(engine.client, decisionById(uuid(9_999), everything));
  const { decision, attribution } = row.decision;
  expect(stored).toMatchObject({
    decision_id: decision.id,
    occurred_at: formatTimestamp(decision.occurredAtMs),
    occurred_at_ms: decision.occurredAtMs,
    env_id: 'env-1',
    env_name: 'production',
    agent_key: decision.agentKey,
    human_key: attribution.humanKey,
    human_candidates: [],
    decision: 'deny',
    reason: decision.reason,
    reason_code: 'no_permission',
    consented_at: formatTimestamp(attribution.consentAtMs ?? 0),
    ingested_at: formatTimestamp(row.decision.ingestedAtMs),
  });
  const [entry] = await runQuery(engine.client, entryOfDecision, {
    env_id: 'env-1',
    occurred_at_ms: decision.occurredAtMs,
    id: decision.id,
  });
  expect(Buffer.from(entry?.entry ?? '')).toEqual(row.entryBytes);
});

test('filters on time, hour, day and id prune through the views', async () => {
  await engine.client.command(
    'test.fill',
    `INSERT INTO custody_internal.decisions (env_id, occurred_at, decision_id, agent_key, decision, grants_position)
     SELECT concat('e', toString(number % 2)), toDateTime64('2025-03-01', 3, 'UTC') + number * 20, generateUUIDv4(), 'a', 'allow', 1
     FROM numbers(360000)`,
  );
  const granules = async (sql: string, index: string) => {
    const text = await explain(sql);
    const found = new RegExp(`${index}[\\s\\S]*?Granules: (\\d+)/(\\d+)`).exec(text);
    expect(text).toContain('FINAL: 1');
    return { read: Number(found?.[1]), of: Number(found?.[2]) };
  };
  const hour = `occurred_at >= '2025-03-10 05:00:00' AND occurred_at < '2025-03-10 07:00:00'`;
  const pruned = [
    await granules(`SELECT count() FROM custody.decisions WHERE ${hour}`, 'PrimaryKey'),
    await granules(`SELECT count() FROM custody.decisions WHERE env_id = 'e1' AND ${hour}`, 'PrimaryKey'),
    await granules(`SELECT * FROM custody.decisions_hourly WHERE hour = '2025-03-10 05:00:00'`, 'PrimaryKey'),
    await granules(`SELECT * FROM custody.decisions_daily WHERE day = '2025-03-10'`, 'PrimaryKey'),
  ];
  for (const { read, of } of pruned) expect(read).toBeLessThan(of / 2);
  const byId = await granules(`SELECT * FROM custody.decisions WHERE decision_id = '${uuid(5)}'`, 'decision_id_filter');
  expect(byId.read).toBeLessThan(byId.of / 2);
  const other = await select(`SELECT count() AS n FROM custody.decisions WHERE ${hour}`);
  expect(other).toEqual([{ n: (2 * hourMs) / 20_000 }]);
});

test('the views merge no month with another, whatever the session says', async () => {
  // Three months of two environments each: in the order of the key they interleave.
  const off = 'SETTINGS enable_automatic_decision_for_merging_across_partitions_for_final = 0';
  const mostMerged = async (from: string) => {
    const sql = `EXPLAIN PIPELINE SELECT count() FROM ${from} WHERE occurred_at < '2026-01-01 00:00:00' ${off}`;
    const lines = (await select(sql)) as { explain: string }[];
    return Math.max(1, ...lines.map(({ explain }) => Number(/ReplacingSorted (\d+)/.exec(explain)?.[1] ?? 1)));
  };
  await engine.client.command('test', 'OPTIMIZE TABLE custody_internal.decisions FINAL');
  expect(await mostMerged('custody_internal.decisions FINAL')).toBe(3);
  expect(await mostMerged('custody.decisions')).toBe(1);
});

test('decisions of more months than the store takes by default in one insert are stored, instead of held up for ever', async () => {
  const rows = Array.from({ length: 101 }, (_, month) =>
    makeRow({ id: uuid(50_000 + month), atMs: Date.UTC(1990, month, 1) }),
  );
  await writeDecisions(engine.client, DecisionBlock.of(rows), { keepEntries: false });
  expect(await select("SELECT count() AS n FROM custody.decisions WHERE occurred_at < '2005-01-01'")).toEqual([
    { n: rows.length },
  ]);
});

test('a walk meets every decision once, in pages of a bounded size, also where a statement was too much or times are equal', async () => {
  const fromMs = Date.UTC(2011, 4, 1);
  const rows = Array.from({ length: 90 }, (_, i) =>
    makeRow({ id: uuid(7_000 + i), atMs: fromMs + (i < 40 ? 3 * hourMs : i * i * 600_000), envId: `walk-${i % 2}` }),
  );
  await writeDecisions(engine.client, DecisionBlock.of(rows));
  const range = { fromMs, toMs: fromMs + 60 * 24 * hourMs };
  const nothing = { scope: everything, human: null, candidates: null, certainty: 'sure', reasonText: '' } as const;
  const own = { include: [{ column: 'env_id', operator: 'startsWith', values: ['walk-'] }], exclude: [] } as const;
  const selection: Selection = { range, filters: [own], ...nothing };
  const ids = async (client: StoreClient, mostRows?: number) => {
    const pages: string[][] = [];
    const walk = { selection, pageRows: 7, ...(mostRows === undefined ? {} : { mostRows }) };
    for await (const page of walkDecisions(client, walk)) pages.push(page.map(({ decision_id }) => decision_id));
    expect(pages.every(({ length }) => length > 0 && length <= 7)).toBe(true);
    return pages.flat();
  };
  const found = await ids(engine.client);
  const newestFirst = 'ORDER BY occurred_at DESC, decision_id DESC';
  const expected = await select(
    `SELECT decision_id FROM custody.decisions WHERE startsWith(env_id, 'walk-') ${newestFirst}`,
  );
  expect(found).toEqual((expected as { decision_id: string }[]).map(({ decision_id }) => decision_id));
  expect(await ids(engine.client, 10)).toEqual(found.slice(0, 10));
  let refused = 0;
  const narrow: StoreClient = {
    ...engine.client,
    select: async (name, sql, params, options) => {
      const [from, to] = Object.values(params).filter((value) => typeof value === 'number');
      const isLong = Number(to) - Number(from) > 5 * 24 * hourMs && refused < 2;
      if (isLong) refused += 1;
      if (isLong) throw new CustodyError(storeErrors.STORE_MEMORY, 'too much');
      return engine.client.select(name, sql, params, options);
    },
  };
  expect([await ids(narrow), refused]).toEqual([found, 2]);
});
