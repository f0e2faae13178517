import { type Address, currentAddress, navigate, useAddress } from '../router/address.ts';
import { type FilterName, type Filters, filterNames } from './filters.ts';
import { zoneChoice } from './preference.ts';
import { isLive, type Range, refreshMsFor, type Span, spanOf } from './range.ts';
import { useStore } from './store.ts';

/** What an address says about the questions of a page. */
export interface View {
  readonly range: Range;
  /** By now; it changes with the address only, so that pages do not ask anew each moment. */
  readonly span: Span;
  /** Environments by name; `''` for all. */
  readonly env: string;
  /** An IANA name. */
  readonly zone: string;
  readonly filters: Filters;
  /** Milliseconds between two questions; `null` where the range has ended. */
  readonly refreshMs: number | null;
}

/** What single pages have in their addresses beside the view. */
export type PageParameter = 'hour' | 'status' | 'severity' | 'rule';

export type ViewChange = Partial<Record<FilterName | 'from' | 'to' | 'env' | 'tz' | 'cursor' | PageParameter, string>>;

const localZone = Intl.DateTimeFormat().resolvedOptions().timeZone;
const usualFrom = '-24h';

function isZone(name: string): boolean {
  try {
    return Boolean(Intl.DateTimeFormat('en', { timeZone: name }));
  } catch {
    return false;
  }
}

function zoneOf(query: URLSearchParams, choice: 'local' | 'UTC'): string {
  const given = query.get('tz') ?? '';
  if (given !== '' && isZone(given)) return given;
  return choice === 'local' ? localZone : 'UTC';
}

export function viewOf({ query }: Address, choice: 'local' | 'UTC', usual = usualFrom): View {
  const range = { from: query.get('from') ?? usual, to: query.get('to') ?? '' };
  const span = spanOf(range, Date.now());
  const given = filterNames.map((name) => [name, query.get(name) ?? ''] as const).filter(([, text]) => text !== '');
  return {
    range,
    span,
    env: query.get('env') ?? '',
    zone: zoneOf(query, choice),
    filters: Object.fromEntries(given),
    refreshMs: isLive(range) ? refreshMsFor(span) : null,
  };
}

/** The view of the address. `usual`: where a page begins when nothing is said. */
export function useView(usual = usualFrom): View {
  return viewOf(useAddress(), useStore(zoneChoice), usual);
}

/** The parameters that all questions about decisions take. */
export function questionOf({ range, env, zone, filters }: View): Record<string, string> {
  const { from, to } = range;
  return { from, ...(to && { to }), ...(env && { env }), tz: zone, ...filters };
}

/** An address with other parameters; `''` takes one away. Without a path: the page that is shown. */
export function hrefWith(change: ViewChange, { path, query } = currentAddress()): string {
  const next = new URLSearchParams(query);
  // Another question begins on its first page.
  next.delete('cursor');
  for (const [name, text] of Object.entries(change)) {
    if (text === '') next.delete(name);
    else next.set(name, text);
  }
  const text = next.toString();
  return text === '' ? path : `${path}?${text}`;
}

/** Another page in the same range, environment and zone; filters are those given. */
export function hrefTo(path: string, filters: ViewChange = {}): string {
  const { query } = currentAddress();
  const kept = ['from', 'to', 'env', 'tz'].flatMap((name) => (query.has(name) ? [[name, query.get(name) ?? '']] : []));
  return hrefWith(filters, { path, query: new URLSearchParams(kept) });
}

export function changeView(change: ViewChange): void {
  navigate(hrefWith(change));
}
