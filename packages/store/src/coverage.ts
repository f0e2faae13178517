import { formatTimestamp, hourMs, secondMs, settlingSeconds, type TimeRange } from '@custody/decision';
import type { z } from 'zod';
import type { StatementOptions, StoreClient } from './client.ts';
import { HourRanges } from './hour-ranges.ts';
import { HourTotals } from './hour-totals.ts';
import { installedLateness } from './installation.ts';
import { runQuery } from './query.ts';
import { type Coverage, historyOfWindows } from './questions/coverage.ts';

type HistoryRow = z.infer<typeof historyOfWindows.row>;
type Window = HistoryRow['other_hours'][number][1][number];

type State = 'open' | 'unreadable' | 'closed';

/** What is known of hours, by their number since the epoch. Nearly all of them are proven whole, which is told by stretches. */
interface Hours {
  readonly whole: HourRanges;
  /** Windows of the others that anything is known of. */
  readonly others: ReadonlyMap<number, readonly Window[]>;
}

interface EnvironmentHistory {
  readonly envId: string;
  readonly envName: string;
  readonly hours: Hours;
  /** Of the same hours. */
  readonly totals: HourTotals;
  readonly oldestMs: number;
  readonly provenUntilMs: number;
}

/** A stretch of an environment's history that is not proven. */
export interface Gap {
  readonly envId: string;
  readonly envName: string;
  readonly fromMs: number;
  readonly toMs: number;
  /** `open`: too young to be proven; `blind`: older than that; `unreadable`: the source cannot list it in full. */
  readonly state: 'open' | 'blind' | 'unreadable';
}

/** All that is known of what was read, for `coverageOf` and `gapsOf`. */
export interface History {
  readonly environments: readonly EnvironmentHistory[];
  readonly latenessMs: number;
}

const usualLatenessSeconds = 900;

/** Reads the whole history of windows: some bytes an hour and environment. Throws `STORE_*`. */
export async function readHistory(client: StoreClient, options: StatementOptions = {}): Promise<History> {
  const [rows, [lateness]] = await Promise.all([
    runQuery(client, historyOfWindows, {}, options),
    runQuery(client, installedLateness, {}, options),
  ]);
  return { environments: rows.map(environmentOf), latenessMs: (lateness?.seconds ?? usualLatenessSeconds) * 1000 };
}

function environmentOf(row: HistoryRow): EnvironmentHistory {
  const hours: Hours = { whole: new HourRanges(row.whole_hours), others: new Map(row.other_hours) };
  let [first, end] = [hours.whole.first, hours.whole.end];
  for (const hour of hours.others.keys()) {
    first = Math.min(first, hour);
    end = Math.max(end, hour + 1);
  }
  const oldestMs = Math.min(...windowsOf(hours, first).map(([from]) => from));
  const totals = new HourTotals([first, end], (range) => lengthsWithin(hours, range));
  const provenUntilMs = settledUntil(hours, oldestMs);
  return { envId: row.env_id, envName: row.env_name, hours, totals, oldestMs, provenUntilMs };
}

/** Stretches of one state inside a range. Windows may share time (facets): the worst of them counts. */
function stretches(windows: readonly Window[], { fromMs, toMs }: TimeRange) {
  const [whole] = windows;
  // Nearly every hour: one window, proven.
  if (windows.length === 1 && whole?.[2] === 'closed' && whole[0] <= fromMs && toMs <= whole[1]) {
    return [{ startMs: fromMs, endMs: toMs, state: 'closed' as State, isSettled: true }];
  }
  const cuts = windows
    .flatMap(([from, to]) => (from < to ? [from, to] : []))
    .filter((cut) => fromMs < cut && cut < toMs);
  const edges = [...new Set([fromMs, ...cuts, toMs])].sort((a, b) => a - b);
  return edges.slice(1).map((endMs, index) => {
    const startMs = edges[index] ?? fromMs;
    const over = windows.filter(([from, to]) => from <= startMs && startMs < to).map(([, , state]) => state);
    const isUnread = over.length === 0 || over.includes('open');
    const state: State = over.includes('unreadable') ? 'unreadable' : isUnread ? 'open' : 'closed';
    return { startMs, endMs, state, isSettled: !isUnread };
  });
}

/** Everything that touches an hour. */
function windowsOf({ whole, others }: Hours, hour: number): readonly Window[] {
  return whole.has(hour) ? [[hour * hourMs, (hour + 1) * hourMs, 'closed']] : (others.get(hour) ?? []);
}

const wholeHour: Readonly<Record<State, number>> = { open: 0, unreadable: 0, closed: hourMs };

function lengthsWithin(hours: Hours, range: TimeRange): Readonly<Record<State, number>> {
  // Of a year nearly all that is asked, and asked again every few seconds.
  if (range.toMs - range.fromMs === hourMs && hours.whole.has(range.fromMs / hourMs)) return wholeHour;
  const lengths: Record<State, number> = { open: 0, unreadable: 0, closed: 0 };
  for (const { hour, ...within } of hoursWithin(range)) {
    if (hours.whole.has(hour)) lengths.closed += within.toMs - within.fromMs;
    else for (const part of stretches(windowsOf(hours, hour), within)) lengths[part.state] += part.endMs - part.startMs;
  }
  return lengths;
}

/** The first instant from the beginning of history on that is neither proven nor known to be unreadable. */
function settledUntil(hours: Hours, oldestMs: number): number {
  for (let startMs = oldestMs; ; ) {
    const hour = Math.floor(startMs / hourMs);
    const endMs = (hour + 1) * hourMs;
    if (!hours.whole.has(hour)) {
      const parts = stretches(windowsOf(hours, hour), { fromMs: startMs, toMs: endMs });
      const gap = parts.find(({ isSettled }) => !isSettled);
      if (gap !== undefined) return gap.startMs;
    }
    startMs = endMs;
  }
}

/**
 * Coverage of a range per environment as of a moment: the same figures as the view `custody.coverage` gives of everything,
 * of as much as asked for. Milliseconds since the epoch.
 */
export function coverageOf({ environments, latenessMs }: History, range: TimeRange, nowMs: number): Coverage[] {
  return environments.map(({ envId, envName, totals, oldestMs, provenUntilMs }) => {
    const endMs = Math.min(range.toMs, nowMs);
    const agedMs = Math.min(endMs, nowMs - latenessMs - settlingSeconds * secondMs);
    const startMs = Math.max(range.fromMs, oldestMs);
    const aged = totals.of({ fromMs: startMs, toMs: agedMs });
    const young = totals.of({ fromMs: Math.max(startMs, agedMs), toMs: endMs });
    return {
      env_id: envId,
      env_name: envName,
      oldest: formatTimestamp(oldestMs),
      proven_until: formatTimestamp(provenUntilMs),
      open_seconds: Math.ceil(young.open / 1000),
      blind_seconds: Math.ceil(aged.open / 1000),
      unreadable_seconds: Math.ceil((aged.unreadable + young.unreadable) / 1000),
      lateness_seconds: latenessMs / 1000,
    };
  });
}

function* hoursWithin({ fromMs, toMs }: TimeRange): Generator<TimeRange & { readonly hour: number }> {
  for (let startMs = fromMs; startMs < toMs; ) {
    const hour = Math.floor(startMs / hourMs);
    const endMs = Math.min((hour + 1) * hourMs, toMs);
    yield { hour, fromMs: startMs, toMs: endMs };
    startMs = endMs;
  }
}

/**
 * Every stretch of a range that is not proven, as of a moment: environment by environment, the oldest first, what touches
 * joined. Of the same time that `coverageOf` sums up: nothing before history, nothing after the moment.
 */
export function gapsOf({ environments, latenessMs }: History, range: TimeRange, nowMs: number): Gap[] {
  const endMs = Math.min(range.toMs, nowMs);
  const agedMs = Math.min(endMs, nowMs - latenessMs - settlingSeconds * secondMs);
  const gaps: Gap[] = [];
  for (const { envId, envName, hours, oldestMs } of environments) {
    const startMs = Math.max(range.fromMs, oldestMs);
    const middleMs = Math.max(startMs, agedMs);
    for (const [unread, part] of [
      ['blind', { fromMs: startMs, toMs: agedMs }],
      ['open', { fromMs: middleMs, toMs: endMs }],
    ] as const) {
      for (const { hour, ...within } of hoursWithin(part)) {
        for (const { startMs: fromMs, endMs: toMs, state } of stretches(windowsOf(hours, hour), within)) {
          if (state === 'closed') continue;
          addGap(gaps, { envId, envName, fromMs, toMs, state: state === 'open' ? unread : state });
        }
      }
    }
  }
  return gaps;
}

function addGap(gaps: Gap[], gap: Gap): void {
  const last = gaps.at(-1);
  const isOne = last?.envId === gap.envId && last.state === gap.state && last.toMs === gap.fromMs;
  if (last !== undefined && isOne) gaps[gaps.length - 1] = { ...last, toMs: gap.toMs };
  else gaps.push(gap);
}
