import type { TimeRange } from '@custody/decision';
import type { Filter, Selection } from '@custody/store';

/** What a report is about, as it was asked for. */
export interface Scope {
  readonly range: TimeRange;
  readonly timeZone: string;
  /** The filters that were given, by parameter, and the keys that they came to. */
  readonly filters: readonly ScopeFilter[];
}

export interface ScopeFilter {
  readonly name: ScopeFilterName;
  /** As it was written. */
  readonly asked: string;
  /** Keys that names, addresses and bare ids were found to be; empty where nothing had to be found. */
  readonly keys: readonly string[];
}

export const scopeFilterNames = ['human', 'agent', 'server', 'env'] as const;
type ScopeFilterName = (typeof scopeFilterNames)[number];
type Given = Readonly<Partial<Record<ScopeFilterName, string | readonly string[] | undefined>>>;

const keyColumns: Readonly<Record<ScopeFilterName, string>> = {
  human: 'human_key',
  agent: 'agent_key',
  server: 'server',
  env: 'env_id',
};

function keysIn(filters: readonly Filter[], column: string): string[] {
  const matches = filters.flatMap(({ include, exclude }) => [...include, ...exclude]);
  const exact = matches.filter((match) => match.operator === 'in' && match.column === column);
  return [...new Set(exact.flatMap(({ values }) => values))];
}

/** What was asked for, with what the names in it were found to be. */
export function scopeOf(given: Given, selection: Selection, timeZone: string): Scope {
  const all = [...selection.filters, ...(selection.human === null ? [] : [selection.human])];
  const filters = scopeFilterNames.flatMap((name): ScopeFilter[] => {
    const asked = [given[name] ?? []].flat().join(', ');
    if (asked === '') return [];
    return [{ name, asked, keys: keysIn(all, keyColumns[name]).filter((key) => key !== asked) }];
  });
  return { range: selection.range, timeZone, filters };
}
