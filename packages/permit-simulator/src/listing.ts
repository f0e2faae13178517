import {
  byTime,
  type EntryRecord,
  type EntrySource,
  lowerIndex,
  type QueryKind,
  type Segment,
  type Stretch,
} from './entry-source.ts';
import type { Variants } from './variants.ts';

/** The list's filters as parsed; absent means "any". */
export interface ListQuery {
  readonly fromSeconds?: number | undefined;
  readonly toSeconds?: number | undefined;
  readonly users?: readonly string[] | undefined;
  readonly decision?: boolean | undefined;
  readonly resources?: readonly string[] | undefined;
  readonly tenant?: string | undefined;
  readonly action?: string | undefined;
  readonly pdpId?: string | undefined;
  readonly query: QueryKind | 'none';
  readonly page: number;
  readonly perPage: number;
}

export interface Listing {
  readonly entries: readonly EntryRecord[];
  readonly total: number;
}

type Filter = (entry: EntryRecord) => boolean;

interface Window {
  readonly fromMicros: number;
  readonly toMicros: number;
  readonly nowMs: number;
  readonly filter: Filter | undefined;
  readonly query: ListQuery['query'];
}

/** The page of a listing that is visible at `nowMs`, and the number of all entries that match. */
export function listEntries(source: EntrySource, query: ListQuery, variants: Variants, nowMs: number): Listing {
  const window: Window = {
    ...bounds(query, variants, source.lastMicros(nowMs)),
    nowMs,
    filter: filterOf(query, variants),
    query: query.query,
  };
  const counted = window.filter === undefined && query.query === 'check' ? countVisible(source, window) : undefined;
  const newestFirst = variants.order === 'newest-first';
  const entries: EntryRecord[] = [];
  let skip = (query.page - 1) * query.perPage;
  let total = 0;
  for (const stretch of source.stretches(window.fromMicros, window.toMicros, newestFirst)) {
    if (counted !== undefined) {
      if (entries.length >= query.perPage) break;
      if (isWhole(stretch, window, source.settledMicros(nowMs)) && skip >= stretch.checks) {
        skip -= stretch.checks;
        continue;
      }
    }
    const matches = matching(stretch.load(), window);
    total += matches.length;
    if (newestFirst) matches.reverse();
    const room = query.perPage - entries.length;
    if (room > 0) entries.push(...matches.slice(skip, skip + room));
    skip = Math.max(0, skip - matches.length);
  }
  return { entries, total: counted ?? total };
}

/** Every entry with `fromMicros <= t <= toMicros` that is visible at `nowMs`, oldest first. */
export function entriesWithin(
  source: EntrySource,
  fromMicros: number,
  toMicros: number,
  nowMs: number,
  query: ListQuery['query'],
): EntryRecord[] {
  const window: Window = { fromMicros, toMicros, nowMs, filter: undefined, query };
  const entries: EntryRecord[] = [];
  for (const stretch of source.stretches(fromMicros, toMicros, false)) {
    for (const entry of matching(stretch.load(), window)) entries.push(entry);
  }
  return entries;
}

function bounds(query: ListQuery, variants: Variants, lastMicros: number): { fromMicros: number; toMicros: number } {
  const from = (query.fromSeconds ?? 0) * 1e6;
  const fromMicros = variants.lowerBound === 'exclusive' && query.fromSeconds !== undefined ? from + 1 : from;
  if (query.toSeconds === undefined) return { fromMicros, toMicros: lastMicros };
  const to = query.toSeconds * 1e6;
  const last = { inclusive: to, exclusive: to - 1, 'whole-second': to + 999_999 }[variants.upperBound];
  // A bound in a far future must not be walked to.
  return { fromMicros, toMicros: Math.min(last, lastMicros) };
}

function countVisible(source: EntrySource, window: Window): number {
  const settledMicros = Math.min(window.toMicros, source.settledMicros(window.nowMs));
  const settled = source.countChecks(window.fromMicros, settledMicros);
  const freshFrom = Math.max(window.fromMicros, settledMicros + 1);
  return settled + entriesWithin(source, freshFrom, window.toMicros, window.nowMs, 'check').length;
}

function isWhole(stretch: Stretch, window: Window, settledMicros: number): boolean {
  const lastMicros = stretch.toMicros - 1;
  return stretch.fromMicros >= window.fromMicros && lastMicros <= window.toMicros && lastMicros <= settledMicros;
}

function matching(segment: Segment, window: Window): EntryRecord[] {
  const records = recordsOf(segment, window.query);
  const range = records.slice(lowerIndex(records, window.fromMicros), lowerIndex(records, window.toMicros + 1));
  const { filter, nowMs } = window;
  return range.filter((entry) => entry.visibleAtMs <= nowMs && (filter === undefined || filter(entry)));
}

function recordsOf({ checks, others }: Segment, query: ListQuery['query']): readonly EntryRecord[] {
  if (query === 'check') return checks;
  if (query !== 'none') return others.filter((entry) => entry.query === query);
  return [...checks, ...others].sort(byTime);
}

function filterOf(query: ListQuery, variants: Variants): Filter | undefined {
  const tests: Filter[] = [];
  const { users, resources, decision, tenant, action, pdpId } = query;
  if (users) {
    const wanted = new Set(users);
    tests.push((entry) => wanted.has(entry.userKey ?? '') || wanted.has(entry.userEmail ?? ''));
  }
  if (resources) {
    const wanted = new Set(resources);
    const byType = variants.resources !== 'instance';
    const byInstance = variants.resources !== 'type';
    tests.push(
      ({ type }) => type !== null && ((byType && wanted.has(type)) || (byInstance && wanted.has(`${type}:${type}`))),
    );
  }
  if (decision !== undefined) tests.push((entry) => entry.decision === decision);
  if (tenant !== undefined) tests.push((entry) => entry.tenant === tenant);
  if (action !== undefined) tests.push((entry) => entry.action === action);
  if (pdpId !== undefined) tests.push((entry) => entry.pdpId === pdpId);
  return tests.length === 0 ? undefined : (entry) => tests.every((test) => test(entry));
}
