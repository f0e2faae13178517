import { hourMs, topics } from '@custody/decision';
import type { Log, NewRecord } from '@custody/log';
import { createSimulatedPermit } from '@custody/permit-simulator';
import type { Clock } from '@custody/runtime';
import type { ReachablePermit } from './computed-permit.ts';
import { benchDecision, entryBytes } from './data.ts';
import { openTemporaryLog } from './log-engines.ts';
import { timed, verify } from './measure.ts';
import { openBenchSession } from './poller-session.ts';
import { yearStartMs } from './world.ts';

/** As dense as history can be before an hour is more than one query lists. */
export const densePerHour = 9_000;
/** A million a year. */
export const sparsePerHour = 114;
const hoursPerYear = 8_760;
/** Older than anything that a live reading would look at. */
const pastHours = 4;

/** A simulated Permit with decisions from the beginning of the year, and the moment at which all of them are history. */
export interface PastPermit extends ReachablePermit {
  readonly nowMs: number;
  readonly lookbackDays: number;
  readonly decisions: number;
}

export function pastPermit(decisions: number, perHour: number, seed: number): PastPermit {
  const hours = Math.ceil(decisions / perHour) + pastHours;
  const nowMs = yearStartMs + hours * hourMs;
  const decoder = new TextDecoder();
  const entries = Array.from({ length: decisions }, (_, row) => {
    const decision = benchDecision(row, seed, perHour * hoursPerYear);
    return { entry: decoder.decode(entryBytes(decision, seed)) };
  });
  const permit = createSimulatedPermit({ seed, now: () => nowMs, entries });
  return { ...permit, nowMs, lookbackDays: hours / 24, decisions };
}

export interface HistoryRead {
  readonly elapsedMs: number;
  /** Processor time of this process, the simulated Permit's included. */
  readonly cpuMs: number;
  /** Every request that history took, counts included, in order. */
  readonly requests: readonly string[];
}

async function measured(work: () => Promise<void>): Promise<Pick<HistoryRead, 'elapsedMs' | 'cpuMs'>> {
  const before = process.cpuUsage();
  const elapsedMs = await timed(work);
  const { user, system } = process.cpuUsage(before);
  return { elapsedMs, cpuMs: (user + system) / 1_000 };
}

async function decisionsIn(log: Log): Promise<number> {
  const lags = await log.lag('bench', topics.decisions.name);
  return lags.reduce((sum, { endOffset }) => sum + endOffset, 0);
}

/** Reads all of it through a session of the poller into an embedded log, until every hour is proven. */
export async function readByPoller(permit: PastPermit): Promise<HistoryRead> {
  await using opened = await openTemporaryLog(Object.values(topics));
  const { log } = opened;
  const clock: Clock = { now: () => permit.nowMs, sleep: async () => undefined };
  const requests: string[] = [];
  const fetch: ReachablePermit['fetch'] = (input, init) => {
    requests.push(String(input));
    return permit.fetch(input, init);
  };
  const session = await openBenchSession({
    permit: { ...permit, fetch },
    log,
    clock,
    lookbackDays: permit.lookbackDays,
  });
  const { signal } = new AbortController();
  requests.length = 0;
  const took = await measured(async () => {
    while (await session.history.step(signal));
  });
  const { rowsRead, rowsMissing } = session.coverage();
  verify(rowsRead === permit.decisions && rowsMissing === 0, `The poller proved ${rowsRead} of ${permit.decisions}.`);
  const appended = await decisionsIn(log);
  verify(appended === permit.decisions, `The log holds ${appended} of ${permit.decisions} decisions.`);
  return { ...took, requests };
}

interface PlainPage {
  readonly data: readonly { readonly user_key: string }[];
}

/** The pages of such a reading as a plain script takes them: no windows, proofs or deduplication. */
export async function readPlainly(permit: PastPermit, requests: readonly string[]): Promise<HistoryRead> {
  await using opened = await openTemporaryLog([topics.decisions]);
  const { log } = opened;
  const pages = requests.filter((url) => url.includes('per_page=100'));
  const headers = { authorization: `Bearer ${permit.apiKey}` };
  const took = await measured(async () => {
    for (const page of pages) {
      const response = await permit.fetch(page, { headers });
      const { data } = (await response.json()) as PlainPage;
      const records = data.map((entry): NewRecord => {
        return { key: entry.user_key, value: Buffer.from(JSON.stringify(entry), 'utf8') };
      });
      await log.append(topics.decisions.name, records);
    }
  });
  const appended = await decisionsIn(log);
  verify(appended >= permit.decisions, `The plain loop put ${appended} of ${permit.decisions} decisions into the log.`);
  return { ...took, requests: pages };
}
