import { randomUUID } from 'node:crypto';
import { type Attribution, hourMs } from '@custody/decision';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import {
  type AttributionOutcome,
  DecisionBlock,
  type OutcomeStep,
  type RowScope,
  readChanges,
  readHoursInScope,
  readKindsOfCalls,
  readRowsBehind,
  reattributionTerms,
  rewriteRows,
  type StatementOptions,
  type StoreClient,
  stageOutcomes,
  writeDecisions,
} from '../src/index.ts';
import { startMigratedEngine, type TestEngine } from './engine.ts';
import { makeRow, uuid } from './make-rows.ts';

const startMs = Date.UTC(2026, 0, 31, 22);
const term = randomUUID();
let engine: TestEngine;
let envId = '';
let environments = 0;

beforeAll(async () => {
  engine = await startMigratedEngine();
  await reattributionTerms.begin(engine.client, term);
});
afterAll(() => engine.stop());
beforeEach(() => {
  environments += 1;
  envId = `env-${environments}`;
});

const later: Attribution = {
  certainty: 'ambiguous',
  evidence: '',
  humanKey: '',
  humanName: '',
  humanEmail: '',
  candidates: ['human|h1', 'human|h2'],
  consentId: '',
  consentAtMs: null,
  trustLevel: '',
  ceilingLevel: '',
  requiredLevel: 'high',
};

/** A row every twenty minutes, over the end of a month. */
async function fill(rows: number, grantsPosition: number): Promise<void> {
  const made = Array.from({ length: rows }, (_, n) =>
    makeRow({ id: uuid(n + 1_000 * environments), atMs: startMs + n * 1_200_000, envId, grantsPosition }),
  );
  await writeDecisions(engine.client, DecisionBlock.of(made));
}

const scopeOf = (rest: Partial<RowScope> = {}): RowScope => ({
  ...{ envId, fromMs: Number.NEGATIVE_INFINITY, toMs: Number.POSITIVE_INFINITY, beforePosition: 50 },
  ...{ agents: [], servers: [], users: [] },
  ...rest,
});

/** Has every kind of call in scope say the same, in the given periods. */
async function stage(scope: RowScope, ...periods: readonly Omit<AttributionOutcome, 'call' | 'agentName'>[]) {
  const step: OutcomeStep = { id: randomUUID(), scope, term };
  const calls = await readKindsOfCalls(engine.client, scope);
  const outcomes = calls.flatMap((call) => periods.map((period) => ({ ...period, call, agentName: call.agent_name })));
  await stageOutcomes(engine.client, step.id, outcomes);
  return step;
}

const select = (sql: string) => engine.client.select('test', sql, { env: envId });
const summary = () =>
  select(`SELECT attribution, human_candidates, toUInt32(count()) AS rows FROM custody.decisions
    WHERE env_id = {env:String} GROUP BY ALL ORDER BY attribution`);

test('rows inside the period say what was learned, in their version, and all others stay', async () => {
  await fill(12, 7);
  const scope = scopeOf();
  expect(await readHoursInScope(engine.client, scope)).toEqual(
    [3, 2, 1, 0].map((n) => ({ hourStartMs: startMs + n * hourMs, rows: 3 })),
  );
  const step = await stage(scope, { fromMs: startMs + hourMs, toMs: startMs + 3 * hourMs, attribution: later });
  const changes = await readChanges(engine.client, step);
  expect(changes.map(({ rows, is_changed, attribution_after }) => [rows, is_changed, attribution_after])).toEqual([
    [3, 1, 'ambiguous'],
    [3, 1, 'ambiguous'],
  ]);
  await rewriteRows(engine.client, step, 60);
  expect(await summary()).toEqual([
    { attribution: 'ambiguous', human_candidates: ['human|h1', 'human|h2'], rows: 6 },
    { attribution: 'exact', human_candidates: [], rows: 6 },
  ]);
  const versions = `SELECT attribution, groupUniqArray(toUInt32(grants_position)) AS positions,
    toUInt32(uniqExact(ingested_at)) AS ingested FROM custody_internal.decisions FINAL
    WHERE env_id = {env:String} GROUP BY ALL ORDER BY attribution`;
  expect(await select(versions)).toEqual([
    { attribution: 'ambiguous', positions: [60], ingested: 6 },
    { attribution: 'exact', positions: [7], ingested: 6 },
  ]);
});

test('doing it again finds nothing that differs and writes nothing', async () => {
  await fill(6, 7);
  const period = { fromMs: startMs, toMs: startMs + 10 * hourMs, attribution: later };
  await rewriteRows(engine.client, await stage(scopeOf(), period), 60);
  const written = () => select('SELECT count() AS n FROM custody_internal.decisions WHERE env_id = {env:String}');
  const before = await written();
  const again = await stage(scopeOf({ beforePosition: 70 }), period);
  expect((await readChanges(engine.client, again)).every(({ is_changed }) => is_changed === 0)).toBe(true);
  await rewriteRows(engine.client, again, 70);
  expect(await written()).toEqual(before);
});

test('a row that knows more already is neither looked at nor changed, and a detailed one stays detailed', async () => {
  await fill(3, 50);
  const row = makeRow({ id: uuid(999_000), atMs: startMs, envId, grantsPosition: 7 });
  const detailed = { ...row, decision: { ...row.decision, hasDetail: true }, isDetail: true };
  await writeDecisions(engine.client, DecisionBlock.of([detailed]));
  const step = await stage(scopeOf(), { fromMs: startMs, toMs: startMs + hourMs, attribution: later });
  await rewriteRows(engine.client, step, 60);
  const versions = `SELECT attribution, has_detail, toUInt32(attributed_at_position) AS position, toUInt32(count()) AS rows
    FROM custody_internal.decisions FINAL WHERE env_id = {env:String} GROUP BY ALL ORDER BY attribution`;
  expect(await select(versions)).toEqual([
    { attribution: 'ambiguous', has_detail: true, position: 60, rows: 1 },
    { attribution: 'exact', has_detail: false, position: 50, rows: 3 },
  ]);
});

test('a scope holds the rows of its agents, servers and users only', async () => {
  await fill(3, 7);
  const rowsIn = async (scope: Partial<RowScope>) =>
    (await readKindsOfCalls(engine.client, scopeOf(scope))).reduce((sum, { rows }) => sum + rows, 0);
  expect(await rowsIn({ agents: ['agent|a1', 'agent|other'] })).toBe(3);
  expect(await rowsIn({ agents: ['agent|other'] })).toBe(0);
  expect(await rowsIn({ servers: ['linear'] })).toBe(3);
  expect(await rowsIn({ users: ['human|h1'] })).toBe(3);
  expect(await rowsIn({ users: ['agent|a1'] })).toBe(3);
  expect(await rowsIn({ users: ['human|other'] })).toBe(0);
  expect(await rowsIn({ fromMs: startMs + hourMs })).toBe(0);
  expect(await rowsIn({ beforePosition: 7 })).toBe(0);
});

test('a step of a term that is over changes nothing', async () => {
  await fill(3, 7);
  const step = await stage(scopeOf(), { fromMs: startMs, toMs: startMs + hourMs, attribution: later });
  const next = randomUUID();
  await reattributionTerms.begin(engine.client, next);
  await rewriteRows(engine.client, step, 60);
  expect(await summary()).toMatchObject([{ attribution: 'exact', rows: 3 }]);
  await rewriteRows(engine.client, { ...step, term: next }, 60);
  expect(await summary()).toMatchObject([{ attribution: 'ambiguous', rows: 3 }]);
  expect(await reattributionTerms.isWriting(engine.client)).toBe(false);
});

test('the store ends a rewrite that lasts longer than its client waits for it', async () => {
  await fill(3, 7);
  const step = await stage(scopeOf(), { fromMs: startMs, toMs: startMs + hourMs, attribution: later });
  const seen: StatementOptions[] = [];
  const client: StoreClient = {
    ...engine.client,
    async command(name, sql, params, options = {}) {
      seen.push(options);
      await engine.client.command(name, sql, params, options);
    },
  };
  await rewriteRows(client, step, 60, { timeoutMs: 600_000 });
  expect(seen).toMatchObject([{ timeoutMs: 600_000, settings: { max_execution_time: 600 } }]);
});

test('rows that came since a moment and do not know what was known then are found, and no others', async () => {
  await fill(3, 7);
  const behind = async (sinceMs: number, position: number) =>
    (await readRowsBehind(engine.client, sinceMs, position)).filter((rows) => rows.envId === envId);
  expect(await behind(startMs, 8)).toEqual([{ envId, fromMs: startMs, toMs: startMs + hourMs }]);
  expect(await behind(startMs, 7)).toEqual([]);
  expect(await behind(startMs + 24 * hourMs, 8)).toEqual([]);
  const scope = scopeOf({ ingestedFromMs: startMs + 1_200_000 });
  expect((await readKindsOfCalls(engine.client, scope)).map(({ rows }) => rows)).toEqual([2]);
});
