import { Agent } from 'node:http';
import { z } from 'zod';
import type { BenchOptions, Figures } from './bench.ts';
import { duration, rate } from './figures.ts';
import { quantile, verify } from './measure.ts';
import { memoryFigure, peakMemoryBytes, resetPeakMemory } from './memory.ts';
import { dashboardQuestions, pageTurns } from './serve-dashboards.ts';
import { askOverHttp, type Load, loadOf, pagesOf, readExport } from './serve-load.ts';
import type { Landings } from './serve-present.ts';
import type { ServedApi } from './serve-process.ts';
import type { TemporaryStore } from './temporary-store.ts';

/** At once. */
export const clients = 50;
const mostExported = 1_000_000;
/** Of a load, for each run. */
const secondsOfRun = 10;
const warmUpMs = 5_000;
/** Pages that are looked at ask once in so long at the most. */
const pagesWarmUpMs = 12_000;

/** What is served, and how it is measured. */
export interface Served {
  readonly store: TemporaryStore;
  readonly api: ServedApi;
  readonly landings: Landings;
  readonly options: BenchOptions;
  /** By the service's clock. */
  readonly nowMs: () => number;
}

function percentileFigures(name: string, times: readonly number[]): Figures {
  const figures = [50, 95, 99].map((p) => [`${name}_p${p}`, duration(quantile(times, p / 100))]);
  return Object.fromEntries(figures);
}

/** Percentiles of a load, of all its answers and by question, with its throughput and the memory of the service. */
export function loadFigures(name: string, { times, elapsedMs }: Load, api: ServedApi): Figures {
  const all = [...times.values()].flat();
  const ofQuestions = [...times].map(([question, own]) => percentileFigures(`${name}_${question}`, own));
  return {
    ...percentileFigures(name, all),
    [`${name}_answers`]: rate(all.length, elapsedMs, 'answers'),
    ...memoryFigure(`${name}_rss_peak`, peakMemoryBytes(api.pid)),
    ...Object.assign({}, ...ofQuestions),
  };
}

const listed = z.object({ data: z.array(z.object({ decision_id: z.string() })) });

/** What people may click on: the newest denials, also of a year of so few decisions that the last week has none. */
async function newestIds(url: string): Promise<string[]> {
  const agent = new Agent();
  const question = { name: 'newest', path: '/v1/decisions?from=-370d&decision=deny&limit=100' };
  const { body } = await askOverHttp(url, question, agent);
  return listed.parse(JSON.parse(body)).data.map(({ decision_id }) => decision_id);
}

/** Decisions land until the work is over. */
async function whileLanding<Found>({ landings, nowMs, options }: Served, work: () => Promise<Found>): Promise<Found> {
  const stopping = new AbortController();
  const landed = landings.goOn(nowMs, AbortSignal.any([options.signal, stopping.signal]));
  try {
    const found = await work();
    stopping.abort();
    await landed;
    return found;
  } finally {
    stopping.abort();
    await Promise.allSettled([landed]);
  }
}

/** Everybody asks what dashboards ask, for so long, without a pause. */
async function dashboardsLoad({ api, options }: Served): Promise<(forMs: number) => Promise<Load>> {
  const questionAt = dashboardQuestions(options.seed, await newestIds(api.url));
  let asked = 0;
  return (forMs) => {
    const endsAt = performance.now() + forMs;
    return loadOf(api.url, clients, () => {
      options.signal.throwIfAborted();
      asked += 1;
      return performance.now() < endsAt ? questionAt(asked) : null;
    });
  };
}

/** Everybody has the first page open, which asks every five to ten seconds, and looks at somebody now and then. */
export async function pages(served: Served): Promise<Figures> {
  const { api, options } = served;
  options.onProgress(`${clients} clients with a page open`);
  const turnOf = pageTurns(options.seed, await newestIds(api.url));
  let turns = 0;
  const ask = (forMs: number) => {
    const endsAt = performance.now() + forMs;
    const first = turns;
    return pagesOf(
      api.url,
      clients,
      (client, turn) => {
        turns = Math.max(turns, first + turn + 1);
        return performance.now() < endsAt ? turnOf(client, first + turn) : null;
      },
      options.signal,
    );
  };
  resetPeakMemory(api.pid);
  return whileLanding(served, async () => {
    await ask(pagesWarmUpMs);
    return loadFigures('pages', await ask(options.runs * secondsOfRun * 1_000), api);
  });
}

/** Everybody asks what dashboards ask while decisions land. */
export async function dashboards(served: Served): Promise<Figures> {
  const { api, options } = served;
  options.onProgress(`${clients} clients with dashboards`);
  const ask = await dashboardsLoad(served);
  resetPeakMemory(api.pid);
  return whileLanding(served, async () => {
    await ask(warmUpMs);
    return loadFigures('dashboards', await ask(options.runs * secondsOfRun * 1_000), api);
  });
}

/** The same while somebody downloads a million rows; then the rest of the download alone. */
export async function besideExport(served: Served): Promise<Figures> {
  const { api, options } = served;
  const { runs, rows, signal, onProgress } = options;
  onProgress(`${clients} clients beside an export`);
  const ask = await dashboardsLoad(served);
  const wanted = Math.min(rows, mostExported);
  resetPeakMemory(api.pid);
  return whileLanding(served, async () => {
    const startedAt = performance.now();
    const path = `/v1/decisions?from=2025-01-01&format=ndjson&limit=${wanted}`;
    const exporting = readExport(api.url, path, signal);
    await ask(warmUpMs);
    const figures = loadFigures('export', await ask(runs * secondsOfRun * 1_000), api);
    const [besideMs, besideRows] = [performance.now() - startedAt, exporting.lines];
    onProgress('the rest of the export');
    await exporting.done;
    verify(exporting.lines === wanted, `The export had ${exporting.lines} of ${wanted} rows.`);
    const aloneMs = performance.now() - startedAt - besideMs;
    return {
      ...figures,
      export_rows: rate(besideRows, besideMs, 'rows'),
      // A small one was over before.
      ...(besideRows < wanted ? { export_alone_rows: rate(wanted - besideRows, aloneMs, 'rows') } : {}),
      ...memoryFigure('export_whole_rss_peak', peakMemoryBytes(api.pid)),
    };
  });
}
