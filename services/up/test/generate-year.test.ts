import { DecisionBlock, writeDecisions } from '@custody/store';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { attributedRow, historyOf } from '../src/bench/attributed.ts';
import { benchDecision, entryBytes } from '../src/bench/data.ts';
import { generateYear } from '../src/bench/generate-year.ts';
import { openTemporaryStore, type TemporaryStore } from '../src/bench/temporary-store.ts';
import { agentCount, humanCount, humansOf } from '../src/bench/world.ts';

const [rows, seed] = [20_000, 1];
let store: TemporaryStore;
const select = async (sql: string) => (await store.client.select('test', sql, {})) as Record<string, unknown>[];

beforeAll(async () => {
  store = await openTemporaryStore();
  await generateYear(store, { rows, seed });
});
afterAll(() => store[Symbol.asyncDispose]());

test('is what the pipeline makes of the same decisions, column by column', async () => {
  const history = historyOf('oracle', seed, 1);
  const entries = Array.from({ length: rows }, (_, row) => entryBytes(benchDecision(row, seed, rows), seed));
  await writeDecisions(store.client, DecisionBlock.of(entries.map((bytes) => attributedRow(bytes, 'oracle', history))));
  // Times of reading and versions are the loader's own; the pipeline's benchmarks have the same for all rows.
  const columns =
    await select(`SELECT name FROM system.columns WHERE database = 'custody_internal' AND table = 'decisions'
    AND default_kind = '' AND name NOT IN ('env_id', 'ingested_at', 'grants_position')`);
  expect(columns.length).toBeGreaterThan(20);
  const same = columns.map(({ name }) => `countIf(a.${name} = b.${name}) AS \`${name}\``);
  const [found] = await select(`SELECT ${same.join(', ')}
    FROM (SELECT * FROM custody_internal.decisions FINAL WHERE env_id = 'bench') AS a
    INNER JOIN (SELECT * FROM custody_internal.decisions FINAL WHERE env_id = 'oracle') AS b USING (decision_id)`);
  expect(found).toEqual(Object.fromEntries(columns.map(({ name }) => [name, rows])));
});

test('has the shares and numbers of the world that is promised', async () => {
  const [{ denied, ambiguous, agents, humans, ...found } = {}] =
    await select(`SELECT count() AS decisions, uniqExact(decision_id) AS ids,
    countIf(decision = 'deny') / count() AS denied, countIf(attribution = 'ambiguous') / count() AS ambiguous,
    uniqExact(agent_key) AS agents, uniqExact(server) AS servers, uniqExact(server, tool) AS tools,
    uniqExact(toYYYYMM(occurred_at)) AS months, countIf(ingested_at <= occurred_at) AS read_too_early,
    uniqExactArray(arrayConcat([human_key], human_candidates)) - 1 AS humans
    FROM custody.decisions WHERE env_id = 'bench'`);
  expect(found).toEqual({ decisions: rows, ids: rows, months: 12, servers: 12, tools: 240, read_too_early: 0 });
  expect(Number(denied)).toBeCloseTo(0.08, 2);
  const calls = Array.from({ length: agentCount }, (_, agent) => (agent + 1) ** -1.1);
  const sum = (weights: readonly number[]) => weights.reduce((total, weight) => total + weight, 0);
  const shared = sum(calls.filter((_, agent) => humansOf(agent).length > 1)) / sum(calls);
  expect(Number(ambiguous)).toBeCloseTo(shared, 1);
  expect(Number(agents)).toBeGreaterThan(agentCount * 0.9);
  expect(humans).toBe(humanCount);
  // Views of hours know an hour only where it was named.
  const [hourly] = await select(`SELECT sum(decisions) AS n FROM custody.decisions_hourly WHERE env_id = 'bench'`);
  expect(hourly).toEqual({ n: rows });
});

test('is the same however it is cut, twice over, and another one for another seed', async () => {
  const digestOf = async (envId: string) => {
    const [found] = await select(`SELECT count() AS rows, sum(cityHash64(* EXCEPT env_id)) AS digest
      FROM custody_internal.decisions FINAL WHERE env_id = '${envId}'`);
    return found;
  };
  const few = { rows: 6_000, seed };
  await generateYear(store, { ...few, envId: 'whole' });
  const whole = await digestOf('whole');
  const stored: number[] = [];
  await generateYear(store, { ...few, envId: 'cut', rowsPerInsert: 1_351, onProgress: (n) => stored.push(n) });
  expect(stored.at(-1)).toBe(few.rows);
  expect(stored.length).toBeGreaterThan(4);
  expect(await digestOf('cut')).toEqual(whole);
  await generateYear(store, { ...few, envId: 'whole' });
  expect(await digestOf('whole')).toEqual(whole);
  await generateYear(store, { rows: 1_000, seed: seed + 1, envId: 'other' });
  const shared = `SELECT count() AS n FROM custody_internal.decisions WHERE env_id = 'other'
    AND decision_id IN (SELECT decision_id FROM custody_internal.decisions WHERE env_id = 'bench')`;
  expect(await select(shared)).toEqual([{ n: 0 }]);
});
