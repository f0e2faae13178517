import { secondMs } from '@custody/decision';
import type { Bench, BenchOptions, Figure, Figures } from './bench.ts';
import { cost, rate } from './figures.ts';
import { medians, quantile, verify } from './measure.ts';
import { memoryFigure, ownMemory } from './memory.ts';
import { freshness } from './poller-freshness.ts';
import {
  densePerHour,
  type PastPermit,
  pastPermit,
  readByPoller,
  readPlainly,
  sparsePerHour,
} from './poller-history.ts';
import { pollerMemory } from './poller-memory.ts';
import type { MemorySample } from './poller-memory-process.ts';
import { quietRequestsPerMinute } from './poller-quiet.ts';
import { agentCount } from './world.ts';

/** Of the rows: enough for the slowest hundredth, and for hours that are as good as empty. */
const liveShare = 1 / 16;
const sparseShare = 1 / 16;
/** Memory is looked at after so many decisions for each row, a million of 40,000, and after so many times as many. */
const decisionsPerRow = 25;
const memoryMarks = [1, 2, 5, 10];
/** Of a quiet environment; an hour and a half after its start, what was closed first is looked at again. */
const mostMinutes = 30;
const rowsPerMinute = 1_000;
const fewAgents = 10;
const perThousand = 1_000;

async function history(options: BenchOptions): Promise<Figures> {
  const { rows, seed } = options;
  const permit = pastPermit(rows, densePerHour, seed);
  const ms = await medians(options, { what: `${rows} decisions of history`, warmUp: true }, async () => {
    const read = await readByPoller(permit);
    const plain = await readPlainly(permit, read.requests);
    return {
      ...{ elapsed: read.elapsedMs, cpu: read.cpuMs, requests: read.requests.length },
      ...{ plain: plain.elapsedMs, plainCpu: plain.cpuMs },
    };
  });
  const plain = rate(rows, ms.plain, 'decisions');
  const plainCpu = cost((ms.plainCpu / rows) * perThousand, 's/million');
  return {
    history: rate(rows, ms.elapsed, 'decisions', { plain_paging: plain }),
    plain_paging: plain,
    history_cpu: cost((ms.cpu / rows) * perThousand, 's/million', { plain_paging_cpu: plainCpu }),
    plain_paging_cpu: plainCpu,
    history_requests: cost(ms.requests, 'requests'),
    history_requests_per_1000: perThousandOf(permit, ms.requests),
    sparse_history_requests_per_1000: await sparseHistory(options),
  };
}

function perThousandOf({ decisions }: PastPermit, requests: number): Figure {
  return cost((requests / decisions) * perThousand, 'requests/1,000');
}

async function sparseHistory({ rows, seed }: BenchOptions): Promise<Figure> {
  const permit = pastPermit(Math.max(1, Math.floor(rows * sparseShare)), sparsePerHour, seed);
  return perThousandOf(permit, (await readByPoller(permit)).requests.length);
}

async function quiet({ rows, seed, signal, onProgress }: BenchOptions): Promise<Figures> {
  const figures: Record<string, Figure> = {};
  const minutes = Math.min(mostMinutes, Math.ceil(rows / rowsPerMinute));
  for (const agents of [fewAgents, agentCount]) {
    onProgress(`a quiet environment of ${agents} agents, in simulated time`);
    const perMinute = await quietRequestsPerMinute({ agents, minutes, seed, signal });
    figures[`quiet_requests_${agents}_agents`] = cost(perMinute, 'requests/min');
  }
  return figures;
}

async function fresh({ rows, seed, signal, onProgress }: BenchOptions): Promise<Figures> {
  const figures: Record<string, Figure> = {};
  for (const withBackfill of [false, true]) {
    onProgress(`live decisions${withBackfill ? ' during a backfill' : ''}, in simulated time`);
    const decisions = Math.max(1, Math.floor(rows * liveShare));
    const ageMs = await freshness({ decisions, seed, withBackfill, signal });
    for (const percent of [50, 95, 99]) {
      const name = `freshness${withBackfill ? '_during_backfill' : ''}_p${percent}`;
      figures[name] = cost(quantile(ageMs, percent / 100) / secondMs, 's');
    }
  }
  return figures;
}

async function memory({ rows, signal, onProgress }: BenchOptions): Promise<Figures> {
  const base = decisionsPerRow * rows;
  const marks = memoryMarks.map((times) => times * base);
  onProgress(`memory up to ${marks.at(-1)} decisions`);
  const onSample = ({ decisions, heapBytes }: MemorySample) => {
    onProgress(`after ${decisions} decisions: a heap of ${Math.round(heapBytes / 2 ** 20)} MiB`);
  };
  const samples = await pollerMemory({ marks, signal, onSample });
  const [first, last] = [samples[0], samples.at(-1)];
  verify(first !== undefined && last !== undefined, 'The memory of the poller was never looked at.');
  const ofMarks = samples.map(({ heapBytes, residentBytes }, index) => {
    const suffix = `x${memoryMarks[index]}_decisions`;
    return { ...memoryFigure(`heap_${suffix}`, heapBytes), ...memoryFigure(`resident_${suffix}`, residentBytes) };
  });
  return {
    memory_x1_decisions: { value: base, unit: 'decisions', better: 'higher' },
    ...Object.assign({}, ...ofMarks),
    heap_growth_x10_decisions: cost(last.heapBytes / first.heapBytes, 'times as much'),
    resident_growth_x10_decisions: cost(last.residentBytes / first.residentBytes, 'times as much'),
  };
}

async function run(options: BenchOptions): Promise<Figures> {
  return {
    ...(await history(options)),
    ...(await quiet(options)),
    ...(await fresh(options)),
    ...(await memory(options)),
    ...ownMemory(),
  };
}

export const poller: Bench = {
  name: 'poller',
  description:
    'the poller from the Permit API to the log: history, requests, freshness, memory; baseline: a plain paging loop',
  defaults: { rows: 40_000, runs: 3 },
  run,
};
