import { Agent } from 'node:http';
import type { Bench, BenchOptions, Figures } from './bench.ts';
import { benchDecision } from './data.ts';
import { cost, duration, rate } from './figures.ts';
import { quantile, timed } from './measure.ts';
import { memoryFigure, peakMemoryBytes } from './memory.ts';
import { prepareSealedYear } from './query-year.ts';
import { askOverHttp, loadOf, type Questions, streamDecisions, type Times } from './serve-load.ts';
import { startServing } from './serve-process.ts';
import { servedQuestions } from './serve-questions.ts';
import { openTemporaryStore, type TemporaryStore } from './temporary-store.ts';

const envId = 'bench';
const clients = 50;
const mostStreamed = 100_000;
/** Ranges lie up to a fortnight earlier than the questions of the year have them. */
const mostHoursEarlier = 336;

function percentileFigures(name: string, times: readonly number[]): Figures {
  const figures = [50, 95, 99].map((p) => [`${name}_p${p}`, duration(quantile(times, p / 100))]);
  return Object.fromEntries(figures);
}

function loadFigures(times: Times): Figures {
  const all = [...times.values()].flat();
  const ofQuestions = [...times].map(([name, own]) => percentileFigures(name, own));
  return { ...Object.assign({}, ...ofQuestions), ...percentileFigures('all', all) };
}

/** One client, question by question: over HTTP, and its statements alone, in turn. */
async function overhead(
  { client }: TemporaryStore,
  { url }: { readonly url: string },
  questions: Questions,
  { runs, signal, onProgress }: BenchOptions,
): Promise<Figures> {
  const agent = new Agent({ keepAlive: true });
  const [served, bare]: [number[], number[]] = [[], []];
  for (let run = 0; run <= runs; run += 1) {
    signal.throwIfAborted();
    onProgress(run === 0 ? 'one client: warming up' : `one client: run ${run} of ${runs}`);
    for (const question of questions(mostHoursEarlier - run)) {
      const overHttp = await askOverHttp(url, question, agent);
      const alone = await timed(() => question.bare(client));
      if (run === 0) continue;
      served.push(overHttp);
      bare.push(alone);
    }
  }
  agent.destroy();
  const [bareP95, servedP95] = [quantile(bare, 0.95), quantile(served, 0.95)];
  const differences = served.map((ms, index) => Math.max(ms - (bare[index] ?? 0), 0.01));
  return {
    one_client_statement_p95: duration(bareP95),
    one_client_p95: duration(servedP95, { one_client_statement_p95: duration(bareP95) }),
    one_client_overhead_p50: duration(quantile(differences, 0.5)),
    one_client_overhead_p95: duration(quantile(differences, 0.95)),
  };
}

async function run(options: BenchOptions): Promise<Figures> {
  const { rows, seed, runs, signal, onProgress } = options;
  await using store = await openTemporaryStore();
  await prepareSealedYear({ client: store.client, envId, rows }, options);
  await using api = await startServing(store);
  const { id } = benchDecision(Math.floor(rows / 3), seed, rows);
  const questions: Questions = (turn) => servedQuestions(envId, id, turn % mostHoursEarlier);
  const alone = await overhead(store, api, questions, options);
  const idle = memoryFigure('service_rss_peak_one_client', peakMemoryBytes(api.pid));
  onProgress(`${clients} clients`);
  const { times, elapsedMs } = await loadOf(api.url, questions, { clients, rounds: runs, signal });
  const loaded = memoryFigure('service_rss_peak_loaded', peakMemoryBytes(api.pid));
  const streamed = Math.min(rows, mostStreamed);
  onProgress(`${streamed} decisions as a stream`);
  const streamMs = await streamDecisions(api.url, streamed, signal);
  return {
    ...loadFigures(times),
    answers: rate([...times.values()].flat().length, elapsedMs, 'answers'),
    ...alone,
    ...{ ...idle, ...loaded },
    stream: rate(streamed, streamMs, 'decisions'),
    ...memoryFigure('service_rss_peak_streamed', peakMemoryBytes(api.pid)),
    clients: cost(clients, 'clients'),
  };
}

export const serve: Bench = {
  name: 'serve',
  description:
    'the API over HTTP with 50 clients at once, and a stream from the beginning; baseline: its statements alone',
  defaults: { rows: 10_000_000, runs: 3 },
  run,
};
