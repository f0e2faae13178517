import { randomUUID } from 'node:crypto';
import { formatTimestamp, hourMs, type SourceWindow } from '@custody/decision';
import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  buildHours,
  buildSpan,
  DecisionBlock,
  isSpanDue,
  linkSeal,
  mostAttemptMinutes,
  nameSums,
  openFutureSeals,
  readHourFacts,
  readHoursToSum,
  readSpansDue,
  readStoreClock,
  readUnsealedHours,
  removeIdleBuilds,
  type SealedHour,
  type SealStatement,
  writeDecisions,
  writeSeals,
  writeWindows,
} from '../src/index.ts';
import { startMigratedEngine, type TestEngine } from './engine.ts';
import { makeRow, uuid } from './make-rows.ts';

const startMs = Date.UTC(2026, 2, 31, 22);
const longAfterMs = Date.UTC(2026, 4, 1);
let engine: TestEngine;
beforeAll(async () => {
  engine = await startMigratedEngine();
});
afterAll(() => engine.stop());

const select = (sql: string) =>
  engine.client.select('test', sql, {}, { settings: { output_format_json_quote_64bit_integers: 0 } });
const unsealed = (endedByMs = longAfterMs, asked: string[] = []) =>
  readUnsealedHours(engine.client, { endedByMs, asked, limit: 100 });

function window(fromMs: number, toMs: number, rest: Partial<SourceWindow> = {}): SourceWindow {
  return {
    from: formatTimestamp(fromMs),
    to: formatTimestamp(toMs),
    state: 'closed',
    proof: 'count',
    listed: 0,
    counted: 0,
    deleted_at_source: 0,
    read_at: null,
    reason: '',
    ...rest,
  };
}

let writes = 0;
function list(envId: string, hourStartMs: number, windows: SourceWindow[]) {
  writes += 1;
  const updated_at = formatTimestamp(longAfterMs + writes);
  const hour = { env_id: envId, env_name: `name of ${envId}`, hour: formatTimestamp(hourStartMs), windows, updated_at };
  return writeWindows(engine.client, [hour]);
}

const store = (envId: string, hourStartMs: number, ...ids: number[]) => {
  const rows = ids.map((id) => makeRow({ id: uuid(id), atMs: hourStartMs + id * 1_000, envId }));
  return writeDecisions(engine.client, DecisionBlock.of(rows));
};

const said = (rest: Partial<SealStatement> = {}): SealStatement => ({
  state: 'complete',
  stored: 0,
  listed: 0,
  deadLetters: 0,
  missing: 0,
  deletedAtSource: 0,
  unreadableSeconds: 0,
  listedIdsXor: '',
  reasons: [],
  content: '',
  ...rest,
});

interface SealOptions {
  readonly span?: 'hour' | 'day' | 'month';
  readonly asOfUs?: number;
  readonly statement?: Partial<SealStatement>;
}

/** Sums up and seals, as a sealer does it. */
async function seal(envId: string, at: number, { span = 'hour', asOfUs, statement }: SealOptions = {}) {
  const attempt = randomUUID();
  const clock = asOfUs ?? (await readStoreClock(engine.client));
  const [hour] = span === 'hour' ? await buildHours(engine.client, { envId, hours: [at], attempt }) : [];
  const build =
    hour?.build ??
    (await buildSpan(engine.client, { envId, span: span === 'month' ? 'month' : 'day', startMs: at, attempt })).build;
  const [facts] = span === 'hour' ? await readHourFacts(engine.client, envId, [at]) : [];
  const whole = said({
    stored: hour?.stored ?? 0,
    listed: facts?.listing?.listed ?? 0,
    content: hour?.content ?? '',
    ...statement,
  });
  const sealed: SealedHour = { ...whole, ...linkSeal(envId, at, whole, facts?.seal ?? null) };
  const one = { envId, span, startMs: at, build, windowsUpdatedAtMs: 0, causes: [], said: sealed };
  return writeSeals(engine.client, { attempt, asOfUs: clock, seals: [one] });
}

test('hours are told as the source listed them: whole, open, from the beginning of history, unreadable', async () => {
  await list('env-1', startMs, [
    window(startMs + 1_800_000, startMs + 2_000_000, { listed: 3, deleted_at_source: 1, ids_xor: uuidXor(1, 2, 3) }),
    window(startMs + 2_000_000, startMs + hourMs, { listed: 1, ids_xor: uuidXor(9) }),
  ]);
  const second = startMs + hourMs;
  await list('env-1', second, [
    window(second, second + 1_800_000, { listed: 2 }),
    window(second + 1_800_000, second + 1_801_000, { state: 'unreadable', proof: null, listed: 10 }),
    window(second + 1_801_000, second + hourMs),
  ]);
  const third = second + hourMs;
  await list('env-1', third, [
    window(third, third + 60_000, { listed: 5 }),
    window(third + 60_000, third + hourMs, { state: 'open' }),
  ]);
  await store('env-1', second + hourMs * 2, 7);
  const listing = { listed: 0, deletedAtSource: 0, unreadableSeconds: 0, listedIdsXor: '', beginsInside: false };
  const found = (await unsealed()).filter(({ envId }) => envId === 'env-1');
  expect(found).toMatchObject([
    { hourStartMs: third + hourMs, listing: null, isSealed: false, seal: null, isSettled: true },
    { hourStartMs: third, listing: { ...listing, listed: 5, isProven: false }, saidAtUs: 0 },
    { hourStartMs: second, listing: { ...listing, listed: 12, unreadableSeconds: 1, isProven: true } },
    {
      hourStartMs: startMs,
      listing: { listed: 4, deletedAtSource: 1, beginsInside: true, isProven: true, listedIdsXor: uuidXor(1, 2, 3, 9) },
    },
  ]);
  expect(found[0]?.saidAtUs).toBeGreaterThan(0);
  const before = await readUnsealedHours(engine.client, { endedByMs: third, asked: [], limit: 100 });
  expect(before.filter(({ envId }) => envId === 'env-1')).toHaveLength(2);
});

test('a sealed hour is told again when something is stored in it, listed of it, or asked about it', async () => {
  const envId = 'env-2';
  const mine = async (asked: string[] = []) =>
    (await unsealed(longAfterMs, asked)).filter((hour) => hour.envId === envId);
  await list(envId, startMs, [window(startMs, startMs + hourMs, { listed: 2 })]);
  await store(envId, startMs, 1, 2);
  expect(await seal(envId, startMs)).toBe(true);
  expect(await mine()).toEqual([]);
  expect(await mine([`${envId}/${startMs / 1_000}`])).toMatchObject([
    { isSealed: true, seal: { revision: 1, stored: 2 } },
  ]);
  await store(envId, startMs, 3);
  expect(await mine()).toMatchObject([{ isSealed: false, seal: { revision: 1 } }]);
  await list(envId, startMs, [window(startMs, startMs + hourMs, { listed: 3 })]);
  await seal(envId, startMs);
  expect(await mine()).toEqual([]);
  await list(envId, startMs, [window(startMs, startMs + hourMs, { listed: 3, deleted_at_source: 1 })]);
  expect(await mine()).toMatchObject([
    { isSealed: true, listing: { deletedAtSource: 1 }, seal: { deletedAtSource: 0 } },
  ]);
  const [row] = await select(`SELECT * FROM custody.seals WHERE env_id = '${envId}'`);
  expect(row).toMatchObject({
    env_name: `name of ${envId}`,
    state: 'complete',
    revision: 2,
    decisions: 3,
    listed: 3,
    is_current: true,
  });
});

test('what is said again is the same link of the chain, and anything else the next one', async () => {
  const envId = 'env-3';
  await store(envId, startMs, 1);
  await seal(envId, startMs);
  await seal(envId, startMs);
  await store(envId, startMs, 2);
  await seal(envId, startMs);
  const chain = (await select(
    `SELECT revision, digest, previous_digest FROM custody_internal.seals WHERE env_id = '${envId}' ORDER BY as_of`,
  )) as { revision: number; digest: string; previous_digest: string }[];
  expect(chain.map(({ revision }) => revision)).toEqual([1, 1, 2]);
  expect(chain[1]).toEqual(chain[0]);
  expect(chain[2]?.previous_digest).toBe(chain[0]?.digest);
  expect(chain[0]).toMatchObject({ previous_digest: '', digest: expect.stringMatching(/^[0-9a-f]{64}$/) });
});

test('an attempt that slept for too long seals nothing, whatever is asked of the store', async () => {
  const envId = 'env-4';
  await store(envId, startMs, 1);
  const asOfUs = (await readStoreClock(engine.client)) - mostAttemptMinutes * 60_000_000;
  expect(await seal(envId, startMs, { asOfUs })).toBe(false);
  expect(await select(`SELECT count() AS n FROM custody_internal.seals WHERE env_id = '${envId}'`)).toEqual([{ n: 0 }]);
});

test('a day waits for its hours and a month for its days', async () => {
  const envId = 'env-5';
  const dayMs = Date.UTC(2026, 2, 31);
  const monthMs = Date.UTC(2026, 2, 1);
  const due = async (nowMs = longAfterMs) =>
    (await readSpansDue(engine.client, { nowMs })).filter((span) => span.envId === envId);
  await store(envId, startMs, 1);
  await store(envId, startMs + hourMs, 2);
  await seal(envId, startMs);
  expect(await due()).toEqual([]);
  await seal(envId, startMs + hourMs);
  expect(await due(dayMs + 24 * hourMs - 1_000)).toEqual([]);
  expect(await due()).toEqual([{ envId, span: 'day', startMs: dayMs }]);
  await seal(envId, dayMs, { span: 'day' });
  expect(await due()).toEqual([{ envId, span: 'month', startMs: monthMs }]);
  expect(await isSpanDue(engine.client, { envId, span: 'month', startMs: monthMs }, longAfterMs)).toBe(true);
  await seal(envId, monthMs, { span: 'month' });
  expect(await due()).toEqual([]);
  await store(envId, startMs, 3);
  expect(await isSpanDue(engine.client, { envId, span: 'month', startMs: monthMs }, longAfterMs)).toBe(false);
  await seal(envId, startMs);
  expect(await due()).toEqual([{ envId, span: 'day', startMs: dayMs }]);
});

test('what was sealed while the store’s clock was ahead is open once it was set back, and nothing else', async () => {
  const [envId, other] = ['env-7', 'env-8'];
  await store(envId, startMs, 1);
  await store(envId, startMs - 2 * hourMs, 2);
  await store(other, startMs, 3);
  const ofDay = Date.UTC(2026, 2, 31);
  for (const [env, at] of [
    [envId, startMs],
    [envId, startMs - 2 * hourMs],
    [other, startMs],
  ] as const)
    await seal(env, at);
  const open = async () =>
    select(`SELECT env_id, toUInt32(hour) * 1000 AS at FROM custody_internal.open_hours WHERE env_id IN ('${envId}', '${other}')
      ORDER BY env_id, at`);
  const ahead = (env: string, span: string) =>
    engine.client.command(
      'test',
      `INSERT INTO custody_internal.seals (env_id, span, starts_at, as_of)
SELECT '${env}', '${span}', toDateTime(${(span === 'day' ? ofDay : startMs) / 1_000}, 'UTC'), now64(6) + INTERVAL 1 DAY`,
    );
  await ahead(envId, 'hour');
  await store(envId, startMs, 4);
  expect(await openFutureSeals(engine.client)).toBe(1);
  expect(await open()).toEqual([{ env_id: envId, at: startMs }]);
  await ahead(other, 'day');
  expect(await openFutureSeals(engine.client)).toBe(2);
  expect(await open()).toEqual([
    { env_id: envId, at: startMs },
    { env_id: other, at: startMs },
  ]);
  // Nor does it count that it was summed up then.
  const early = startMs - 2 * hourMs;
  await engine.client.command(
    'test',
    `INSERT INTO custody_internal.interim_sums (env_id, span, starts_at, as_of)
SELECT '${envId}', 'hour', toDateTime(${early / 1_000}, 'UTC'), now64(6) + INTERVAL 1 DAY`,
  );
  expect(await openFutureSeals(engine.client)).toBe(3);
  expect(await unsummed(envId)).toEqual([{ at: early }, { at: startMs }]);
  const parts = () => select(`SELECT count() AS n FROM custody_internal.stored_hours WHERE stored_at > now64(6)`);
  const before = await parts();
  await openFutureSeals(engine.client);
  expect(await parts()).toEqual(before);
  await engine.client.command('test', 'TRUNCATE TABLE custody_internal.stored_hours');
  for (const table of ['seals', 'interim_sums']) {
    await engine.client.command('test', `DELETE FROM custody_internal.${table} WHERE as_of > now64(6)`);
  }
});

const unsummed = (envId: string) =>
  select(
    `SELECT toUInt32(hour) * 1000 AS at FROM custody_internal.unsummed_hours WHERE env_id = '${envId}' ORDER BY at`,
  );

/** Sums hours up without sealing them; resolves with how many count. */
async function sumUp(envId: string, hours: readonly number[], asOfUs?: number): Promise<number> {
  const moment = asOfUs ?? (await readStoreClock(engine.client));
  const builds = await buildHours(engine.client, { envId, hours, attempt: randomUUID() });
  const sums = builds.map(({ hourStartMs, build }) => ({ startMs: hourStartMs, build }));
  return nameSums(engine.client, { envId, span: 'hour', asOfUs: moment, sums });
}

test('hours are summed up without a seal unless something was said of them since, or is being changed in them', async () => {
  const envId = 'env-9';
  const toSum = async (quietSeconds = 0, nowMs = longAfterMs) =>
    (await readHoursToSum(engine.client, { nowMs, quietSeconds, limit: 100 })).filter((hour) => hour.envId === envId);
  const say = (table: string, row: object) =>
    engine.client.insert('test', `custody_internal.${table}`, [{ env_id: envId, hour: startMs / 1_000, ...row }]);
  const long = Math.floor(Date.now() / 1_000) - 7_200;
  // Named, and never stored: there is nothing to sum up, which holds as well.
  await say('stored_hours', { hour: startMs / 1_000 - 3_600, stored_at: long });
  await store(envId, startMs, 1, 2);
  expect(await toSum()).toEqual([
    { envId, hourStartMs: startMs, rows: 2 },
    { envId, hourStartMs: startMs - hourMs, rows: 0 },
  ]);
  expect(await toSum(3_600)).toMatchObject([{ hourStartMs: startMs - hourMs }]);
  expect(await toSum(0, startMs + hourMs - 1_000)).toMatchObject([{ hourStartMs: startMs - hourMs }]);
  const now = await readStoreClock(engine.client);
  expect(await sumUp(envId, [startMs - hourMs], now - (mostAttemptMinutes + 1) * 60_000_000)).toBe(0);
  expect(await sumUp(envId, [startMs - hourMs], now + 60_000_000)).toBe(0);
  await store(envId, startMs, 3);
  expect(await sumUp(envId, [startMs - hourMs, startMs], now)).toBe(1);
  await say('touched_hours', { is_settled: false, touched_at: long });
  expect([await toSum(), await sumUp(envId, [startMs])]).toEqual([[], 0]);
  await say('touched_hours', { is_settled: true, touched_at: long + 1 });
  expect([(await toSum()).length, await sumUp(envId, [startMs]), await toSum()]).toEqual([1, 1, []]);
  expect([await sumUp(envId, [startMs]), await unsummed(envId)]).toEqual([0, []]);
  // What is sealed, and what has to be, is as it was.
  expect(await unsealed()).toContainEqual(expect.objectContaining({ envId, hourStartMs: startMs, isSealed: false }));
  expect(await select(`SELECT count() AS n FROM custody.seals WHERE env_id = '${envId}'`)).toEqual([{ n: 0 }]);
  const hourly = `SELECT sum(decisions) AS n FROM custody.decisions_hourly WHERE env_id = '${envId}'`;
  expect(await select(hourly)).toEqual([{ n: 3 }]);
});

test('rollup rows go that neither a newest seal nor newest interim sums name, once they are known to be idle, and no others', async () => {
  const envId = 'env-6';
  const counted = async () => {
    const [row] = await select(`SELECT
      (SELECT count() FROM custody_internal.rollup_calls WHERE env_id = '${envId}') AS rows,
      (SELECT sum(decisions) FROM custody.decisions_hourly WHERE env_id = '${envId}') AS decisions,
      (SELECT count() FROM custody_internal.interim_sums WHERE env_id = '${envId}') AS interim`);
    return Object.values(row as object);
  };
  await store(envId, startMs, 1);
  await seal(envId, startMs);
  // Of an attempt that ended before it was sealed; and then revisions, and interim sums, that were superseded.
  await buildHours(engine.client, { envId, hours: [startMs], attempt: randomUUID() });
  await store(envId, startMs, 2);
  await sumUp(envId, [startMs]);
  await store(envId, startMs, 3);
  await seal(envId, startMs);
  await store(envId, startMs, 4);
  await sumUp(envId, [startMs]);
  expect(await counted()).toEqual([5, 4, 2]);
  await removeIdleBuilds(engine.client);
  await removeIdleBuilds(engine.client);
  expect(await counted()).toEqual([5, 4, 2]);
  // The seal's stay beside those that count: they are what is verified, and what the hour is once it expires.
  expect(await removeIdleBuilds(engine.client, { idleSeconds: 0 })).toBeGreaterThanOrEqual(3);
  expect(await counted()).toEqual([2, 4, 1]);
  expect(await removeIdleBuilds(engine.client, { idleSeconds: 0 })).toBe(0);
  // Older code, which knows of no interim sums, leaves alone what this view names.
  const known = `SELECT count() AS n FROM custody_internal.rollup_calls WHERE env_id = '${envId}'
    AND build IN (SELECT build FROM custody_internal.newest_seals)`;
  expect(await select(known)).toEqual([{ n: 2 }]);
});

function uuidXor(...numbers: number[]): string {
  const digits = numbers.map((number) => BigInt(`0x${uuid(number).replaceAll('-', '')}`));
  return digits
    .reduce((sum, one) => sum ^ one, 0n)
    .toString(16)
    .padStart(32, '0');
}
