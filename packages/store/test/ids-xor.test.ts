import { randomUUID } from 'node:crypto';
import { formatTimestamp, hourMs, IdsXor, noIdsXor, type SourceWindow } from '@custody/decision';
import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  buildHours,
  DecisionBlock,
  idsXorSql,
  listedHours,
  runQuery,
  writeDecisions,
  writeWindows,
} from '../src/index.ts';
import { startMigratedEngine, type TestEngine } from './engine.ts';
import { makeRow, uuid } from './make-rows.ts';

const t0 = Date.UTC(2026, 4, 1, 10);
const env = { env_id: 'env-1', env_name: 'production' };
let engine: TestEngine;

beforeAll(async () => {
  engine = await startMigratedEngine();
});
afterAll(() => engine.stop());

function xorOf(ids: readonly string[]): string {
  const xor = new IdsXor();
  for (const id of ids) xor.add(id);
  return xor.toString();
}

/** A window of a minute. */
function window(
  minute: number,
  listed: number,
  ids_xor?: string,
  state: SourceWindow['state'] = 'closed',
): SourceWindow {
  const [from, to] = [minute, minute + 1].map((at) => formatTimestamp(t0 + at * 60_000));
  const unsaid = { counted: null, deleted_at_source: 0, read_at: null, reason: '', proof: null };
  return { from: from ?? '', to: to ?? '', state, listed, ...unsaid, ...(ids_xor !== undefined && { ids_xor }) };
}

async function listed(hour: number) {
  const rows = await runQuery(engine.client, listedHours, { env_id: env.env_id, hours: [(t0 + hour * hourMs) / 1000] });
  return rows.map((row) => [row.listed, row.ids_xor]);
}

function hourOf(hour: number, windows: SourceWindow[], version = 1) {
  const times = { hour: formatTimestamp(t0 + hour * hourMs), updated_at: formatTimestamp(t0 + version) };
  return { ...env, ...times, windows };
}

test('rows of the store and the poller’s side give the same for the same ids, leading zeros included', async () => {
  const random = Array.from({ length: 2_000 }, () => randomUUID() as string);
  const small = ['00000000-0000-4000-8000-0000000000ff', '00000000-0000-4000-8000-000000000001'];
  for (const ids of [
    random,
    random.slice(0, 1),
    small,
    small.slice(0, 1),
    ['ffffffff-ffff-ffff-ffff-ffffffffffff'],
    [],
  ]) {
    const sql = `SELECT ${idsXorSql} AS ids_xor FROM (SELECT toUUID(arrayJoin({ids:Array(String)})) AS decision_id)`;
    expect(await engine.client.select('test', sql, { ids })).toEqual([{ ids_xor: xorOf(ids) }]);
  }
});

test('an hour that is summed up has the XOR that its windows tell, and not that of other ids', async () => {
  // The second hour's ids begin with zeros.
  const ids = [Array.from({ length: 50 }, () => randomUUID() as string), [7, 8, 11].map(uuid)];
  const starts = [6, 7].map((hour) => t0 + hour * hourMs);
  const rows = starts.flatMap((startMs, at) => (ids[at] ?? []).map((id, n) => makeRow({ id, atMs: startMs + n })));
  await writeDecisions(engine.client, DecisionBlock.of(rows));
  await writeDecisions(engine.client, DecisionBlock.of(rows.slice(10)));
  const built = await buildHours(engine.client, { envId: env.env_id, hours: starts, attempt: randomUUID() });
  expect(built.map(({ stored, idsXor }) => [stored, idsXor])).toEqual(ids.map((some) => [some.length, xorOf(some)]));
  await writeWindows(engine.client, [
    hourOf(6, [window(360, 50, xorOf(ids[0] ?? []))]),
    hourOf(7, [window(420, 3, xorOf([uuid(7), uuid(8), uuid(12)]))]),
  ]);
  expect(await listed(6)).toEqual([[50, built[0]?.idsXor]]);
  expect(await listed(7)).not.toEqual([[3, built[1]?.idsXor]]);
});

test('an hour tells the ids of its closed windows together, where each of them tells', async () => {
  const ids = Array.from({ length: 7 }, () => randomUUID() as string);
  const [first, second] = [xorOf(ids.slice(0, 3)), xorOf(ids.slice(3))];
  await writeWindows(engine.client, [
    hourOf(0, [
      window(0, 3, first),
      window(1, 9, xorOf(ids), 'open'),
      window(2, 4, second),
      window(3, 2, undefined, 'open'),
    ]),
    hourOf(1, [window(60, 3, first), window(61, 4)]),
    hourOf(2, [window(120, 0, noIdsXor)]),
    hourOf(3, []),
  ]);
  expect(await listed(0)).toEqual([[7, xorOf(ids)]]);
  expect(await listed(1)).toEqual([[7, '']]);
  expect(await listed(2)).toEqual([[0, noIdsXor]]);
  expect(await listed(3)).toEqual([[0, noIdsXor]]);
  expect(await listed(4)).toEqual([]);
  const sql = "SELECT listed, ids_xor FROM custody.windows WHERE hour = '2026-05-01 10:00:00' ORDER BY from_at";
  expect(await engine.client.select('test', sql, {})).toEqual([
    { listed: 3, ids_xor: first },
    { listed: 9, ids_xor: xorOf(ids) },
    { listed: 4, ids_xor: second },
    { listed: 2, ids_xor: '' },
  ]);
});

test('what older code wrote beside it tells no ids', async () => {
  const { windows, ...hour } = hourOf(5, [window(300, 3), window(301, 4)]);
  const older = windows.map(({ from, to, proof: _, ...same }) => ({
    ...same,
    from_at: from,
    to_at: to,
    facet: '',
    proof: '',
  }));
  await engine.client.insert('test', 'custody_internal.windows_by_hour', [{ ...hour, windows: older }]);
  expect(await listed(5)).toEqual([[7, '']]);
  const sql = "SELECT listed, ids_xor FROM custody.windows WHERE hour = '2026-05-01 15:00:00' ORDER BY from_at";
  expect(await engine.client.select('test', sql, {})).toEqual([
    { listed: 3, ids_xor: '' },
    { listed: 4, ids_xor: '' },
  ]);
});
