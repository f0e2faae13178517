import type { DecisionRow, StoreClient } from '@custody/store';
import { cubes, DecisionBlock, defineQuery, runQuery, writeDecisions } from '@custody/store';
import { z } from 'zod';
import { attributedRow, historyOf } from './attributed.ts';
import type { BenchOptions, Figures } from './bench.ts';
import { benchDecision, entryBytes } from './data.ts';
import { cost } from './figures.ts';
import { generateYear } from './generate-year.ts';
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
  // On all cores: how fast the sealer does it is measured by itself.
  const settings = { max_threads: 0 };
  await sealRange(client, year, { envId, rowsPerHour: rows / hours, signal, onProgress: sealed, settings });
  const late = lateRows(year_, seed);
  await writeDecisions(client, DecisionBlock.of(late), { keepEntries: false });
  return rows + late.length;
}

const rollups = defineQuery({
  name: 'bench.rollups',
  sql: `SELECT table, extract(partition, '[a-z_]+') AS level, sum(rows) AS stored, sum(bytes_on_disk) AS bytes
FROM system.parts
WHERE active AND database = 'custody_internal' AND has({tables:Array(String)}, table)
GROUP BY table, level
ORDER BY table, level`,
  params: z.object({ tables: z.array(z.string()) }),
  row: z.object({ table: z.string(), level: z.string(), stored: z.number(), bytes: z.number() }),
});

/** Rows of each rollup and level for a decision, and bytes on disk of each. */
export async function rollupFigures(client: StoreClient, rows: number, label: string): Promise<Figures> {
  const found = await runQuery(client, rollups, { tables: cubes.map(({ table }) => table.replace(/^.*\./, '')) });
  const byTable = Map.groupBy(found, ({ table }) => table);
  const ofLevels = found.map(({ table, level, stored }) => [
    `${table}_${level}_${label}`,
    cost(stored / rows, 'rollup rows / raw rows'),
  ]);
  const ofTables = [...byTable].map(([table, levels]) => [
    `${table}_bytes_${label}`,
    cost(levels.reduce((sum, { bytes }) => sum + bytes, 0) / rows, 'bytes / raw row'),
  ]);
  return Object.fromEntries([...ofLevels, ...ofTables]);
}
