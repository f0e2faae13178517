import type { TimeRange } from '@custody/decision';
import type { Binder } from './question.ts';
import { type Scope, scopeFilters } from './scope.ts';

/** Columns of `custody.decisions` that a filter may name, as texts. */
const filterColumns = {
  env_id: 'env_id',
  env_name: 'env_name',
  agent_key: 'agent_key',
  agent_name: 'agent_name',
  human_key: 'human_key',
  human_name: 'human_name',
  human_email: 'human_email',
  server: 'server',
  resource: 'resource',
  tool: 'tool',
  decision: 'toString(decision)',
  reason_code: 'reason_code',
  attribution: 'attribution',
  trust_level: 'trust_level',
} as const;
export type FilterColumn = keyof typeof filterColumns;

/** One column against some values: equal to one of them, or starting with one of them. */
export interface Match {
  readonly column: FilterColumn;
  readonly operator: 'in' | 'startsWith';
  readonly values: readonly string[];
}

/** What is included is or-ed (nothing means everything), what is excluded is and-ed. */
export interface Filter {
  readonly include: readonly Match[];
  readonly exclude: readonly Match[];
}

/** Humans that may be behind a decision although it is not known which: the candidates of ambiguous ones. */
export interface CandidateMatch {
  readonly keys: readonly string[];
  readonly prefixes: readonly string[];
}

/** Which decisions are asked for. */
export interface Selection {
  readonly range: TimeRange;
  /** Whose question it is: what lies outside is not there. */
  readonly scope: Scope;
  readonly filters: readonly Filter[];
  /** The filter on humans, apart from the others because of its possible rows. */
  readonly human: Filter | null;
  readonly candidates: CandidateMatch | null;
  /** `sure`: the named human's; `possible`: those that may be; `both`. */
  readonly certainty: 'sure' | 'possible' | 'both';
  /** Searched in the reason, upper and lower case alike; `''` for any. */
  readonly reasonText: string;
}

function matchSql({ column, operator, values }: Match, binder: Binder): string {
  const text = filterColumns[column];
  if (operator === 'in') return `${text} IN ${binder.bind(values, 'Array(String)')}`;
  return `arrayExists(prefix -> startsWith(${text}, prefix), ${binder.bind(values, 'Array(String)')})`;
}

/** The conditions of a filter, to be and-ed. */
export function filterSql({ include, exclude }: Filter, binder: Binder): string[] {
  const any = include.map((match) => matchSql(match, binder)).join(' OR ');
  return [...(any === '' ? [] : [`(${any})`]), ...exclude.map((match) => `NOT (${matchSql(match, binder)})`)];
}

function candidatesSql({ keys, prefixes }: CandidateMatch, binder: Binder): string {
  const byKey = `hasAny(human_candidates, ${binder.bind(keys, 'Array(String)')})`;
  const byPrefix = `arrayExists(human -> arrayExists(prefix -> startsWith(human, prefix), ${binder.bind(prefixes, 'Array(String)')}), human_candidates)`;
  return prefixes.length === 0 ? byKey : `(${byKey} OR ${byPrefix})`;
}

function humanSql({ human, candidates, certainty }: Selection, binder: Binder): string[] {
  if (human === null) return [];
  const sure = filterSql(human, binder);
  if (certainty === 'sure' || candidates === null) return sure;
  const possible = candidatesSql(candidates, binder);
  return certainty === 'possible' ? [possible] : [`((${sure.join(' AND ')}) OR ${possible})`];
}

/** An instant as a literal of the table's own type, so that the primary key sees it. */
export function instantSql(epochMs: number, binder: Binder): string {
  return `fromUnixTimestamp64Milli(${binder.bind(epochMs, 'Int64')}, 'UTC')`;
}

/** What a selection asks for apart from the time: conditions on a row of decisions, or of a rollup that has the columns. */
export function matchesSql(selection: Selection, binder: Binder): string[] {
  const { filters, scope, reasonText } = selection;
  const all = [...scopeFilters(scope), ...filters];
  const conditions = [...all.flatMap((filter) => filterSql(filter, binder)), ...humanSql(selection, binder)];
  if (reasonText !== '')
    conditions.push(`positionCaseInsensitiveUTF8(reason, ${binder.bind(reasonText, 'String')}) > 0`);
  return conditions;
}

/** The WHERE clause of a selection over `custody.decisions`, without the word. */
export function whereSql(selection: Selection, binder: Binder): string {
  const { range } = selection;
  return [
    `occurred_at >= ${instantSql(range.fromMs, binder)}`,
    `occurred_at < ${instantSql(range.toMs, binder)}`,
    ...matchesSql(selection, binder),
  ].join(' AND ');
}

/** The columns that `matchesSql` looks at. */
export function matchedColumns({ filters, scope, human, candidates, certainty, reasonText }: Selection): string[] {
  const matches = [...scopeFilters(scope), ...filters, ...(human === null ? [] : [human])].flatMap(
    ({ include, exclude }) => [...include, ...exclude],
  );
  return [
    ...matches.map(({ column }) => column),
    ...(candidates !== null && certainty !== 'sure' ? ['human_candidates'] : []),
    ...(reasonText === '' ? [] : ['reason']),
  ];
}

/** Whether nothing but denials can be selected. */
export function isDenialsOnly({ filters }: Selection): boolean {
  return filters.some(
    ({ include }) =>
      include.length > 0 &&
      include.every(
        ({ column, operator, values }) =>
          column === 'decision' && operator === 'in' && values.every((value) => value === 'deny'),
      ),
  );
}
