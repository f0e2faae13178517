import { Agent } from 'node:http';
import { z } from 'zod';
import type { Bench, BenchOptions, Figures } from './bench.ts';
import { benchDecision } from './data.ts';
import { cost, duration, rate } from './figures.ts';
import { openSealedYearCopy } from './kept-year.ts';
import { quantile, timed } from './measure.ts';
import { memoryFigure, peakMemoryBytes, resetPeakMemory } from './memory.ts';
import { sumUpLateHours } from './query-year.ts';
import { dashboardQuestions } from './serve-dashboards.ts';
import { askOverHttp, type Load, loadOf, readExport, streamDecisions } from './serve-load.ts';
import { Landings, presentMs } from './serve-present.ts';
import { type ServedApi, startServing } from './serve-process.ts';
import { type ServedQuestion, servedQuestions } from './serve-questions.ts';
import type { TemporaryStore } from './temporary-store.ts';

const envId = 'bench';
const clients = 50;
const mostStreamed = 100_000;
const mostExported = 1_000_000;
/** Ranges lie up to a fortnight earlier than the questions of the year have them. */
const mostHoursEarlier = 336;
/** Of a load, for each run. */
const secondsOfRun = 10;
const warmUpMs = 5_000;

interface Served {
  readonly store: TemporaryStore;
  readonly api: ServedApi;
  readonly landings: Landings;
  readonly options: BenchOptions;
  /** By the service's clock. */
  readonly nowMs: () => number;
}

/** All questions of a turn: others in every one. */
type Questions = (turn: number) => readonly ServedQuestion[];

function percentileFigures(name: string, times: readonly number[]): Figures {
  const figures = [50, 95, 99].map((p) => [`${name}_p${p}`, duration(quantile(times, p / 100))]);
  return Object.fromEntries(figures);
}

function loadFigures(name: string, { times, elapsedMs }: Load, api: ServedApi): Figures {
  const all = [...times.values()].flat();
  const ofQuestions = [...times].map(([question, own]) => percentileFigures(`${name}_${question}`, own));
  return {
    ...percentileFigures(name, all),
    [`${name}_answers`]: rate(all.length, elapsedMs, 'answers'),
    ...memoryFigure(`${name}_rss_peak`, peakMemoryBytes(api.pid)),
    ...Object.assign({}, ...ofQuestions),
  };
}

/**
 * One client, question by question, all of them different: over HTTP, and the statements alone, in turn. What the service adds is
 * the time of a request during which none of its statements was with the store: of this very request, not of another one.
 */
async function oneClient({ store, api, options }: Served, questions: Questions): Promise<Figures> {
  const { runs, signal, onProgress } = options;
  const agent = new Agent({ keepAlive: true });
  const [served, bare, added]: [number[], number[], number[]] = [[], [], []];
  for (let run = 0; run <= runs; run += 1) {
    signal.throwIfAborted();
    onProgress(run === 0 ? 'one client: warming up' : `one client: run ${run} of ${runs}`);
    for (const question of questions(mostHoursEarlier - run)) {
      const { elapsedMs, storeMs } = await askOverHttp(api.url, question, agent);
      const alone = await timed(() => question.bare(store.client));
      if (run === 0) continue;
      served.push(elapsedMs);
      added.push(elapsedMs - storeMs);
      bare.push(alone);
    }
  }
  agent.destroy();
  const statements = duration(quantile(bare, 0.95));
  return {
    one_client_statement_p95: statements,
    one_client_p95: duration(quantile(served, 0.95), { one_client_statement_p95: statements }),
    one_client_overhead_p50: duration(quantile(added, 0.5)),
    one_client_overhead_p95: duration(quantile(added, 0.95)),
    ...memoryFigure('one_client_rss_peak', peakMemoryBytes(api.pid)),
  };
}

const listed = z.object({ data: z.array(z.object({ decision_id: z.string() })) });

/** What people may click on: the newest denials of the first page. */
async function newestIds(url: string): Promise<string[]> {
  const agent = new Agent();
  const question = { name: 'newest', path: '/v1/decisions?from=-7d&decision=deny&limit=100' };
  const { body } = await askOverHttp(url, question, agent);
  return listed.parse(JSON.parse(body)).data.map(({ decision_id }) => decision_id);
}

/** Everybody asks what dashboards ask while decisions land; with `export_`, also while somebody downloads a million rows. */
async function dashboards(served: Served, name: 'dashboards' | 'export'): Promise<Figures> {
  const { api, options, landings, nowMs } = served;
  const { runs, seed, rows, signal, onProgress } = options;
  onProgress(name === 'export' ? `${clients} clients beside an export` : `${clients} clients with dashboards`);
  const questionAt = dashboardQuestions(seed, await newestIds(api.url));
  resetPeakMemory(api.pid);
  const stopping = new AbortController();
  const until = AbortSignal.any([signal, stopping.signal]);
  const landed = landings.goOn(nowMs, until);
  const path = `/v1/decisions?from=2025-01-01&format=ndjson&limit=${Math.min(rows, mostExported)}`;
  const exportedAt = performance.now();
  const exported = name === 'export' ? readExport(api.url, path, until) : null;
  let asked = 0;
  const ask = (forMs: number) => {
    const endsAt = performance.now() + forMs;
    return loadOf(api.url, clients, () => {
      signal.throwIfAborted();
      asked += 1;
      return performance.now() < endsAt ? questionAt(asked) : null;
    });
  };
  try {
    await ask(warmUpMs);
    const load = await ask(runs * secondsOfRun * 1_000);
    const exportMs = performance.now() - exportedAt;
    stopping.abort();
    await landed;
    const figures = loadFigures(name, load, api);
    const rowsRead = (await exported)?.rows ?? 0;
    return exported === null ? figures : { ...figures, export_rows: rate(rowsRead, exportMs, 'rows') };
  } finally {
    stopping.abort();
    await Promise.allSettled([landed, exported]);
  }
}

/** Everybody asks everything, and no question is asked twice. */
async function allDifferent({ api, options }: Served, questions: Questions): Promise<Figures> {
  const { runs, signal, onProgress } = options;
  onProgress(`${clients} clients, all questions different`);
  resetPeakMemory(api.pid);
  const count = questions(0).length;
  const load = await loadOf(api.url, clients, (client, turn) => {
    signal.throwIfAborted();
    const round = Math.floor(turn / count);
    if (round >= runs) return null;
    return questions(round * clients + client)[(client + turn) % count] ?? null;
  });
  return loadFigures('different', load, api);
}

async function stream({ api, options: { rows, signal, onProgress } }: Served): Promise<Figures> {
  const streamed = Math.min(rows, mostStreamed);
  onProgress(`${streamed} decisions as a stream`);
  resetPeakMemory(api.pid);
  const streamMs = await streamDecisions(api.url, streamed, signal);
  const memory = memoryFigure('stream_rss_peak', peakMemoryBytes(api.pid));
  return { stream: rate(streamed, streamMs, 'decisions'), ...memory };
}

async function run(options: BenchOptions): Promise<Figures> {
  const { rows, seed, signal } = options;
  await using store = await openSealedYearCopy(options, rows, envId);
  const landings = new Landings({ client: store.client, envId, rows, seed });
  await sumUpLateHours({ client: store.client, envId, rows }, signal);
  await landings.begin();
  const aheadMs = presentMs - Date.now();
  await using api = await startServing(store, aheadMs);
  const served = { store, api, landings, options, nowMs: () => Date.now() + aheadMs };
  const { id } = benchDecision(Math.floor(rows / 3), seed, rows);
  const questions: Questions = (turn) => servedQuestions(envId, id, turn % mostHoursEarlier);
  return {
    ...(await oneClient(served, questions)),
    ...(await dashboards(served, 'dashboards')),
    ...(await dashboards(served, 'export')),
    ...(await allDifferent(served, questions)),
    ...(await stream(served)),
    clients: cost(clients, 'clients'),
  };
}

export const serve: Bench = {
  name: 'serve',
  description:
    'the API over HTTP with 50 clients at once: dashboards, beside an export, and all questions different; baseline: the statements of one client alone',
  defaults: { rows: 10_000_000, runs: 3 },
  run,
};
