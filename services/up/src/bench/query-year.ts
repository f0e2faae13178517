import { randomUUID } from 'node:crypto';
import type { DecisionRow, StoreClient } from '@custody/store';
import {
  buildHours,
  buildSpans,
  cubes,
  DecisionBlock,
  defineQuery,
  nameSums,
  readHoursToSum,
  readSpansDue,
  readStoreClock,
  runQuery,
  writeDecisions,
} from '@custody/store';
import { z } from 'zod';
import { attributedRow, historyOf } from './attributed.ts';
import type { BenchOptions, Figures } from './bench.ts';
import { benchDecision, entryBytes } from './data.ts';
import { cost } from './figures.ts';
import { generateYear } from './generate-year.ts';
import { verify } from './measure.ts';
import { reopenedHours } from './query-questions.ts';
import { sealRange } from './seal-year.ts';
import { yearEndMs, yearStartMs } from './world.ts';

const year = { fromMs: yearStartMs, toMs: yearEndMs };
const reopened = 20;

export interface YearInStore {
  readonly client: StoreClient;
  readonly envId: string;
  readonly rows: number;
}

/** How fast the sealer sums up, on one core, is measured by itself. */
const allCores = { max_threads: 0 };

/** A decision for each of these hours that came when the hour was sealed already. */
function lateRows({ envId, rows }: YearInStore, seed: number): DecisionRow[] {
  const history = historyOf(envId, seed, 1);
  return reopenedHours(reopened).map((hour, index) => {
    const made = { ...benchDecision(rows + index, seed, rows), occurredAtMs: hour + 1_000 * index };
    return attributedRow(entryBytes(made, seed), envId, history);
  });
}

/** Makes a year, seals all of it, and has some late decisions open hours again; resolves with the decisions. */
export async function prepareSealedYear(
  year_: YearInStore,
  { seed, signal, onProgress }: Pick<BenchOptions, 'seed' | 'signal' | 'onProgress'>,
): Promise<number> {
  const { client, envId, rows } = year_;
  const made = (stored: number) => onProgress(`${rows} decisions: ${stored} made`);
  await generateYear({ client }, { rows, seed, envId, signal, onProgress: made });
  const hours = (yearEndMs - yearStartMs) / 3_600_000;
  const sealed = (text: string) => onProgress(`${rows} decisions: ${text}`);
  const settings = allCores;
  await sealRange(client, year, { envId, rowsPerHour: rows / hours, signal, onProgress: sealed, settings });
  const late = lateRows(year_, seed);
  await writeDecisions(client, DecisionBlock.of(late), { keepEntries: false });
  return rows + late.length;
}

/** Has those hours read from their rows, as right after the late decisions, whatever was summed up since. */
export async function openLateHours({ client, envId }: YearInStore): Promise<void> {
  const hours = reopenedHours(reopened).map((startMs) => ({ env_id: envId, hour: startMs / 1_000 }));
  await client.insert('bench.said', 'custody_internal.stored_hours', hours);
}

/**
 * Does what the sealer does where hours cannot be sealed anew yet: sums up the open hours that are over, their days and
 * their months. The last hour of the year is the present one.
 */
export async function sumUpLateHours({ client, envId }: YearInStore, signal: AbortSignal): Promise<void> {
  const options = { signal, settings: allCores, timeoutMs: 600_000 };
  const nowMs = yearEndMs - 1;
  const asOfUs = await readStoreClock(client, options);
  const name = async (span: 'hour' | 'day' | 'month', sums: readonly { startMs: number; build: string }[]) => {
    const named = await nameSums(client, { envId, span, asOfUs, sums }, options);
    verify(named === sums.length, `Of ${sums.length} sums of an open ${span} ${named} count.`);
  };
  const found = await readHoursToSum(client, { nowMs, quietSeconds: 0, limit: reopened }, options);
  const hours = found.map(({ hourStartMs }) => hourStartMs);
  const builds = await buildHours(client, { envId, hours, attempt: randomUUID() }, options);
  const ofHours = builds.map(({ hourStartMs: startMs, build }) => ({ startMs, build }));
  await name('hour', ofHours);
  for (const span of ['day', 'month'] as const) {
    const due = await readSpansDue(client, { nowMs, envId, by: 'sums' }, options);
    const starts = due.flatMap((one) => (one.span === span ? [one.startMs] : [])).sort((a, b) => a - b);
    if (starts.length === 0) continue;
    const spans = { envId, span, starts, attempt: randomUUID(), by: 'sums' } as const;
    await name(span, await buildSpans(client, spans, options));
  }
}

// By the builds that count: those that were superseded go some time later.
const rollups = defineQuery({
  name: 'bench.rollups',
  sql: cubes
    .map(
      ({
        table,
      }) => `SELECT '${table.replace(/^.*\./, '')}' AS table, toString(level) AS level, count() AS stored FROM ${table}
WHERE build IN (SELECT build FROM custody_internal.newest_sums) GROUP BY level`,
    )
    .join(' UNION ALL '),
  params: z.object({}),
  row: z.object({ table: z.string(), level: z.string(), stored: z.number() }),
});

const bytesOnDisk = defineQuery({
  name: 'bench.rollup_bytes',
  sql: `SELECT table, sum(bytes_on_disk) AS bytes FROM system.parts
WHERE active AND database = 'custody_internal' AND has({tables:Array(String)}, table)
GROUP BY table`,
  params: z.object({ tables: z.array(z.string()) }),
  row: z.object({ table: z.string(), bytes: z.number() }),
});

/** Rows of each rollup and level for a decision, and bytes on disk of each. */
export async function rollupFigures(client: StoreClient, rows: number, label: string): Promise<Figures> {
  const found = await runQuery(client, rollups, {}, { timeoutMs: 600_000 });
  const tables = cubes.map(({ table }) => table.replace(/^.*\./, ''));
  const onDisk = await runQuery(client, bytesOnDisk, { tables });
  const ofLevels = found.map(({ table, level, stored }) => [
    `${table}_${level}_${label}`,
    cost(stored / rows, 'rollup rows / raw rows'),
  ]);
  const ofTables = onDisk.map(({ table, bytes }) => [`${table}_bytes_${label}`, cost(bytes / rows, 'bytes / raw row')]);
  return Object.fromEntries([...ofLevels, ...ofTables]);
}
