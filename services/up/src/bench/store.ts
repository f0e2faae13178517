import { type DecisionRow, type StoreClient, writeDecisions } from '@custody/store';
import { decisionRows, inEnvironment } from './attributed.ts';
import { type Bench, type BenchOptions, type Figures, quarterOf } from './bench.ts';
import { growth, rate } from './figures.ts';
import { medians, timed, verify } from './measure.ts';
import { memoryFigure, ownMemory, peakMemoryBytes } from './memory.ts';
import { rowsIn } from './stored-rows.ts';
import { openTemporaryStore } from './temporary-store.ts';

/** As many as the consumer writes at once. */
export const rowsPerBatch = 5_000;
const rowTable = 'custody_internal.decisions';

export async function writeInBatches(client: StoreClient, rows: readonly DecisionRow[]): Promise<void> {
  for (let at = 0; at < rows.length; at += rowsPerBatch) {
    await writeDecisions(client, rows.slice(at, at + rowsPerBatch));
  }
}

/** The lines that `writeDecisions` sends for the row table, all in one. */
async function linesOf(client: StoreClient, rows: readonly DecisionRow[]): Promise<Uint8Array> {
  const lines: string[] = [];
  const insert: StoreClient['insert'] = async (_name, table, columns) => {
    if (table === rowTable) for (const column of columns) lines.push(JSON.stringify(column));
  };
  await writeInBatches({ ...client, insert }, rows);
  return Buffer.from(`${lines.join('\n')}\n`, 'utf8');
}

async function run(options: BenchOptions): Promise<Figures> {
  const { rows, seed } = options;
  await using store = await openTemporaryStore();
  const { client } = store;
  const made = decisionRows(rows, seed, 'bench');
  /** Writes the first rows into an environment where they are new; milliseconds. */
  const write = async (count: number, envId: string) => {
    const own = inEnvironment(made.slice(0, count), envId);
    const elapsedMs = await timed(() => writeInBatches(client, own));
    const stored = await rowsIn(client, envId);
    verify(stored === count, `Stored ${stored} of ${count} rows.`);
    return elapsedMs;
  };
  const insert = async (envId: string) => {
    const lines = await linesOf(client, inEnvironment(made, envId));
    return timed(() => store.insertRaw(`${rowTable} FORMAT JSONEachRow`, lines));
  };
  const ms = await medians(options, { what: `${rows} rows`, warmUp: false }, async (round) => ({
    quarter: await write(quarterOf(rows), `quarter-${round}`),
    whole: await write(rows, `whole-${round}`),
    raw: await insert(`raw-${round}`),
  }));
  const raw = rate(rows, ms.raw, 'rows');
  return {
    write: rate(rows, ms.whole, 'rows', { raw_insert: raw }),
    raw_insert: raw,
    growth_x4_rows: growth(ms.whole, ms.quarter),
    ...ownMemory(),
    ...memoryFigure('engine_rss_peak', peakMemoryBytes(store.pid)),
  };
}

export const store: Bench = {
  name: 'store',
  description: 'storing decisions with their entries; baseline: the same rows without entries as one raw INSERT',
  defaults: { rows: 20_000, runs: 3 },
  run,
};
