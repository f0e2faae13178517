import { z } from 'zod';
import { accessChangeRow } from './grants.ts';
import { Binder, question } from './question.ts';
import { grantScopeSql, type Scope } from './scope.ts';
import { type Filter, type FilterColumn, filterSql, instantSql, type Selection } from './selection.ts';

/** Columns of decisions that changes of access have too. */
const sharedColumns: readonly string[] = [
  'env_id',
  'agent_key',
  'agent_name',
  'human_key',
  'human_name',
  'human_email',
  'server',
  'resource',
  'tool',
] satisfies FilterColumn[];
const userColumns = sharedColumns.filter((column) => /^(agent|human)_/.test(column));

function columnsOf({ include, exclude }: Filter): string[] {
  return [...include, ...exclude].map(({ column }) => column);
}

/** Grants, or changes of them, with the newest known names and the other columns that filters may name. */
function named(source: string, columns: readonly string[]): string {
  const user = (alias: string, column: string) => `LEFT JOIN
    (
        SELECT env_id, user_key, argMax(name, position) AS name, argMax(email, position) AS email
        FROM custody_internal.facts FINAL WHERE kind = 'identity' GROUP BY env_id, user_key
    ) AS ${alias} ON ${alias}.env_id = g.env_id AND ${alias}.user_key = g.${column}`;
  return `(
    SELECT ${columns.map((column) => `g.${column} AS ${column}`).join(', ')}, agents.name AS agent_name,
        humans.name AS human_name, humans.email AS human_email,
        if(g.server = '', '', concat(g.server, ':', g.server)) AS resource
    FROM ${source} AS g
    ${user('agents', 'agent_key')}
    ${user('humans', 'human_key')}
)`;
}

const own = Object.keys(accessChangeRow.shape).filter((column) => column !== 'agent_name' && column !== 'human_name');
const ofConsent = ['env_id', 'kind', 'agent_key', 'human_key', 'server', 'tool'];

/** Which changes bear on a selection; the conditions are the same for grants and for changes. */
function conditionSql(filters: readonly Filter[], scope: Scope, binder: Binder): string {
  // What cannot be told of a change selects none, so that nothing is told beyond what was asked for.
  if (filters.flatMap(columnsOf).some((column) => !sharedColumns.includes(column))) return '0';
  const direct = ['1', ...filters.flatMap((filter) => filterSql(filter, binder))].join(' AND ');
  if (!filters.flatMap(columnsOf).some((column) => userColumns.includes(column))) return direct;
  // A ceiling names no agent and a tool's level nobody: they bear on whoever has a consent there.
  const consents = (columns: string) =>
    `(SELECT ${columns} FROM ${named(
      `(SELECT * FROM custody_internal.facts FINAL WHERE kind = 'consent')`,
      ofConsent,
    )} WHERE ${[direct, ...grantScopeSql(scope, binder)].join(' AND ')})`;
  return `multiIf(
    ${direct}, 1,
    kind = 'ceiling', (env_id, human_key, server) IN ${consents('env_id, human_key, server')},
    kind = 'tool_level', (env_id, server) IN ${consents('env_id, server')},
    0)`;
}

/**
 * What changed in the access of those that a selection is about, newest first: consents, ceilings, levels of tools, and
 * flips of verdicts. A selection by what only decisions have (verdict, attribution, reason) selects none. At most `limit`.
 */
export function changesInScope({ range, filters, human, scope }: Selection, limit: number) {
  const binder = new Binder();
  const [from, to] = [instantSql(range.fromMs, binder), instantSql(range.toMs, binder)];
  const condition = conditionSql([...filters, ...(human === null ? [] : [human])], scope, binder);
  // A flip of verdicts compares calls of an agent, whoever's they are: with a restriction to humans none is shown.
  const isOfHumans = scope.humans !== null;
  const shown = isOfHumans ? 'custody_internal.changed_grants' : 'custody.access_changes';
  const columns = Object.keys(accessChangeRow.shape).map((column) => {
    return isOfHumans && column.startsWith('followed_') ? `NULL AS ${column}` : column;
  });
  const source = `(SELECT * FROM ${shown} WHERE at >= ${from} AND at < ${to})`;
  const sql = `SELECT ${columns.join(', ')}
FROM ${named(source, own)}
WHERE ${[condition, ...grantScopeSql(scope, binder)].join(' AND ')}
ORDER BY at DESC, kind, grant_id, decision_id, change
LIMIT ${binder.bind(limit, 'UInt64')}
SETTINGS join_use_nulls = 0`;
  return question('grants.changes_in_scope', sql, binder, accessChangeRow);
}

const grantChangeRow = accessChangeRow
  .pick({ at: true, agent_key: true, human_key: true, server: true, tool: true, level: true, grant_id: true })
  .extend({ kind: accessChangeRow.shape.kind.exclude(['decision']), change: z.enum(['appeared', 'ended']) });

/**
 * Changes of consents, ceilings and levels of tools that bear on a selection, newest first, at most `limit`: without flips of
 * verdicts and the calls that followed, which are found by every call there ever was.
 */
export function grantChangesInScope({ range, filters, human, scope }: Selection, limit: number) {
  const binder = new Binder();
  const [from, to] = [instantSql(range.fromMs, binder), instantSql(range.toMs, binder)];
  const condition = conditionSql([...filters, ...(human === null ? [] : [human])], scope, binder);
  const columns = Object.keys(grantChangeRow.shape);
  const source = `(SELECT * FROM custody_internal.grant_changes WHERE at >= ${from} AND at < ${to})`;
  const sql = `SELECT ${columns.join(', ')}
FROM ${named(source, [...new Set([...columns, ...ofConsent])])}
WHERE ${[condition, ...grantScopeSql(scope, binder)].join(' AND ')}
ORDER BY at DESC, kind, grant_id, change
LIMIT ${binder.bind(limit, 'UInt64')}
SETTINGS join_use_nulls = 0`;
  return question('grants.grant_changes_in_scope', sql, binder, grantChangeRow);
}

export type GrantChange = z.infer<typeof grantChangeRow>;

export type AccessChange = z.infer<typeof accessChangeRow>;
