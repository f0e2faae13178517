import { z } from 'zod';
import type { StatementOptions, StoreClient } from '../client.ts';
import { defineQuery, runQuery } from '../query.ts';
import { everything, scopeFilters } from '../questions/scope.ts';
import type { Filter, Match, Selection } from '../questions/selection.ts';

/** Every name that an environment is or was called by, by its id. */
export type EnvironmentNames = ReadonlyMap<string, readonly string[]>;

function matchesOf({ include, exclude }: Filter): readonly Match[] {
  return [...include, ...exclude];
}

function isAboutEnvironments(filter: Filter): boolean {
  return matchesOf(filter).every(({ column }) => column === 'env_id' || column === 'env_name');
}

/**
 * Filters on environments and nothing else, those of the scope among them, and the selection without them: rollups know
 * environments by their ids alone. What else the scope asks for is among the filters of the rest.
 */
export function splitEnvironments(selection: Selection): {
  readonly about: readonly Filter[];
  readonly rest: Selection;
} {
  const all = [...scopeFilters(selection.scope), ...selection.filters];
  const [about, filters] = [all.filter(isAboutEnvironments), all.filter((filter) => !isAboutEnvironments(filter))];
  return { about, rest: { ...selection, scope: everything, filters } };
}

/** Whether one of the filters asks for an environment's name, so that the names have to be known. */
export function asksForNames(filters: readonly Filter[]): boolean {
  return filters.some((filter) => matchesOf(filter).some(({ column }) => column === 'env_name'));
}

/** Whether filters on environments let one through: by its id, or by any of its names. */
export function isEnvironmentAsked(filters: readonly Filter[], envId: string, names: readonly string[] = []): boolean {
  const fits = ({ column, operator, values }: Match) =>
    (column === 'env_id' ? [envId] : names).some((text) =>
      values.some((value) => (operator === 'in' ? text === value : text.startsWith(value))),
    );
  return filters.every(({ include, exclude }) => (include.length === 0 || include.some(fits)) && !exclude.some(fits));
}

/** Whether a selection by environments' ids (`byEnvironmentIds`) lets one through. */
export function environmentAsked(selection: Selection): (envId: string) => boolean {
  const { about } = splitEnvironments(selection);
  return (envId) => isEnvironmentAsked(about, envId);
}

/** Names by which the poller read an environment's windows, and those of what it stored last, whoever wrote it. */
const namesOfEnvironments = defineQuery({
  name: 'plan.environments',
  sql: `SELECT env_id, groupUniqArray(env_name) AS names
FROM
(
  SELECT DISTINCT env_id, env_name FROM custody_internal.windows_by_hour
  UNION ALL
  SELECT DISTINCT env_id, env_name FROM custody_internal.decisions
  WHERE toStartOfHour(occurred_at) IN (SELECT max(hour) FROM custody_internal.stored_hours GROUP BY env_id)
)
GROUP BY env_id`,
  params: z.object({}),
  row: z.object({ env_id: z.string(), names: z.array(z.string()) }),
});

/** Throws `STORE_*`. */
export async function readEnvironmentNames(
  client: StoreClient,
  options: StatementOptions = {},
): Promise<EnvironmentNames> {
  const rows = await runQuery(client, namesOfEnvironments, {}, options);
  return new Map(rows.map(({ env_id, names }) => [env_id, names]));
}

/**
 * The same selection with environments by their ids alone, so that lists of decisions and sums mean the same by a name: rows
 * keep the name that they were stored under. Throws `STORE_*`.
 */
export async function byEnvironmentIds(
  client: StoreClient,
  selection: Selection,
  options: StatementOptions = {},
): Promise<Selection> {
  const about = selection.filters.filter(isAboutEnvironments);
  if (!asksForNames(about)) return selection;
  const rest = selection.filters.filter((filter) => !about.includes(filter));
  const known = await readEnvironmentNames(client, options);
  const values = [...known].filter(([envId, names]) => isEnvironmentAsked(about, envId, names)).map(([envId]) => envId);
  const asked: Filter = { include: [{ column: 'env_id', operator: 'in', values }], exclude: [] };
  return { ...selection, filters: [...rest, asked] };
}
