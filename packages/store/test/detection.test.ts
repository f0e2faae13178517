import { dayMs, formatTimestamp, hourMs, hourOf, minuteMs, type SeriesName } from '@custody/decision';
import {
  Backtest,
  type BacktestAlert,
  bucketOf,
  type CountModel,
  defaultCountModel,
  environmentInputOf,
  type HeldAlert,
  type JudgedTransition,
  judge,
  masksOf,
  type PastAlert,
  parseRules,
  remembered,
  ruleSetOf,
  summarize,
  warmUpMs,
} from '@custody/detect';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { testVariables } from '../../../test/kit/test-variables.ts';
import { readCounts } from '../src/detection/counts.ts';
import { type NamedHistory, readHistories } from '../src/detection/histories.ts';
import { readObserved } from '../src/detection/observed.ts';
import { readWatchedHistories } from '../src/detection/watched-histories.ts';
import {
  buildHours,
  DecisionBlock,
  DetectionMemory,
  type DetectionRequest,
  nameSums,
  readBacktestPast,
  readDeniedCells,
  readDeniedMinutes,
  readDetection,
  readLateBuckets,
  readStoreClock,
  writeDecisions,
  writeFacts,
  writeReports,
  writeWindows,
} from '../src/index.ts';
import { bucketMs, type Call, comparable, expectedRows, toolOf } from './detection-oracle.ts';
import { startMigratedEngine, type TestEngine } from './engine.ts';
import { createRandom, makeDecisions, rowOf } from './planned-world.ts';
import { hoursBetween, sealHours } from './seal-hours.ts';

const model: CountModel = defaultCountModel;
/** Neither on the edge of a bucket nor of a minute. */
const atMs = Date.UTC(2026, 4, 20, 10, 32, 17);
const startMs = Date.UTC(2026, 3, 18);
const sealedUntilMs = hourOf(atMs) - 30 * hourMs;
const random = createRandom(7);
let engine: TestEngine;

function callsOf(count: number, fromMs: number, toMs: number, seed: number): Call[] {
  return makeDecisions(count, fromMs, toMs, seed).map((flat) => ({
    ...flat,
    required: (['low', 'high', ''] as const)[random(3)] ?? '',
  }));
}

let made = 0;
/** A call that the world has on purpose. */
function call(given: Partial<Call> & { readonly atMs: number }): Call {
  made += 1;
  const id = `ffffffff-0000-4000-8000-${made.toString(16).padStart(12, '0')}`;
  const plain = {
    env: 'env-1',
    agent: 'agent|s',
    human: 'human|ada',
    candidates: [],
    server: 'linear',
    tool: 'create',
  };
  const decision = given.decision ?? 'deny';
  const reason_code = decision === 'deny' ? ('no_permission' as const) : ('' as const);
  return {
    ...plain,
    id,
    decision,
    reason: '',
    reason_code,
    attribution: 'exact',
    trust_level: 'low',
    required: '',
    ...given,
  };
}

const tools = ['a', 'b', 'c', 'd', 'e', 'f'];
const world: Call[] = [
  ...callsOf(6_000, startMs, atMs - 2 * hourMs, 1),
  ...callsOf(500, atMs - 2 * hourMs, atMs, 2),
  // A sweep, once before with two tools in a bucket, and one that ends with a privileged call.
  ...tools.slice(0, 2).map((tool, n) => call({ tool, atMs: atMs - 9 * dayMs + n })),
  ...tools.map((tool, n) => call({ tool, atMs: atMs - (n + 1) * 20_000 })),
  call({ tool: 'delete', decision: 'allow', required: 'high', atMs: atMs - 3_000 }),
  // Somebody who was away for three weeks, and somebody new at a server.
  ...[30, 27, 25, 21].map((days) => call({ agent: 'agent|z', decision: 'allow', atMs: atMs - days * dayMs })),
  call({ agent: 'agent|z', decision: 'allow', atMs: atMs - 1_000 }),
  ...[9, 6, 3].map((days) => call({ agent: 'agent|p', server: 'jira', decision: 'allow', atMs: atMs - days * dayMs })),
  call({ agent: 'agent|p', server: 'jira', atMs: atMs - 30_000 }),
  // After the moment: none of its business.
  ...callsOf(50, atMs, atMs + hourMs, 4),
];

async function store(calls: readonly Call[], position = 1): Promise<void> {
  const rows = calls.map((one) => {
    const row = rowOf(one, position);
    return {
      ...row,
      decision: { ...row.decision, attribution: { ...row.decision.attribution, requiredLevel: one.required } },
    };
  });
  await writeDecisions(engine.client, DecisionBlock.of(rows));
}

async function sumUp(envId: string, hours: readonly number[]): Promise<void> {
  const asOfUs = await readStoreClock(engine.client);
  const builds = await buildHours(engine.client, { envId, hours, attempt: crypto.randomUUID() });
  const sums = builds.map(({ hourStartMs, build }) => ({ startMs: hourStartMs, build }));
  await nameSums(engine.client, { envId, span: 'hour', asOfUs, sums });
}

/** Read and proven but for an hour that is missing, and one that is only read. */
const missingHour = hourOf(atMs) - 50 * hourMs;
const provenUntilMs = atMs - 16 * minuteMs;

async function writeReading(envId: string): Promise<void> {
  const hours = hoursBetween(startMs, hourOf(atMs) + hourMs).filter((hour) => hour !== missingHour);
  await writeWindows(
    engine.client,
    hours.map((hour) => ({
      env_id: envId,
      env_name: envId === 'env-1' ? 'production' : 'staging',
      hour: formatTimestamp(hour),
      windows: [
        {
          from: formatTimestamp(hour),
          to: formatTimestamp(Math.min(hour + hourMs, provenUntilMs)),
          ...({
            state: 'closed',
            proof: 'count',
            listed: 1,
            counted: 1,
            deleted_at_source: 0,
            read_at: null,
            reason: '',
          } as const),
        },
      ],
      updated_at: formatTimestamp(startMs),
    })),
  );
}

beforeAll(async () => {
  engine = await startMigratedEngine();
  await store(world);
  const old = hoursBetween(startMs, sealedUntilMs);
  await sealHours(engine.client, 'env-1', old);
  await sealHours(
    engine.client,
    'env-2',
    old.filter((hour) => (hour / hourMs) % 5 > 0),
  );
  // Late rows, replays and a correction open sealed hours again; some are summed up anew, and young hours too.
  const late = callsOf(60, atMs - 12 * dayMs, atMs - 11 * dayMs, 3);
  world.push(...late);
  await store(late);
  await store(world.filter((_, n) => n % 11 === 0));
  const corrected = world.filter((one) => one.atMs > atMs - 6 * dayMs && one.atMs < atMs - 5 * dayMs);
  for (const one of corrected) one.human = 'human|new';
  await store(corrected, 2);
  const touched = [...new Set([...late, ...corrected].map((one) => hourOf(one.atMs)))].sort();
  await sealHours(
    engine.client,
    'env-1',
    touched.filter((_, n) => n % 2 === 0),
  );
  for (const envId of ['env-1', 'env-2']) {
    await sumUp(envId, hoursBetween(sealedUntilMs, hourOf(atMs) - 3 * hourMs));
    await writeReading(envId);
  }
  await writeReports(engine.client, [
    {
      ...{ env_id: 'env-1', env_name: 'production', as_of: formatTimestamp(atMs), open_seconds: 0, blind_seconds: 0 },
      ...{ unreadable_seconds: 0, rows_listed: 0, rows_read: 0, rows_missing: 0, oldest_open: null },
      ...{ requests_spent: 0, requests_refused: 0, requests_per_minute: null },
      read_from: formatTimestamp(atMs - hourMs),
      read_until: formatTimestamp(atMs - 2_000),
    },
  ]);
});
afterAll(() => engine.stop());

const { isLong } = testVariables;

const request = (given: Partial<DetectionRequest> = {}): DetectionRequest => ({
  ...{ atMs, nowMs: atMs, envIds: null, openSeries: [], masked: [], model, leastCount: model.leastCount },
  ...given,
});

const envs = ['env-1', 'env-2'] as const;
const callsIn = (envId: string) => world.filter(({ env }) => env === envId);

describe('what is looked at of an environment', () => {
  test.each(isLong ? [0, -7 * minuteMs, -63 * minuteMs, -30 * hourMs] : [0, -63 * minuteMs])(
    'equals what loops over its decisions say, %i ms later',
    async (laterMs) => {
      const found = await readDetection(engine.client, new DetectionMemory(), request({ atMs: atMs + laterMs }));
      expect(found.map(({ envId }) => envId).sort()).toEqual(envs);
      for (const rows of found) {
        const expected = expectedRows(callsIn(rows.envId), atMs + laterMs, model);
        expect(comparable(rows)).toEqual(comparable(expected));
      }
    },
  );

  const looks: readonly (readonly [string, readonly number[]])[] = isLong
    ? [
        ['from bucket to bucket and over hours', [70, 65, 5, 4]],
        ['after two hours without a look', [130, 0]],
      ]
    : [['over hours without a look, from bucket to bucket, and within one', [130, 5, 0]]];
  test.each(looks)('is the same with what was kept, %s', async (_, minutesBefore) => {
    const memory = new DetectionMemory();
    for (const minutes of minutesBefore) {
      const wanted = request({ atMs: atMs - minutes * minuteMs });
      const kept = await readDetection(engine.client, memory, wanted);
      const anew = await readDetection(engine.client, new DetectionMemory(), wanted);
      expect(kept.map(comparable)).toEqual(anew.map(comparable));
    }
  });

  test('tells of an agent that was granted access long ago and never called when that was', async () => {
    const times = { valid_from: formatTimestamp(atMs - 40 * dayMs), first_missing: null };
    const seen = { first_seen: formatTimestamp(atMs - hourMs), last_seen: formatTimestamp(atMs) };
    const consent = {
      kind: 'consent',
      env_id: 'env-1',
      human_key: 'human|ada',
      server: 'linear',
      level: 'low',
    } as const;
    const grantOf = (agent_key: string, given: object) => ({
      ...consent,
      ...seen,
      ...times,
      ...given,
      agent_key,
      grant_id: agent_key,
    });
    const recent = { valid_from: formatTimestamp(atMs - 3 * dayMs) };
    await writeFacts(engine.client, [
      { record: grantOf('agent|unused', {}), position: 1 },
      { record: grantOf('agent|granted-lately', recent), position: 2 },
    ]);
    await store(
      ['agent|unused', 'agent|granted-lately'].map((agent) => call({ agent, decision: 'allow', atMs: atMs - 2_000 })),
    );
    const [rows] = await readDetection(engine.client, new DetectionMemory(), request({ envIds: ['env-1'] }));
    const own = rows?.awake.filter(({ agentKey }) => agentKey !== 'agent|z');
    const grantedMs = atMs - 40 * dayMs;
    expect(own).toEqual([
      { agentKey: 'agent|unused', calls: 1, denials: 0, firstSeenMs: grantedMs, lastSeenMs: grantedMs, activeDays: 0 },
    ]);
  });

  test('has every kind of rows in this world', async () => {
    const [rows] = await readDetection(engine.client, new DetectionMemory(), request({ envIds: ['env-1'] }));
    const { series = [], deniedTools, agentCalls, pairs, rates, awake } = rows ?? {};
    expect(new Set(series.map(({ kind }) => kind)).size).toBe(6);
    for (const some of [deniedTools, agentCalls, pairs, rates, awake]) expect(some?.length).toBeGreaterThan(0);
  });
});

test.each([3, 1_000])('histories are the same however few of them a statement reads, %s', async (most) => {
  const watched = { envIds: ['env-1', 'env-2'], atMs, leastCount: 2, openSeries: [], history: [] };
  const request = { envIds: watched.envIds, nowBucket: Math.floor(atMs / bucketMs), model };
  const series = await readObserved(engine.client, watched);
  const all = await readHistories(engine.client, { ...request, which: { watched } });
  const found: NamedHistory[] = [];
  const take = (some: readonly NamedHistory[]) => void found.push(...some);
  await readWatchedHistories(engine.client, { ...request, watched, series, most }, take, {});
  // What is added up in another order differs in the last digits.
  const near = (value: number) => Number(value.toPrecision(9));
  const named = (histories: readonly NamedHistory[]) =>
    new Map(
      histories.map(({ history: { fast, slow, ...counts }, ...name }) => [
        JSON.stringify(name),
        { ...counts, fast: near(fast), slow: near(slow) },
      ]),
    );
  expect(all.length).toBeGreaterThan(20);
  expect(found).toHaveLength(all.length);
  expect(named(found)).toEqual(named(all));
});

test('hours of few denials and of very many are in one history, whichever way they are counted', async () => {
  const env = 'env-busy';
  // 63 and 64 lie on either side of where the ways part; 100 and 700 have larger bins in a bucket too.
  const hours = [1, 63, 64, 100, 700].map((count, n) => ({ count, fromMs: hourOf(atMs) - (50 + 30 * n) * hourMs }));
  const spread = [0, 0, 7 * minuteMs, 59 * minuteMs];
  const calls = hours.flatMap(({ count, fromMs }) =>
    Array.from({ length: count }, (_, n) => call({ env, agent: 'agent|busy', atMs: fromMs + (spread[n % 4] ?? 0) })),
  );
  await store(calls);
  const nowBucket = Math.floor(atMs / bucketMs);
  const names = [
    { envId: env, kind: 'agent', key: 'agent|busy' },
    { envId: env, kind: 'server', key: 'linear' },
    { envId: env, kind: 'environment', key: '' },
  ] as const;
  const found = await readHistories(engine.client, { envIds: [env], nowBucket, model, which: { names } });
  expect(found.map(({ kind }) => kind).sort()).toEqual(names.map(({ kind }) => kind).sort());
  const byBucket = Map.groupBy(calls, (one) => Math.floor(one.atMs / bucketMs));
  const counts = [...byBucket]
    .map(([bucket, own]) => ({ bucket, count: own.length }))
    .sort((a, b) => a.bucket - b.bucket);
  const { fast, slow, ...expected } = summarize(counts, nowBucket, model);
  for (const { history } of found) {
    expect(history).toMatchObject(expected);
    expect(history.fast).toBeCloseTo(fast, 9);
    expect(history.slow).toBeCloseTo(slow, 9);
  }
});

describe('how far it was read', () => {
  test('is apart from how far it is proven; an hour that was not read is told, and what is only read is not', async () => {
    const [rows] = await readDetection(engine.client, new DetectionMemory(), request({ envIds: ['env-1'] }));
    expect(rows?.envName).toBe('production');
    expect(rows?.reading).toMatchObject({
      readUntilMs: atMs - 2_000,
      unread: [{ fromMs: missingHour, toMs: missingHour + hourMs }],
      blindSeconds: 3_600,
      unreadableSeconds: 0,
    });
  });

  test('without a word of its poller it was read as far as it is proven, and is watched since its hours were told of', async () => {
    const [rows] = await readDetection(engine.client, new DetectionMemory(), request({ envIds: ['env-2'] }));
    expect(rows?.reading.readUntilMs).toBe(rows?.reading.provenUntilMs);
    expect(rows?.reading.watchedSinceMs).toBe(startMs);
  });
});

describe('between looks', () => {
  test('a look further back leaves what is kept as it is', async () => {
    const memory = new DetectionMemory();
    const before = await readDetection(engine.client, memory, request());
    await readDetection(engine.client, memory, request({ atMs: atMs - 5 * hourMs }));
    const after = await readDetection(engine.client, memory, request());
    expect(after[0]?.known).toBe(before[0]?.known);
  });
});

test('what alerts keep out of a history is not in it, and series of open alerts are looked at whatever they count', async () => {
  const ranges = [{ fromMs: atMs - 3 * dayMs, toMs: atMs - 2 * dayMs }];
  const masked = [{ envId: 'env-1', detector: 'spike', kind: 'agent', key: 'agent|a', ranges }];
  const openSeries = [{ envId: 'env-1', kind: 'agent' as const, key: 'agent|p' }];
  const [rows] = await readDetection(
    engine.client,
    new DetectionMemory(),
    request({ envIds: ['env-1'], masked, openSeries }),
  );
  if (rows === undefined) throw new Error('nothing was read');
  const { series } = environmentInputOf(rows, { atMs, model });
  const denied = callsIn('env-1').filter(({ agent, decision }) => agent === 'agent|a' && decision === 'deny');
  const byBucket = Map.groupBy(denied, (one) => Math.floor(one.atMs / bucketMs));
  const counts = [...byBucket].map(([bucket, own]) => ({ bucket, count: own.length }));
  const range = {
    fromBucket: Math.floor((ranges[0]?.fromMs ?? 0) / bucketMs),
    untilBucket: Math.ceil((ranges[0]?.toMs ?? 0) / bucketMs),
  };
  const expected = summarize(counts, bucketOf(model.calendar, atMs), model, [range]);
  const history = series.find(({ key }) => key === 'agent|a')?.history;
  expect(history?.bySlot).toEqual(expected.bySlot);
  expect(history?.fast).toBeCloseTo(expected.fast, 9);
  expect(history?.blocks).toEqual(expected.blocks);
  expect(series.find(({ key }) => key === 'agent|p')?.observed).toEqual({ bucket: 1, quarter: 1, half: 1, block: 1 });
});

test('buckets that an alert keeps out are no part of how wide an agent is denied, nor of what agents have in common', async () => {
  const ranges = [{ fromMs: atMs - 9 * dayMs - hourMs, toMs: atMs - 9 * dayMs + hourMs }];
  const masked = [{ envId: 'env-1', detector: 'sweep', kind: 'agent', key: 'agent|s', ranges }];
  const looked = async (given: Partial<DetectionRequest>) => {
    const [rows] = await readDetection(engine.client, new DetectionMemory(), request({ envIds: ['env-1'], ...given }));
    if (rows === undefined) throw new Error('nothing was read');
    const denied = environmentInputOf(rows, { atMs, model }).deniedTools.find(({ agentKey }) => agentKey === 'agent|s');
    return { denied, known: rows.breadths.find(({ agentKey }) => agentKey === 'agent|s') };
  };
  const [whole, without] = [await looked({}), await looked({ masked })];
  expect(whole.denied?.usualMost).toBe(2);
  expect(whole.known).toMatchObject({ buckets: [0, 0, 1], counts: null, masked: [] });
  expect(without.denied?.usualMost).toBe(0);
  const bucket = Math.floor((atMs - 9 * dayMs) / bucketMs);
  expect(without.known).toMatchObject({ buckets: null, counts: [{ bucket, count: 2 }], masked: ranges });
  expect(without.denied?.logTail?.[2]).toBeLessThan(whole.denied?.logTail?.[2] ?? 0);
});

test('denials by minutes add up to those of the range', async () => {
  const range = { fromMs: atMs - hourMs, toMs: atMs };
  const { cells, coarse } = await readDeniedCells(engine.client, { envIds: ['env-1'], range });
  expect(coarse).toEqual([]);
  const denied = callsIn('env-1').filter(
    (one) => one.decision === 'deny' && one.atMs >= range.fromMs && one.atMs < atMs,
  );
  const keyOf = (one: { agent: string; human: string; tool: string }) =>
    JSON.stringify([one.agent, one.human, one.tool]);
  const [found, expected] = [new Map<string, number>(), new Map<string, number>()];
  for (const cell of cells) found.set(keyOf(cell), (found.get(keyOf(cell)) ?? 0) + cell.denials);
  for (const one of denied) {
    const key = keyOf({ ...one, tool: toolOf(one) });
    expected.set(key, (expected.get(key) ?? 0) + 1);
  }
  expect(found).toEqual(expected);
});

describe('denials that are too many to be told by minutes', () => {
  const toMs = Math.floor(atMs / minuteMs) * minuteMs + 20_000;
  const range = { fromMs: toMs - hourMs, toMs };
  const [stormy, quiet] = ['env-stormy', 'env-quiet'];
  /** In each minute of half an hour each of twenty agents is denied twice, on one tool and on another. */
  const calls = Array.from({ length: 20 * 30 * 2 }, (_, n) =>
    call({
      ...{
        env: stormy,
        agent: `agent|${n % 20}`,
        server: `server-${(n % 20) % 3}`,
        tool: `tool-${Math.floor(n / 20) % 2}`,
      },
      atMs: toMs - 10_000 - Math.floor(n / 40) * minuteMs,
    }),
  );
  beforeAll(() =>
    store([...calls, call({ env: quiet, atMs: toMs - 30 * minuteMs }), call({ env: quiet, atMs: toMs - 1_000 })]),
  );
  const read = (most: number) => readDeniedCells(engine.client, { envIds: [stormy, quiet], range, most });
  const sumOf = (cells: readonly { readonly denials: number }[]) =>
    cells.reduce((sum, { denials }) => sum + denials, 0);

  test.each([
    [1_202, null, 1_200],
    [1_201, 'recent_minutes', 6 * 40 + 40],
    [200, 'without_tools', 6 * 20 + 20],
    [100, 'two_times', 2 * 20],
  ])('are told by as much as so many cells hold, %i', async (most, detail, count) => {
    const { cells, coarse } = await read(most);
    expect(coarse).toEqual(detail === null ? [] : [{ envId: stormy, detail, missing: 0 }]);
    const of = Map.groupBy(cells, ({ envId }) => envId);
    expect(of.get(quiet)).toHaveLength(2);
    const own = of.get(stormy) ?? [];
    expect(own).toHaveLength(count);
    expect(sumOf(own)).toBe(calls.length);
    const minutes = { fromMs: toMs - 5 * minuteMs, toMs };
    const within = (fromMs: number) => own.filter((cell) => cell.atMs >= Math.floor(fromMs / minuteMs) * minuteMs);
    const denied = (fromMs: number) => calls.filter((one) => one.atMs >= Math.floor(fromMs / minuteMs) * minuteMs);
    // What stands out of the last minutes, and of the hour, is of as many denials as it was.
    expect(sumOf(within(minutes.fromMs))).toBe(denied(minutes.fromMs).length);
    expect(sumOf(within(range.fromMs))).toBe(calls.length);
    for (const agent of new Set(calls.map((one) => one.agent))) {
      const ofAgent = within(minutes.fromMs).filter((cell) => cell.agent === agent);
      expect(sumOf(ofAgent)).toBe(denied(minutes.fromMs).filter((one) => one.agent === agent).length);
    }
  });

  test('are the newest where not even those hold them, and how many are missing is told', async () => {
    const { cells, coarse } = await read(20);
    expect(cells.filter(({ envId }) => envId === quiet)).toHaveLength(2);
    const own = cells.filter(({ envId }) => envId === stormy);
    expect(own).toHaveLength(18);
    expect(new Set(own.map((cell) => cell.atMs)).size).toBe(1);
    expect(coarse).toEqual([{ envId: stormy, detail: 'two_times', missing: calls.length - sumOf(own) }]);
  });
});

test('late denials are told by the bucket that they belong to, once, and not what an operator had read again', async () => {
  const first = await readLateBuckets(engine.client, { since: null, beforeMs: atMs });
  expect(first.buckets).toEqual([]);
  const asked = hourOf(atMs - 8 * hourMs);
  await writeWindows(engine.client, [
    {
      ...{ env_id: 'env-2', env_name: 'staging', hour: formatTimestamp(asked), windows: [] },
      updated_at: formatTimestamp(atMs + 1),
      repair: { requested_at: formatTimestamp(atMs), reason: 'asked for', requested_by: 'backfill' },
    },
  ]);
  const lateMs = atMs - 5 * hourMs;
  await store([
    call({ atMs: lateMs }),
    call({ atMs: lateMs + 1 }),
    call({ atMs: lateMs - hourMs, decision: 'allow' }),
    call({ atMs: asked + minuteMs, env: 'env-2' }),
    call({ atMs: atMs - 30 * hourMs }),
    call({ atMs: atMs + minuteMs }),
  ]);
  const second = await readLateBuckets(engine.client, { since: first.until, beforeMs: atMs });
  const startMs = Math.floor(lateMs / bucketMs) * bucketMs;
  expect(second.buckets).toEqual([{ envId: 'env-1', startMs, denials: 2 }]);
  expect((await readLateBuckets(engine.client, { since: second.until, beforeMs: atMs })).buckets).toEqual([]);
});

test('a back-test on what the store tells of the past finds what looks at every minute of it find', async () => {
  const documents = [
    { name: 'unusual-denials', detectors: 'spike', budget: 20 },
    { name: 'suspicious-agents', detectors: 'sweep' },
    { name: 'blindness', detectors: 'source_silent' },
    { name: 'limit', threshold: { at_least: 4, within: '10m', per: 'server' } },
  ];
  const ruleSet = ruleSetOf(parseRules(documents, 'file').rules);
  const toMs = Math.floor(atMs / minuteMs) * minuteMs;
  const range = { fromMs: Math.floor(atMs / bucketMs - 1) * bucketMs, toMs };
  let held: readonly HeldAlert[] = [];
  let past: readonly PastAlert[] = [];
  const memory = new DetectionMemory();
  const steps: JudgedTransition[] = [];
  for (let momentMs = range.fromMs + minuteMs; momentMs <= toMs; momentMs += minuteMs) {
    const openSeries = held
      .filter(({ alert }) => alert.status === 'open')
      .map(({ alert: { subject } }) => subject as SeriesName);
    const asked = request({ atMs: momentMs, openSeries, masked: masksOf(past), nowMs: atMs });
    const rows = await readDetection(engine.client, memory, asked);
    const { cells } = await readDeniedCells(engine.client, {
      envIds: rows.map(({ envId }) => envId),
      range: { fromMs: momentMs - hourMs, toMs: momentMs },
    });
    const environments = rows.map((one) => ({
      ...environmentInputOf(one, { atMs: momentMs, model }),
      denied: cells.filter(({ envId }) => envId === one.envId),
    }));
    const judged = judge(ruleSet, { atMs: momentMs, environments, alerts: held });
    held = judged.alerts;
    past = remembered(past, held, momentMs);
    steps.push(...judged.transitions);
  }
  const scope = { envIds: null, servers: null, humans: null };
  const minutesFromMs = range.fromMs - warmUpMs;
  const rows = await readBacktestPast(engine.client, {
    ...{ envIds: null, range, minutesFromMs, nowMs: atMs, scope, model },
  });
  const envIds = rows.map(({ envId }) => envId);
  const backtest = new Backtest({ ruleSet, range, environments: rows });
  const minutes = { envIds, scope, range: { fromMs: minutesFromMs, toMs } };
  backtest.advance(await readDeniedMinutes(engine.client, minutes), toMs);
  const opened = steps.filter(({ kind }) => kind === 'opened');
  // What is expected may differ in the second figure: a series counts as watched from its first decision on, and not from
  // the first of the last four weeks.
  const told = ({ alertId, rule, sentence, openedAtMs }: (typeof opened)[number] | BacktestAlert) =>
    `${new Date(openedAtMs).toISOString()} ${rule} ${alertId} ${sentence.split(', expected')[0]}`;
  expect(backtest.result().alerts.map(told).sort()).toEqual(opened.map(told).sort());
  const found = new Set(steps.flatMap(({ detector, members }) => [detector, ...members.map((one) => one.detector)]));
  expect(found).toEqual(new Set(['spike', 'sweep', 'threshold']));
});

test('a storm has more open series than a statement can name, and each of them is looked at', async () => {
  const named = [
    { envId: 'env-1', kind: 'agent', key: 'agent|p' },
    { envId: 'env-1', kind: 'server', key: 'jira' },
  ] as const;
  // Nothing of theirs is stored any more: they only have to be asked for.
  const others = Array.from({ length: 6_000 }, (_, n) => {
    return { envId: 'env-1', kind: 'agent' as const, key: `agent|${n} of a storm that lasted for long` };
  });
  const ranges = [{ fromMs: atMs - 9 * dayMs - hourMs, toMs: atMs - 9 * dayMs + hourMs }];
  const maskOf = (names: readonly SeriesName[]) => names.map((name) => ({ ...name, detector: 'spike', ranges }));
  const read = async (open: readonly SeriesName[], masked: readonly SeriesName[]) => {
    const given = { envIds: ['env-1'], openSeries: open, masked: maskOf(masked) };
    const [rows] = await readDetection(engine.client, new DetectionMemory(), request(given));
    if (rows === undefined) throw new Error('nothing was read');
    return rows;
  };
  const agent = { envId: 'env-1', kind: 'agent' as const, key: 'agent|s' };
  const few = await read(named, [agent]);
  const many = await read([...named, ...others], [agent, ...others]);
  const nameOf = ({ kind, key }: { kind: string; key: string }) => `${kind} ${key}`;
  const looked = new Set(few.series.map(nameOf));
  expect(few.series.some(({ block }) => block < model.leastCount)).toBe(true);
  const { series, ...rest } = many;
  expect(comparable({ ...rest, series: series.filter((one) => looked.has(nameOf(one))) })).toEqual(comparable(few));
  // What is looked at beyond them is denied less than anything is found of.
  for (const one of series) if (!looked.has(nameOf(one))) expect(one.block).toBeLessThan(model.leastCount);
  const seen = await readObserved(engine.client, { ...request(), envIds: ['env-1'], leastCount: 1, history: [] });
  const names = [...others, ...seen.map(({ envId, kind, key }) => ({ envId, kind, key }))];
  const range = { fromMs: atMs - (atMs % bucketMs) - dayMs, toMs: atMs - (atMs % bucketMs) };
  const counts = await readCounts(engine.client, { names, range });
  expect(counts.length).toBeGreaterThan(10);
  expect(counts).toEqual(
    expect.arrayContaining(await readCounts(engine.client, { names: names.slice(others.length), range })),
  );
});
