import { type EntryRecord, type EntrySource, lowerIndex, type Segment, type Stretch } from './entry-source.ts';
import type { Arrivals } from './faults/arrivals.ts';
import { type Filter, filterOf, type ListQuery, recordsOf } from './list-query.ts';
import { inRequestOrder, shuffledTies } from './listing-order.ts';
import type { Variants } from './variants.ts';

/** What a listing is made from. */
export interface View {
  readonly source: EntrySource;
  readonly arrivals: Arrivals;
  readonly variants: Variants;
  readonly nowMs: number;
  /** Differs from request to request; what comes in no order takes its order from it. */
  readonly nonce: number;
}

export interface Listing {
  readonly entries: readonly EntryRecord[];
  readonly total: number;
}

interface Window {
  readonly fromMicros: number;
  readonly toMicros: number;
  readonly isListed: Filter;
  readonly query: ListQuery['query'];
}

/** The page of a listing that is visible at the view's moment, and the number of all entries that match. */
export function listEntries(view: View, query: ListQuery): Listing {
  const { arrivals, nowMs, variants } = view;
  const filter = filterOf(query, variants);
  const bounded = bounds(view, query);
  if (query.page > 1) turnPage(view, bounded, query);
  const isListed: Filter = (entry) => arrivals.isListed(entry, nowMs) && (filter === undefined || filter(entry));
  const window: Window = { ...bounded, isListed, query: query.query };
  const isUnordered = query.sortBy === 'None' && variants.sortByNone === 'unordered';
  const listing = isUnordered
    ? unorderedPage(view, window, query)
    : orderedPage(view, window, query, filter === undefined && query.query === 'check');
  return variants.pageOrder === 'sorted'
    ? listing
    : { ...listing, entries: inRequestOrder(listing.entries, view.nonce) };
}

/** Every entry with `fromMicros <= t <= toMicros` that passes, oldest first. */
export function entriesWithin(
  source: EntrySource,
  fromMicros: number,
  toMicros: number,
  passes: Filter,
  query: ListQuery['query'] = 'check',
): EntryRecord[] {
  const window: Window = { fromMicros, toMicros, isListed: passes, query };
  const entries: EntryRecord[] = [];
  for (const stretch of source.stretches(fromMicros, toMicros, false)) {
    for (const entry of matching(stretch.load(), window)) entries.push(entry);
  }
  return entries;
}

function bounds(
  { arrivals, nowMs, source, variants }: View,
  query: ListQuery,
): Pick<Window, 'fromMicros' | 'toMicros'> {
  const from = (query.fromSeconds ?? 0) * 1e6;
  const first = { inclusive: from, exclusive: from + 1, 'whole-second': from + 1e6 }[variants.lowerBound];
  const fromMicros = Math.max(query.fromSeconds === undefined ? 0 : first, arrivals.firstMicros(nowMs));
  const lastMicros = source.lastMicros(nowMs);
  if (query.toSeconds === undefined) return { fromMicros, toMicros: lastMicros };
  const to = query.toSeconds * 1e6;
  const last = { inclusive: to, exclusive: to - 1, 'whole-second': to + 999_999 }[variants.upperBound];
  // A bound in a far future must not be walked to.
  return { fromMicros, toMicros: Math.min(last, lastMicros) };
}

/** Entries that wait for somebody to page over them may appear now. */
function turnPage(
  { arrivals, nowMs, source }: View,
  window: Pick<Window, 'fromMicros' | 'toMicros'>,
  query: ListQuery,
) {
  const waitingFromMs = arrivals.pages.waitingFromMs(nowMs);
  if (waitingFromMs === undefined) return;
  const fromMicros = Math.max(window.fromMicros, waitingFromMs * 1000);
  arrivals.pages.turn(
    entriesWithin(source, fromMicros, window.toMicros, () => true, query.query),
    nowMs,
  );
}

function orderedPage(view: View, window: Window, query: ListQuery, isUnfiltered: boolean): Listing {
  const { arrivals, nowMs, source, variants } = view;
  const settledMicros = Math.min(window.toMicros, arrivals.settledMicros(source, nowMs));
  const counted =
    isUnfiltered && settledMicros >= window.fromMicros ? countListed(source, window, settledMicros) : undefined;
  const newestFirst = variants.order === 'newest-first';
  const entries: EntryRecord[] = [];
  let skip = (query.page - 1) * query.perPage;
  let total = 0;
  for (const stretch of source.stretches(window.fromMicros, window.toMicros, newestFirst)) {
    if (counted !== undefined) {
      if (entries.length >= query.perPage) break;
      if (isWhole(stretch, window, settledMicros) && skip >= stretch.checks) {
        skip -= stretch.checks;
        continue;
      }
    }
    const sorted = matching(stretch.load(), window);
    const matches = variants.ties === 'stable' ? sorted : shuffledTies(sorted, view.nonce);
    total += matches.length;
    if (newestFirst) matches.reverse();
    const room = query.perPage - entries.length;
    if (room > 0) entries.push(...matches.slice(skip, skip + room));
    skip = Math.max(0, skip - matches.length);
  }
  return { entries, total: counted ?? total };
}

/** No order that anybody could rely on, but the same from page to page. */
function unorderedPage({ source }: View, window: Window, { page, perPage, query }: ListQuery): Listing {
  const all = entriesWithin(source, window.fromMicros, window.toMicros, window.isListed, query);
  const ordered = inRequestOrder(all, 0);
  return { entries: ordered.slice((page - 1) * perPage, page * perPage), total: all.length };
}

function countListed(source: EntrySource, window: Window, settledMicros: number): number {
  const settled = source.countChecks(window.fromMicros, settledMicros);
  if (settledMicros >= window.toMicros) return settled;
  return settled + entriesWithin(source, settledMicros + 1, window.toMicros, window.isListed).length;
}

function isWhole(stretch: Stretch, window: Window, settledMicros: number): boolean {
  const lastMicros = stretch.toMicros - 1;
  return stretch.fromMicros >= window.fromMicros && lastMicros <= window.toMicros && lastMicros <= settledMicros;
}

function matching(segment: Segment, window: Window): EntryRecord[] {
  const records = recordsOf(segment, window.query);
  const range = records.slice(lowerIndex(records, window.fromMicros), lowerIndex(records, window.toMicros + 1));
  return range.filter(window.isListed);
}
