import type { Binder } from './question.ts';
import type { Filter, FilterColumn } from './selection.ts';

/**
 * What a caller may see, whatever is asked: a row is visible where each kind of value is one of those named. `null` for
 * everything of a kind. Every question that answers a caller takes one, so that none can be asked without.
 *
 * Humans: what is surely theirs. A decision that only may be one of theirs is by the same token somebody else's.
 */
export interface Scope {
  readonly envIds: readonly string[] | null;
  readonly servers: readonly string[] | null;
  /** Keys, `human|…`. */
  readonly humans: readonly string[] | null;
}

/** No restriction. For the pipeline's own questions, and for callers who may see everything. */
export const everything: Scope = Object.freeze({ envIds: null, servers: null, humans: null });

/** Whether a scope leaves out something of environments that it shows: what is told of whole environments is more than it. */
export function isWithinEnvironments({ servers, humans }: Scope): boolean {
  return servers !== null || humans !== null;
}

/** A scope as filters on decisions, each of one column. */
export function scopeFilters({ envIds, servers, humans }: Scope): Filter[] {
  const only = (column: FilterColumn, values: readonly string[] | null): Filter[] =>
    values === null ? [] : [{ include: [{ column, operator: 'in', values }], exclude: [] }];
  return [...only('env_id', envIds), ...only('server', servers), ...only('human_key', humans)];
}

/** Conditions on `env_id` and the like, given what the columns are called where they are looked at. */
export function environmentScopeSql({ envIds }: Scope, binder: Binder, column = 'env_id'): string[] {
  return envIds === null ? [] : [`${column} IN ${binder.bind(envIds, 'Array(String)')}`];
}

/**
 * Conditions on a grant or a change of one. The level of a tool is nobody's: it is shown to whoever may see the server.
 * `table`: what its columns are prefixed with.
 */
export function grantScopeSql(scope: Scope, binder: Binder, table = ''): string[] {
  const { servers, humans } = scope;
  return [
    ...environmentScopeSql(scope, binder, `${table}env_id`),
    ...(servers === null ? [] : [`${table}server IN ${binder.bind(servers, 'Array(String)')}`]),
    ...(humans === null
      ? []
      : [`(${table}kind = 'tool_level' OR ${table}human_key IN ${binder.bind(humans, 'Array(String)')})`]),
  ];
}
