import { DecisionBlock, type DecisionRow, type StoreClient, writeDecisions } from '@custody/store';
import { decisionRows, inEnvironment } from './attributed.ts';
import { type Bench, type BenchOptions, type Figures, quarterOf } from './bench.ts';
import { growth, rate } from './figures.ts';
import { medians, timed, verify } from './measure.ts';
import { memoryFigure, ownMemory, peakMemoryBytes } from './memory.ts';
import { rawInserts, sendRaw } from './raw-inserts.ts';
import { rowsIn } from './stored-rows.ts';
import { openTemporaryStore } from './temporary-store.ts';

/** As many as the consumer writes at once when it has a backlog. */
const rowsPerBatch = 20_000;

async function writeInBatches(client: StoreClient, rows: readonly DecisionRow[]): Promise<void> {
  for (let at = 0; at < rows.length; at += rowsPerBatch) {
    await writeDecisions(client, DecisionBlock.of(rows.slice(at, at + rowsPerBatch)));
  }
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
    const inserts = await rawInserts(client, inEnvironment(made, envId), { rowsPerBatch });
    return timed(() => sendRaw(store, inserts));
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
  description: 'storing decisions with their entries; baseline: the same bytes sent past the client',
  defaults: { rows: 60_000, runs: 3 },
  run,
};
