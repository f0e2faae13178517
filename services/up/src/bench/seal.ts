import { readFileSync } from 'node:fs';
import { dayMs, hourMs, hourOf } from '@custody/decision';
import { type Backlog, fill } from './backlog.ts';
import { type Bench, type BenchOptions, type Figures, quarterOf } from './bench.ts';
import { embeddedConsumerLog, newEnvironment, startBenchConsumer, untilCommitted } from './consumer-run.ts';
import { type BenchDecision, benchDecision, decisionRecord, entryBytes, shortEntryBytes } from './data.ts';
import { cost, rate } from './figures.ts';
import { medians, timed, verify } from './measure.ts';
import { memoryFigure, peakMemoryBytes } from './memory.ts';
import { sealBatch, sealSpans } from './seal-year.ts';
import { openTemporaryStore, type TemporaryStore } from './temporary-store.ts';
import { grantRecords, yearStartMs } from './world.ts';

/** As dense as a year of a hundred million: 11,000 an hour, the load for which it matters what sealing costs. */
const perYear = 100_000_000;
/** Of the system's clock of processes. */
const msPerTick = 10;

/** Processor time that a process has taken so far, milliseconds; `null` where the system does not tell. */
function cpuMsOf(pid: number): number | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const [user, system] = stat
      .slice(stat.lastIndexOf(')') + 2)
      .split(' ')
      .slice(11, 13);
    return (Number(user) + Number(system)) * msPerTick;
  } catch {
    return null;
  }
}

interface Work {
  readonly elapsedMs: number;
  /** Of all processes that took part; 0 where the system does not tell. */
  readonly cpuMs: number;
}

async function worked(pids: readonly number[], work: () => Promise<unknown>): Promise<Work> {
  const sum = () => pids.reduce((total, pid) => total + (cpuMsOf(pid) ?? 0), 0);
  const before = sum();
  const elapsedMs = await timed(work);
  return { elapsedMs, cpuMs: sum() - before };
}

function backlogOf(decisions: readonly BenchDecision[], isKept: boolean, seed: number): Backlog {
  const envId = newEnvironment('seal');
  const bytesOf = (decision: BenchDecision) => (isKept ? entryBytes(decision, seed) : shortEntryBytes(decision));
  return {
    ...{ envId, keepEntries: isKept, grants: grantRecords(envId, seed) },
    decisions: decisions.map((decision) => decisionRecord(decision, bytesOf(decision), envId)),
  };
}

/** The whole consumer with its share of the engine, from ready to everything committed. */
async function ingest(store: TemporaryStore, backlog: Backlog): Promise<Work> {
  await using opened = await embeddedConsumerLog();
  await fill(opened.log, backlog);
  await using consumer = await startBenchConsumer(store, opened, backlog);
  return await worked([consumer.pid, store.pid], () => untilCommitted(opened.log, consumer.hasEnded));
}

/** Sums up and seals all hours of a backlog, and then their days: as the sealer does, with its share of the engine. */
async function seal(store: TemporaryStore, envId: string, decisions: readonly BenchDecision[]): Promise<Work> {
  const hours = [...new Set(decisions.map(({ occurredAtMs }) => hourOf(occurredAtMs)))];
  const starts = [...new Set(hours.map((hour) => hour - ((hour - yearStartMs) % dayMs)))];
  let sealed = 0;
  const work = await worked([process.pid, store.pid], async () => {
    sealed = await sealBatch(store.client, { envId, hours });
    await sealSpans(store.client, { envId, span: 'day', starts });
  });
  verify(sealed === decisions.length, `${sealed} of ${decisions.length} decisions were summed up.`);
  return work;
}

async function round(store: TemporaryStore, decisions: readonly BenchDecision[], seed: number) {
  const part = decisions.slice(0, quarterOf(decisions.length));
  const measured = async (isKept: boolean) => {
    const [less, all] = [backlogOf(part, isKept, seed), backlogOf(decisions, isKept, seed)];
    const [ofLess, ofAll] = [await ingest(store, less), await ingest(store, all)];
    const sealing = await seal(store, all.envId, decisions);
    // What the larger one takes more: not the start, nor the grants.
    const ofEach = (ofAll.cpuMs - ofLess.cpuMs) / Math.max(1, decisions.length - part.length);
    return { ingestMs: ofEach, sealMs: sealing.cpuMs / decisions.length, elapsedMs: sealing.elapsedMs };
  };
  const [kept, short] = [await measured(true), await measured(false)];
  return {
    ...{ elapsed: (kept.elapsedMs + short.elapsedMs) / 2, seal: (kept.sealMs + short.sealMs) / 2 },
    ...{ kept: kept.ingestMs, short: short.ingestMs },
  };
}

async function run(options: BenchOptions): Promise<Figures> {
  const { rows, seed } = options;
  await using store = await openTemporaryStore();
  const decisions = Array.from({ length: rows }, (_, row) => benchDecision(row, seed, perYear));
  const ms = await medians(options, { what: `${rows} decisions`, warmUp: false }, () => round(store, decisions, seed));
  // Of a few decisions the clock of processes tells nothing.
  const each = (cpuMs: number) => Math.max(cpuMs * 1_000, Number.EPSILON);
  const [kept, short] = [ms.kept, ms.short].map((cpuMs) => cost(each(cpuMs), 'µs/decision'));
  return {
    seal: rate(rows, ms.elapsed, 'decisions'),
    seal_cpu: cost(each(ms.seal), 'µs/decision', {
      ...(kept && { ingest_kept_cpu: kept }),
      ...(short && { ingest_short_cpu: short }),
    }),
    ...(kept && { ingest_kept_cpu: kept }),
    ...(short && { ingest_short_cpu: short }),
    hours: cost(Math.ceil(rows / (perYear / ((365 * dayMs) / hourMs))), 'hours'),
    ...memoryFigure('engine_rss_peak', peakMemoryBytes(store.pid)),
  };
}

export const sealing: Bench = {
  name: 'seal',
  description: 'summing up and sealing what is stored; baseline: the processor time of storing the same',
  defaults: { rows: 200_000, runs: 3 },
  run,
};
