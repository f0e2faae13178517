import type { Bench, BenchOptions, Figures } from './bench.ts';
import { benchDecision } from './data.ts';
import { cost, duration, rate } from './figures.ts';
import { quantile, timed } from './measure.ts';
import { memoryFigure, peakMemoryBytes, resetPeakMemory } from './memory.ts';
import { askOverHttp, keepingAgent, loadOf, streamDecisions } from './serve-load.ts';
import { besideExport, clients, dashboards, loadFigures, pages, type Served } from './serve-loads.ts';
import { type ServedQuestion, servedQuestions } from './serve-questions.ts';
import { servedEnvId, serveYear } from './serve-year.ts';

const mostStreamed = 100_000;
/** Ranges lie up to a fortnight earlier than the questions of the year have them. */
const mostHoursEarlier = 336;
/** Of one client's answers, whatever the number of runs: a 95th percentile of fewer is chance. */
const leastSamples = 200;
/** Rows between one decision that is asked for by its id and the next one. */
const apart = 7_919;

/** All questions of a turn: others in every one. */
type Questions = (turn: number) => readonly ServedQuestion[];

/**
 * One client, question by question, all of them different: over HTTP, and the statements alone, in turn. What the service adds to
 * a statement is the time of a request during which none of its statements was with the store: of this very request, not of another
 * one. What needs no statement is `remembered`: such an answer has waited for a look at what is new alone.
 * `over_statement` is the median of what pairs differ by, which has those looks in it too.
 */
async function oneClient({ store, api, options }: Served, questions: Questions): Promise<Figures> {
  const { runs, signal, onProgress } = options;
  const agent = keepingAgent();
  const [served, bare, added, over]: [number[], number[], number[], number[]] = [[], [], [], []];
  const remembered: number[] = [];
  const rounds = Math.max(runs, Math.ceil(leastSamples / questions(0).length));
  for (let round = 0; round <= rounds; round += 1) {
    signal.throwIfAborted();
    onProgress(round === 0 ? 'one client: warming up' : `one client: round ${round} of ${rounds}`);
    for (const question of questions(mostHoursEarlier - round)) {
      const { elapsedMs, storeMs } = await askOverHttp(api.url, question, agent);
      const alone = await timed(() => question.bare(store.client));
      if (round === 0) continue;
      served.push(elapsedMs);
      if (storeMs > 0) added.push(elapsedMs - storeMs);
      else remembered.push(elapsedMs);
      bare.push(alone);
      over.push(elapsedMs - alone);
    }
  }
  agent.destroy();
  const statements = duration(quantile(bare, 0.95));
  return {
    one_client_statement_p95: statements,
    one_client_p95: duration(quantile(served, 0.95), { one_client_statement_p95: statements }),
    one_client_overhead_p50: duration(quantile(added, 0.5)),
    one_client_overhead_p95: duration(quantile(added, 0.95)),
    one_client_over_statement_p50: duration(quantile(over, 0.5)),
    ...(remembered.length === 0
      ? {}
      : { one_client_remembered_p95: duration(quantile(remembered, 0.95), { one_client_statement_p95: statements }) }),
    one_client_samples: cost(served.length, 'answers'),
    ...memoryFigure('one_client_rss_peak', peakMemoryBytes(api.pid)),
  };
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
  const { rows, seed } = options;
  await using year = await serveYear(options);
  const { store, api, landings, aheadMs } = year;
  const served = { store, api, landings, options, nowMs: () => Date.now() + aheadMs };
  // From the middle of the year on, far apart: what was asked for before tells nothing of the next one.
  const idOf = (turn: number) => benchDecision((Math.floor(rows / 3) + turn * apart) % rows, seed, rows).id;
  const questions: Questions = (turn) => servedQuestions(servedEnvId, idOf(turn), turn % mostHoursEarlier);
  return {
    ...(await oneClient(served, questions)),
    ...(await pages(served)),
    ...(await dashboards(served)),
    ...(await besideExport(served)),
    ...(await allDifferent(served, questions)),
    ...(await stream(served)),
    clients: cost(clients, 'clients'),
  };
}

export const serve: Bench = {
  name: 'serve',
  description:
    'the API over HTTP with 50 clients at once: with a page open, dashboards without a pause, the same beside an export, and all questions different; baseline: the statements of one client alone',
  defaults: { rows: 10_000_000, runs: 3 },
  run,
};
