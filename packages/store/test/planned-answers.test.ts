import { randomUUID } from 'node:crypto';
import { dayMs, hourMs, hourOf, minuteMs, type TimeRange } from '@custody/decision';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  type AggregateRequest,
  ask,
  bucketStarts,
  buildHours,
  buildSpan,
  buildSpans,
  countsByHour,
  DecisionBlock,
  type Dimension,
  everything,
  nameSums,
  readAggregate,
  readCompared,
  readDecisionsPage,
  readEntities,
  readHoursToSum,
  readOthers,
  readPossibleCount,
  readSealOfHour,
  readSeries,
  readSpansDue,
  readStoreClock,
  readStoredSummary,
  runQuery,
  type Selection,
  type SourcesOfAnswer,
  writeDecisions,
} from '../src/index.ts';
import { SealBook, sealBookOf } from '../src/plan/seal-book.ts';
import { startMigratedEngine, type TestEngine } from './engine.ts';
import { bucketName, localTime } from './local-time.ts';
import {
  april,
  chosenGroups,
  february,
  filters,
  fromMs,
  march,
  matching,
  pick,
  type RandomQuestion,
  randomBucket,
  randomComparison,
  randomQuestion,
  toMs,
} from './planned-questions.ts';
import { type Flat, groupKey, makeDecisions, measured, rowOf, sorted } from './planned-world.ts';
import { type Built, hoursBetween, seal, sealHours, storeTime } from './seal-hours.ts';

const sealedUntilMs = Date.UTC(2026, 4, 3, 5);
const rows = makeDecisions(3_000, fromMs, toMs, 1);
let engine: TestEngine;

async function sealSpans(envId: string, span: 'day' | 'month', starts: readonly number[]): Promise<void> {
  const as_of = await storeTime(engine.client);
  const built = new Map<number, Built>();
  for (const startMs of starts) {
    const { build } = await buildSpan(engine.client, { envId, span, startMs, attempt: randomUUID() });
    built.set(startMs, { build });
  }
  await seal(engine.client, { envId, span, as_of }, built);
}

interface OneSpan {
  readonly envId: string;
  readonly startMs: number;
}

async function spansToSum(span: 'hour' | 'day' | 'month'): Promise<readonly OneSpan[]> {
  const nowMs = Date.UTC(2026, 11);
  if (span !== 'hour') {
    const due = await readSpansDue(engine.client, { nowMs, by: 'sums' });
    return due.filter((one) => one.span === span);
  }
  const hours = await readHoursToSum(engine.client, { nowMs, quietSeconds: 0, limit: 10_000 });
  return hours.map(({ envId, hourStartMs: startMs }) => ({ envId, startMs }));
}

/** Sums up what is not sealed: hours, or days or months whose hours are all summed up. */
async function sumUp(span: 'hour' | 'day' | 'month', isWanted: (startMs: number) => boolean): Promise<void> {
  const asOfUs = await readStoreClock(engine.client);
  const wanted = (await spansToSum(span)).filter(({ startMs }) => isWanted(startMs));
  expect(wanted.length).toBeGreaterThan(0);
  for (const [envId, own] of Map.groupBy(wanted, (one) => one.envId)) {
    const starts = own.map(({ startMs }) => startMs).sort((a, b) => a - b);
    const attempt = randomUUID();
    const sums =
      span === 'hour'
        ? (await buildHours(engine.client, { envId, hours: starts, attempt })).map(({ hourStartMs, build }) => ({
            startMs: hourStartMs,
            build,
          }))
        : await buildSpans(engine.client, { envId, span, starts, attempt, by: 'sums' });
    expect(await nameSums(engine.client, { envId, span, asOfUs, sums })).toBe(starts.length);
  }
}

const days = (from: number, count: number) => Array.from({ length: count }, (_, n) => from + n * dayMs);

async function store(flats: readonly Flat[], position = 1): Promise<void> {
  await writeDecisions(engine.client, DecisionBlock.of(flats.map((flat) => rowOf(flat, position))));
}

beforeAll(async () => {
  engine = await startMigratedEngine();
  await store(rows);
  await sealHours(engine.client, 'env-1', hoursBetween(fromMs, sealedUntilMs));
  // Of this environment every seventh hour is still open.
  await sealHours(
    engine.client,
    'env-2',
    hoursBetween(fromMs, sealedUntilMs).filter((startMs) => startMs < march || (startMs / hourMs) % 7 > 0),
  );
  await sealSpans('env-1', 'day', [...days(fromMs, 9), ...days(march + 5 * dayMs, 6), ...days(april + 10 * dayMs, 4)]);
  await sealSpans('env-1', 'month', [february]);
  // Late decisions open some hours of April again, and a correction others; half of them are sealed anew.
  const late = makeDecisions(40, april + 11 * dayMs, april + 13 * dayMs, 2);
  const corrected = rows.filter(({ atMs }) => april < atMs && atMs < april + 2 * dayMs);
  for (const row of corrected) row.human = 'human|new';
  rows.push(...late);
  await store(late);
  await store(corrected, 2);
  const touched = [...new Set([...late, ...corrected].map(({ atMs }) => hourOf(atMs)))].sort();
  await sealHours(
    engine.client,
    'env-1',
    touched.filter((_, n) => n % 2 === 0),
  );
  // Of what is open most is summed up without being sealed: hours, days of such and of sealed ones, months of both kinds of
  // days. One more late row comes after that.
  await sumUp('hour', (startMs) => startMs < april || (startMs / hourMs) % 3 > 0);
  await sumUp('day', () => true);
  await sumUp('month', () => true);
  const [later] = makeDecisions(1, march + 8 * dayMs, march + 8 * dayMs + hourMs, 3);
  rows.push({ ...(later as Flat), env: 'env-2' });
  await store(rows.slice(-1));
});
afterAll(() => engine.stop());

function within({ fromMs: from, toMs: to }: TimeRange, fits: (row: Flat) => boolean): Flat[] {
  return rows.filter((row) => from <= row.atMs && row.atMs < to && fits(row));
}

const askedOf = ({ groupBy, measures: wanted, timeZone: zone }: AggregateRequest) => ({ groupBy, wanted, zone });

const levelsRead = new Set<string>();
const expiredSaid: boolean[] = [];
const options = {
  onPlan: ({ levels, expired }: SourcesOfAnswer) => {
    for (const level of levels) levelsRead.add(level);
    expiredSaid.push(expired !== null);
  },
  /** Builds are named in some statements and looked up by others. */
  get mostNamed() {
    return pick([0, 10, 10_000]);
  },
  /** Some are counted piece by piece, others by one statement. */
  get mostHours() {
    return pick([0, 12, 10_000]);
  },
};

async function answersEqual(question: RandomQuestion): Promise<void> {
  const { request, fits, about } = question;
  const own = within(request.selection.range, fits);
  const found = await readAggregate(engine.client, request, options);
  expect(sorted(found), about).toEqual(sorted(measured(own, askedOf(request))));
}

function hourByClock(atMs: number, zone: string): number {
  return Math.floor(atMs / minuteMs) * minuteMs - localTime(atMs, zone).minute * minuteMs;
}

async function seriesEqual({ request: asked, fits, about }: RandomQuestion): Promise<void> {
  const request = { ...asked, bucket: randomBucket(), limit: pick([3, 100_000]) };
  const comparison = randomComparison(request.selection.range);
  const { range, shiftMs } = comparison ?? { range: request.selection.range, shiftMs: 0 };
  const groups = chosenGroups(within(request.selection.range, fits), request);
  const own = within(range, fits).filter(
    (row) => request.groupBy.length === 0 || groups.has(groupKey(row, request.groupBy, request.timeZone)),
  );
  const isHours = request.bucket === 'hour';
  const name = (atMs: number) => bucketName(atMs, request.bucket, request.timeZone);
  // Hours by their beginnings: where clocks go back half an hour, the one after that begins inside the one before it.
  const nameOf = (atMs: number) => (isHours ? String(hourByClock(atMs, request.timeZone)) : name(atMs));
  const found = await readSeries(engine.client, request, options, comparison);
  const named = found.map(({ bucket_ms, ...row }) => {
    return { bucket: isHours ? String(bucket_ms) : name(Number(bucket_ms)), ...row };
  });
  const expected = measured(own, askedOf(request), ({ atMs }) => nameOf(atMs + shiftMs));
  expect(sorted(named), `${about} ${JSON.stringify([request.bucket, request.limit, comparison])}`).toEqual(
    sorted(expected),
  );
}

async function comparedEqual({ request, fits, about }: RandomQuestion): Promise<void> {
  const { range } = request.selection;
  const earlier = { fromMs: range.fromMs - 9 * dayMs, toMs: range.toMs - 9 * dayMs };
  const groups = chosenGroups(within(range, fits), request);
  const own = within(earlier, fits).filter(
    (row) => request.groupBy.length === 0 || groups.has(groupKey(row, request.groupBy, request.timeZone)),
  );
  const compared = await readCompared(engine.client, request, { range: earlier }, options);
  const now = within(range, fits).filter(
    (row) => request.groupBy.length === 0 || groups.has(groupKey(row, request.groupBy, request.timeZone)),
  );
  expect(sorted(compared.found), about).toEqual(sorted(measured(now, askedOf(request))));
  const then = own.length === 0 ? [] : sorted(measured(own, askedOf(request)));
  expect(sorted(compared.earlier), about).toEqual(then);
}

async function possibleEqual({ request, about }: RandomQuestion): Promise<void> {
  const { range, filters: asked } = request.selection;
  const selection: Selection = {
    ...request.selection,
    human: matching('human_key', ['human|bob']),
    candidates: { keys: ['human|bob'], prefixes: [] },
  };
  const known = filters.filter(({ filter }) => asked.includes(filter));
  const own = within(range, (row) => row.candidates.includes('human|bob') && known.every(({ fits }) => fits(row)));
  expect(await readPossibleCount(engine.client, selection, options), about).toBe(own.length);
}

async function othersEqual({ request: asked, fits, about }: RandomQuestion): Promise<void> {
  const request = { ...asked, groupBy: asked.groupBy.length === 0 ? ['agent' as const] : asked.groupBy, limit: 2 };
  const own = within(request.selection.range, fits);
  const groups = chosenGroups(own, request);
  const others = own.filter((row) => !groups.has(groupKey(row, request.groupBy, request.timeZone)));
  const found = await readOthers(engine.client, request, request.selection.range, options);
  expect(sorted(found), about).toEqual(sorted(measured(others, { ...askedOf(request), groupBy: [] })));
}

/** The newest rows, by what is held of the hour that the range ends in and of those before, and by one statement. */
async function pagesEqual({ request: { selection }, about }: RandomQuestion): Promise<void> {
  const endMs = pick(rows).atMs + pick([1, 1_000, minuteMs]);
  const asked = { ...selection, range: { fromMs: endMs - pick([hourMs, dayMs, 30 * dayMs]), toMs: endMs } };
  const pages = [1, 5, 50].map((limit) => ({ selection: asked, after: null, limit }));
  for (const page of [...pages, ...pages]) {
    const found = await readDecisionsPage(engine.client, page, { isByPieces: true });
    expect(found, `${about} ${JSON.stringify(asked.range)}`).toEqual(await readDecisionsPage(engine.client, page));
  }
}

/** Names, and measures that are not known in some groups, forwards and backwards, with groups that are equal by them. */
async function ordersEqual({ request: asked, about }: RandomQuestion): Promise<void> {
  const by = pick([...asked.groupBy, ...asked.measures, 'deny_rate' as const, 'first_seen' as const]);
  const request = { ...asked, order: { by, descending: pick([true, false]) }, limit: pick([3, 100_000]) };
  const series = { ...request, bucket: pick(['hour', 'day', 'week', 'month'] as const), isOthers: pick([true, false]) };
  const [pieces, statement] = [{ mostHours: 10_000 }, { isAnew: true }];
  const told = `${about} ${JSON.stringify([request.order, request.limit, series.bucket, series.isOthers])}`;
  const found = await readAggregate(engine.client, request, pieces);
  expect(found, told).toEqual(await readAggregate(engine.client, request, statement));
  const byTime = await readSeries(engine.client, series, pieces);
  expect(sorted(byTime), told).toEqual(sorted(await readSeries(engine.client, series, statement)));
}

const keyOf = {
  agents: (row: Flat) => row.agent,
  humans: (row: Flat) => row.human,
  servers: (row: Flat) => row.server,
};

async function entitiesEqual({ request, fits, about }: RandomQuestion): Promise<void> {
  const kind = pick(['agents', 'humans', 'servers'] as const);
  const found = await readEntities(engine.client, kind, request.selection, 100, options);
  const own = within(request.selection.range, fits).filter((row) => keyOf[kind](row) !== '');
  const expected = [...Map.groupBy(own, keyOf[kind])].map(([key, members]) => ({
    key,
    name: kind === 'servers' ? '' : key.toUpperCase(),
    email: kind === 'humans' ? `${key.slice(6)}@example.org` : '',
    decisions: members.length,
    denials: members.filter(({ decision }) => decision === 'deny').length,
    undecided: members.filter(({ decision }) => decision === 'unknown').length,
    agents: new Set(members.map(({ agent }) => agent)).size,
    humans: new Set(members.map(({ human }) => human).filter((human) => human !== '')).size,
    servers: new Set(members.map(({ server }) => server).filter((server) => server !== '')).size,
    tools: new Set(members.filter(({ tool }) => tool !== '').map(({ server, tool }) => `${server}/${tool}`)).size,
    first_seen: new Date(Math.min(...members.map(({ atMs }) => atMs))).toISOString(),
    last_seen: new Date(Math.max(...members.map(({ atMs }) => atMs))).toISOString(),
  }));
  expect(sorted(found), about).toEqual(sorted(expected));
}

/** Ten times as many in the long run. */
const times = process.env.CUSTODY_TEST_LONG === '1' ? 10 : 1;

async function each(count: number, check: (question: RandomQuestion) => Promise<void>): Promise<void> {
  const questions = Array.from({ length: count * times }, randomQuestion);
  const work = async () => {
    for (let one = questions.pop(); one !== undefined; one = questions.pop()) await check(one);
  };
  await Promise.all([work(), work(), work()]);
}

describe('answers from sums of months, days and hours and from rows equal plain counting', () => {
  test('by groups', () => each(20, answersEqual));
  test('by time, compared too', () => each(20, seriesEqual));
  test('of another range', () => each(8, comparedEqual));
  test('of what may be a human’s', () => each(6, possibleEqual));
  test('of agents, humans and servers', () => each(8, entitiesEqual));
  test('of what a limit leaves out', () => each(8, othersEqual));
  test('of the newest rows', () => each(4, pagesEqual));
  test('in one order, piece by piece and by one statement', () => each(8, ordersEqual));
  test('of ranges without a whole hour', () =>
    each(6, async ({ request, fits, about }) => {
      const at = pick(rows).atMs - pick([0, minuteMs, 20 * minuteMs]);
      const range = {
        fromMs: at,
        toMs: Math.min(hourOf(at) + 2 * hourMs - 1, at + pick([1, minuteMs, 59 * minuteMs])),
      };
      const brief = { ...request, selection: { ...request.selection, range } };
      const found = await readAggregate(engine.client, brief, options);
      expect(sorted(found), about).toEqual(sorted(measured(within(range, fits), askedOf(request))));
    }));
  test('read from every level', () => {
    expect([...levelsRead].sort()).toEqual(['day', 'five_minutes', 'hour', 'month', 'quarter', 'raw']);
    expect(expiredSaid).not.toContain(true);
  });
});

test('hours begin on the hour by the clocks of the place, also on a day that changes them by half an hour', async () => {
  const zone = 'Australia/Lord_Howe';
  const day = { fromMs: Date.UTC(2026, 9, 3, 12), toMs: Date.UTC(2026, 9, 4, 14) };
  const quarters = Array.from({ length: (day.toMs - day.fromMs) / (15 * minuteMs) }, (_, n) => n * 15 * minuteMs);
  const begins = quarters.map((after) => day.fromMs + after - localTime(day.fromMs + after, zone).minute * minuteMs);
  const found = await ask(engine.client, bucketStarts(day, 'hour', zone));
  expect(found.map(({ bucket_ms }) => bucket_ms)).toEqual([...new Set(begins)].sort());
});

/** What the views of the migration say is open, the same way round. */
async function openByViews(): Promise<string[]> {
  const found = await engine.client.select(
    'test',
    `SELECT env_id, 'hour' AS span, toUnixTimestamp(hour) AS at FROM custody_internal.unsummed_hours
    UNION ALL SELECT env_id, toString(span), toUnixTimestamp(starts_at) FROM custody_internal.unsummed_spans
    UNION ALL SELECT env_id, 'expired', toUnixTimestamp(hour) FROM custody_internal.expired_hours FINAL`,
    {},
  );
  return (found as { env_id: string; span: string; at: number }[])
    .map(({ env_id, span, at }) => `${env_id} ${span} ${at * 1000}`)
    .sort();
}

/** What a book knows that learned all at once, and is to know that learned it bit by bit. */
async function openByBook(): Promise<string[]> {
  const atOnce = await openIn(new SealBook(engine.client));
  expect(await openIn(sealBookOf(engine.client))).toEqual(atOnce);
  return atOnce;
}

async function openIn(book: SealBook): Promise<string[]> {
  const range = { fromMs: 0, toMs: Date.UTC(2100, 0) };
  await book.refresh(range);
  return book
    .snapshot(range)
    .flatMap(({ envId, openHours, openDays, openMonths, expiredHours }) => [
      ...[...openHours].map((at) => `${envId} hour ${at}`),
      ...[...openDays].map((at) => `${envId} day ${at}`),
      ...[...openMonths].map((at) => `${envId} month ${at}`),
      ...[...expiredHours].map((at) => `${envId} expired ${at}`),
    ])
    .sort();
}

test('the public views equal plain counting', async () => {
  for (const [view, column, stepMs] of [
    ['custody.decisions_hourly', 'hour', hourMs],
    ['custody.decisions_daily', 'day', dayMs],
  ] as const) {
    const sql = `SELECT [env_id, toString(toUnixTimestamp(toDateTime(${column}, 'UTC'))), agent_key, toString(sum(decisions))] AS line
      FROM ${view} GROUP BY env_id, ${column}, agent_key`;
    const found = (await engine.client.select('test', sql, {})) as { line: string[] }[];
    const key = ({ env, atMs, agent }: Flat) => `${env} ${(Math.floor(atMs / stepMs) * stepMs) / 1000} ${agent}`;
    const counted = [...Map.groupBy(rows, key)].map(([group, members]) => `${group} ${members.length}`);
    expect(found.map(({ line }) => line.join(' ')).sort()).toEqual(counted.sort());
  }
});

test('what is open is what the rule of the seals and of interim sums says', async () => {
  const open = await openByBook();
  expect(open).toEqual(await openByViews());
  expect(new Set(open.map((one) => one.split(' ')[1]))).toEqual(new Set(['hour', 'day', 'month']));
});

describe('where rows expired', () => {
  const gone = { fromMs, toMs: march };
  const decidedBy = (agent: string, range: TimeRange, groupBy: readonly Dimension[] = []): RandomQuestion => {
    const filter = matching('agent_key', [agent]);
    const selection = {
      range,
      scope: everything,
      filters: [filter],
      human: null,
      candidates: null,
      certainty: 'sure',
      reasonText: '',
    } as const;
    const order = { by: 'decisions', descending: true } as const;
    const request = {
      selection,
      measures: ['decisions', 'last_seen'] as const,
      groupBy,
      order,
      limit: 100,
      timeZone: 'UTC',
    };
    return { request, fits: (row) => row.agent === agent, about: agent };
  };

  beforeAll(async () => {
    // Once all hours of February are sealed, their rows go; sums of days are made of the hours' sums, later.
    const hours = ['env-1', 'env-2'].flatMap((env_id) =>
      hoursBetween(fromMs, march).map((at) => ({ env_id, hour: at / 1000 })),
    );
    await engine.client.insert('test', 'custody_internal.expired_hours', hours);
    await engine.client.command(
      'test',
      `INSERT INTO custody_internal.expired_hours (env_id, hour, said_at, as_of, build)
      SELECT env_id, hour, said_at, as_of, build FROM custody_internal.hour_states WHERE hour < toDateTime('2026-03-01', 'UTC')`,
    );
    await engine.client.command('test', 'ALTER TABLE custody_internal.decisions DROP PARTITION 202602');
    // Whoever seals one again finds no rows: it stays the build that it was marked with.
    const late = new Map(hoursBetween(fromMs, march).map((startMs) => [startMs, { build: '1', stored: 0 }]));
    await seal(engine.client, { envId: 'env-2', span: 'hour', as_of: await storeTime(engine.client) }, late);
    await sealSpans('env-2', 'day', days(fromMs, 3));
  });

  test('what is in sums is answered as before', async () => {
    expect(await openByBook()).toEqual(await openByViews());
    expiredSaid.length = 0;
    await answersEqual(decidedBy('agent|a', { fromMs, toMs }));
    await answersEqual(decidedBy('agent|b', gone, ['attribution', 'human']));
    // Up to a quarter of an hour that is in sums.
    await answersEqual(
      decidedBy('agent|c', { fromMs: fromMs + 15 * minuteMs, toMs: fromMs + 4 * dayMs + 45 * minuteMs }),
    );
    // And where the range is a part of an hour.
    const { atMs } = rows.find(({ agent, atMs: at }) => agent === 'agent|d' && at < march) as Flat;
    const quarterMs = Math.floor(atMs / (15 * minuteMs)) * 15 * minuteMs;
    await answersEqual(decidedBy('agent|d', { fromMs: quarterMs, toMs: quarterMs + 15 * minuteMs }));
    expect(expiredSaid).toEqual([false, false, false, false]);
  });

  test('how many there are is known of each hour that is left, and of all together', async () => {
    const newestMs = Math.max(...rows.map(({ atMs }) => atMs));
    expect(await readStoredSummary(engine.client)).toEqual({ decisions: rows.length, newestMs });
    const counted = await runQuery(engine.client, countsByHour, { from_ms: fromMs, to_ms: april });
    const left = { fromMs: march, toMs: april };
    const inHours = Map.groupBy(
      within(left, () => true),
      ({ env, atMs }) => `${env} ${hourOf(atMs)}`,
    );
    const found = counted.filter(({ is_expired }) => !is_expired);
    expect(new Map(found.map((row) => [`${row.env_id} ${row.hour_seconds * 1000}`, row.decisions]))).toEqual(
      new Map([...inHours].map(([key, members]) => [key, members.length])),
    );
  });

  test('the seal of one hour is what the view of all seals says of it', async () => {
    const columns = 'env_id, hour, state, revision, digest, sealed_at, reasons, is_current, raw_expired AS is_expired';
    // An hour that never held a decision does not expire, but for the test's own saying.
    const ofEachKind = `SELECT ${columns} FROM custody.seals WHERE (env_id, hour) IN (SELECT env_id, hour FROM custody_internal.stored_hours)
      ORDER BY hour LIMIT 2 BY env_id, is_current, is_expired`;
    const settings = { date_time_output_format: 'iso' } as const;
    type Told = { env_id: string; hour: string; is_current: boolean; is_expired: boolean };
    const seen = (await engine.client.select('test', ofEachKind, {}, { settings })) as Told[];
    expect(new Set(seen.map((one) => `${one.is_current} ${one.is_expired}`)).size).toBe(3);
    for (const { env_id, hour, ...told } of seen) {
      const found = await readSealOfHour(engine.client, { envId: env_id, startMs: Date.parse(hour) });
      expect(found).toEqual({ ...told, sealings: expect.any(Number) });
    }
    const never = await readSealOfHour(engine.client, { envId: 'env-1', startMs: hourOf(toMs) });
    expect(never).toMatchObject({ sealings: 0, is_expired: false });
  });

  test('and what is not is said, with all that there is', async () => {
    const told: SourcesOfAnswer[] = [];
    const onPlan = (sources: SourcesOfAnswer) => told.push(sources);
    const { request, fits } = decidedBy('agent|a', { fromMs, toMs });
    const found = await readAggregate(
      engine.client,
      { ...request, selection: { ...request.selection, reasonText: 'no' } },
      { onPlan },
    );
    const left = rows.filter((row) => fits(row) && row.atMs >= march && row.reason.includes('no'));
    expect(sorted(found)).toEqual(sorted(measured(left, askedOf(request))));
    expect(told).toEqual([{ levels: ['raw'], expired: gone }]);
    // A range that cuts the finest sums lacks what it cuts off, and no more.
    const [first] = within(gone, fits);
    const quarterMs = Math.floor((first?.atMs ?? 0) / (15 * minuteMs)) * 15 * minuteMs;
    const cut = { fromMs: quarterMs + minuteMs, toMs: quarterMs + dayMs };
    const ofCut = decidedBy('agent|a', cut);
    const [counted] = await readAggregate(engine.client, ofCut.request, { onPlan });
    const whole = { fromMs: quarterMs + 15 * minuteMs, toMs: cut.toMs };
    expect(counted?.m_decisions).toBe(within(whole, ofCut.fits).length);
    expect(told[1]?.expired).toEqual({ fromMs: cut.fromMs, toMs: whole.fromMs });
  });

  test('names come from what the source lists', async () => {
    const selection = { ...decidedBy('agent|a', gone).request.selection };
    await engine.client.insert('test', 'custody_internal.facts', [
      { env_id: 'env-1', kind: 'identity', grant_id: 'agent|a', user_key: 'agent|a', name: 'Listed' },
    ]);
    const [agent] = await readEntities(engine.client, 'agents', selection, 10);
    const own = within(gone, (row) => row.agent === 'agent|a');
    expect(agent).toMatchObject({ key: 'agent|a', name: 'Listed', decisions: own.length });
  });
});
