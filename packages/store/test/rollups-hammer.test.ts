import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { dayMs, hourMs } from '@custody/decision';
import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  buildHours,
  buildSpan,
  DecisionBlock,
  nameSums,
  readAggregate,
  type StoreSettings,
  writeDecisions,
} from '../src/index.ts';
import { countOfRange } from './count-of-range.ts';
import { startMigratedEngine, type TestEngine } from './engine.ts';
import { makeRow, uuid } from './make-rows.ts';

const envId = 'env-1';
const dayStartMs = Date.UTC(2026, 2, 31);
const hours = Array.from({ length: 6 }, (_, n) => dayStartMs + n * hourMs);
const lengthMs = process.env.CUSTODY_TEST_LONG === '1' ? 120_000 : 3_000;
const allDecisions = countOfRange({ fromMs: dayStartMs, toMs: dayStartMs + dayMs });
let engine: TestEngine;

beforeAll(async () => {
  engine = await startMigratedEngine();
});
afterAll(() => engine.stop());

async function one(sql: string, own: StoreSettings = {}): Promise<Record<string, unknown>> {
  const settings = { output_format_json_quote_64bit_integers: 0, ...own } as const;
  const [row] = (await engine.client.select('test', sql, {}, { settings })) as Record<string, unknown>[];
  return row ?? {};
}

test(
  'counts are right at every moment, while hours and days are sealed, re-opened, sealed anew, and summed up without a seal',
  async () => {
    const { client } = engine;
    const endMs = performance.now() + lengthMs;
    let [sent, stored, seals, daySeals, reads, interim] = [0, 0, 0, 0, 0, 0];
    const isOver = () => performance.now() > endMs && daySeals > 1 && Math.min(seals, interim) > 0;
    let underWay: Promise<void> = Promise.resolve();

    const write = async () => {
      for (let n = 0; !isOver(); n += 1) {
        const rows = Array.from({ length: 20 }, (_, i) => {
          const number = 20 * n + i;
          return makeRow({ id: uuid(number), atMs: dayStartMs + ((number * 1_031_017) % (6 * hourMs)) });
        });
        sent += rows.length;
        underWay = writeDecisions(client, DecisionBlock.of(rows), { keepEntries: false });
        await underWay;
        stored += rows.length;
        await pause(5);
        // Now and then until a day is sealed, however slow the machine is.
        for (const before = daySeals; n % 8 === 0 && daySeals === before && !isOver(); ) await pause(20);
      }
    };
    const seal = async (span: string, builds: readonly (readonly [number, string])[], asOf: unknown) => {
      const rows = builds.map(([startMs, build]) => ({ starts_at: startMs / 1_000, build }));
      const sealed = rows.map((row) => ({ ...row, env_id: envId, span, as_of: asOf }));
      await client.insert('test', 'custody_internal.seals', sealed);
    };
    const nameAll = async (span: 'hour' | 'day', builds: readonly (readonly [number, string])[], asOfUs: number) => {
      const sums = builds.map(([startMs, build]) => ({ startMs, build }));
      return nameSums(client, { envId, span, asOfUs, sums });
    };
    // By seals and without them in turns.
    const sumUpAll = async () => {
      for (let turn = 0; !isOver(); turn += 1) {
        const isSealed = turn % 2 === 0;
        const { at, us } = await one('SELECT now64(6) AS at, toUnixTimestamp64Micro(at) AS us');
        await underWay;
        const builds = await buildHours(client, { envId, hours, attempt: randomUUID() });
        const named = builds.map(({ hourStartMs, build }) => [hourStartMs, build] as const);
        if (isSealed) await seal('hour', named, at);
        else interim += await nameAll('hour', named, Number(us));
        seals += isSealed ? 1 : 0;
        const open = await one('SELECT count() AS hours FROM custody_internal.unsummed_hours');
        if (open.hours !== 0) continue;
        const span = { envId, span: 'day', startMs: dayStartMs, by: 'sums' } as const;
        const day = await buildSpan(client, { ...span, attempt: randomUUID() });
        if (isSealed) await seal('day', [[dayStartMs, day.build]], at);
        else await nameAll('day', [[dayStartMs, day.build]], Number(us));
        daySeals += 1;
      }
    };
    const read = async (name: string, count: (own: StoreSettings) => Promise<unknown>) => {
      while (!isOver()) {
        const least = stored;
        // Of every second question each table is seen some time after the one before it.
        const decisions = Number(await count({ merge_tree_storage_snapshot_sleep_ms: reads % 2 === 0 ? '0' : '20' }));
        if (!(decisions >= least && decisions <= sent))
          throw new Error(`${name} counts ${decisions}, of ${least} to ${sent}, at read ${reads} and seal ${seals}`);
        reads += 1;
        // Who seals has to come to its turn.
        await pause(20);
      }
    };
    const readView = (view: string) =>
      read(view, async (own) => (await one(`SELECT sum(decisions) AS n FROM custody.${view}`, own)).n);
    const readAnswers = () =>
      read(
        'an answer',
        async (settings) => (await readAggregate(client, allDecisions, { settings }))[0]?.m_decisions ?? 0,
      );
    await Promise.all([write(), sumUpAll(), readView('decisions_hourly'), readView('decisions_daily'), readAnswers()]);
    expect(Math.min(reads, seals, daySeals, interim)).toBeGreaterThan(0);
  },
  lengthMs + 60_000,
);
