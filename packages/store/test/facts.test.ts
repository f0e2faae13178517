import type { GrantRecord, HourWindows, SourceWindow, WindowState } from '@custody/decision';
import { formatTimestamp, hourMs, minuteMs } from '@custody/decision';
import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  coverageBetween,
  coverageOf,
  readHistory,
  recordLateness,
  runQuery,
  writeFacts,
  writeWindows,
} from '../src/index.ts';
import { startMigratedEngine, type TestEngine } from './engine.ts';

const t0 = Date.UTC(2026, 4, 1, 10);
const at = (minutes: number) => formatTimestamp(t0 + minutes * minuteMs);
let engine: TestEngine;

beforeAll(async () => {
  engine = await startMigratedEngine();
});
afterAll(() => engine.stop());

const select = (sql: string) => engine.client.select('test', sql, {}, { settings: { date_time_output_format: 'iso' } });

function consent(
  grantId: string,
  over: { valid_from?: string | null; last_seen?: string; first_missing?: string | null },
): GrantRecord {
  const defaults = { valid_from: at(1), first_seen: at(5), last_seen: at(5), first_missing: null };
  return {
    kind: 'consent',
    env_id: 'env-1',
    grant_id: grantId,
    ...defaults,
    ...over,
    agent_key: 'agent|a',
    human_key: 'human|h',
    server: 'linear',
    level: 'low',
  };
}

test('of a fact the value with the highest position stays, in whatever order and however often values come', async () => {
  const listing: GrantRecord = {
    kind: 'listing',
    env_id: 'env-1',
    of: 'consent',
    first_completed_at: at(5),
    completed_at: at(50),
  };
  const records = [
    { record: consent('ended', { last_seen: at(30), first_missing: at(31) }), position: 4 },
    { record: consent('ended', {}), position: 2 },
    { record: consent('held', {}), position: 3 },
    { record: consent('old', { valid_from: null }), position: 5 },
    { record: listing, position: 6 },
  ];
  await writeFacts(engine.client, records);
  await writeFacts(engine.client, records.slice(1, 3));
  expect(
    await select('SELECT grant_id, active, last_seen, first_missing FROM custody.grants ORDER BY grant_id'),
  ).toEqual([
    { grant_id: 'ended', active: 0, last_seen: at(30), first_missing: at(31) },
    { grant_id: 'held', active: 1, last_seen: at(50), first_missing: null },
    { grant_id: 'old', active: 1, last_seen: at(50), first_missing: null },
  ]);
  // 'old' was there when history began and nobody knows since when: no change.
  expect(
    await select('SELECT at, change, grant_id, not_before FROM custody.access_changes ORDER BY at, grant_id'),
  ).toEqual([
    { at: at(1), change: 'appeared', grant_id: 'ended', not_before: at(1) },
    { at: at(1), change: 'appeared', grant_id: 'held', not_before: at(1) },
    { at: at(31), change: 'ended', grant_id: 'ended', not_before: at(30) },
  ]);
});

function window(fromMinute: number, toMinute: number, state: WindowState, action?: string): SourceWindow {
  return {
    from: at(fromMinute),
    to: at(toMinute),
    ...(action === undefined ? {} : { facet: { action } }),
    state,
    proof: state === 'closed' ? 'count' : null,
    listed: 3,
    counted: null,
    deleted_at_source: 0,
    read_at: state === 'open' ? null : at(toMinute),
    reason: '',
  };
}

function hour(number: number, windows: SourceWindow[], updatedMinute = 0): HourWindows {
  return { env_id: 'env-1', env_name: 'production', hour: at(60 * number), windows, updated_at: at(updatedMinute) };
}

async function coverage(nowMinute: number, fromMinute = -1e6, toMinute = 1e6) {
  const params = {
    from_ms: t0 + fromMinute * minuteMs,
    to_ms: t0 + toMinute * minuteMs,
    now_ms: t0 + nowMinute * minuteMs,
  };
  const [row] = await runQuery(engine.client, coverageBetween, params);
  if (row === undefined) throw new Error('no coverage');
  // The same by the other way that there is.
  const history = await readHistory(engine.client);
  const range = { fromMs: params.from_ms, toMs: params.to_ms };
  expect(coverageOf(history, range, params.now_ms)).toEqual([row]);
  return {
    open: row.open_seconds,
    blind: row.blind_seconds,
    unreadable: row.unreadable_seconds,
    until: row.proven_until,
  };
}

test('coverage tells open, blind and unreadable apart, second by second', async () => {
  // Nine minutes, and one to settle.
  await recordLateness(engine.client, 540);
  await writeWindows(engine.client, [hour(0, [window(20, 60, 'closed')], 1)]);
  expect(await coverage(60)).toEqual({ open: 0, blind: 0, unreadable: 0, until: at(60) });
  // An hour later nothing was read: ten minutes are young, fifty are blind.
  expect(await coverage(120)).toEqual({ open: 600, blind: 3000, unreadable: 0, until: at(60) });
  // A second of which one facet is open is not proven, nor counted twice.
  await writeWindows(engine.client, [
    hour(
      1,
      [window(60, 70, 'closed'), window(70, 71, 'closed', 'a'), window(70, 71, 'open', 'b'), window(71, 120, 'closed')],
      2,
    ),
  ]);
  expect(await coverage(130)).toEqual({ open: 600, blind: 60, unreadable: 0, until: at(70) });
  // An older value of the hour changes nothing; an unreadable minute is counted apart and does not hold the rest up.
  await writeWindows(engine.client, [hour(1, [window(60, 120, 'open')], 1)]);
  await writeWindows(engine.client, [
    hour(1, [window(60, 70, 'closed'), window(70, 71, 'unreadable'), window(71, 120, 'closed')], 3),
  ]);
  expect(await coverage(130)).toEqual({ open: 600, blind: 0, unreadable: 60, until: at(120) });
  expect(await coverage(130, 71, 100)).toEqual({ open: 0, blind: 0, unreadable: 0, until: at(120) });
  // A missing hour stays blind although later ones were read.
  await writeWindows(engine.client, [hour(3, [window(180, 240, 'closed')], 4)]);
  expect(await coverage(240)).toEqual({ open: 0, blind: 3600, unreadable: 60, until: at(120) });
});

test('the public coverage view says the same of now, and windows show one row each', async () => {
  const [row] = (await select('SELECT *, toUnixTimestamp(now()) AS now_s FROM custody.coverage')) as Record<
    string,
    number
  >[];
  const { open } = await coverage(((row?.now_s ?? 0) * 1000 - t0) / minuteMs);
  expect(row).toMatchObject({ env_id: 'env-1', env_name: 'production', unreadable_seconds: 60, lateness_seconds: 540 });
  expect(row?.open_seconds).toBe(open);
  expect(
    await select(
      'SELECT count() AS n, sum(listed) AS listed, countIf(isNull(counted)) AS uncounted FROM custody.windows',
    ),
  ).toEqual([{ n: 5, listed: 15, uncounted: 5 }]);
  expect(hourMs).toBe(60 * minuteMs);
});

test('hours that are proven whole are told by stretches, with the gaps between them', async () => {
  const far = 1_000;
  const proven = [0, 1, 2, 4, 7, 8];
  const whole = (n: number) => hour(far + n, [window(60 * (far + n), 60 * (far + n + 1), 'closed')], far + n);
  await writeWindows(engine.client, proven.map(whole));
  await coverage(60 * (far + 9));
  const { environments } = await readHistory(engine.client);
  const first = t0 / (60 * minuteMs) + far;
  const known = Array.from({ length: 10 }, (_, n) => environments[0]?.hours.whole.has(first + n));
  expect(known).toEqual(known.map((_, n) => proven.includes(n)));
});
