import type { TimeRange } from '@custody/decision';
import { z } from 'zod';
import { Binder, question } from './question.ts';
import { environmentScopeSql, grantScopeSql, isWithinEnvironments, type Scope, scopeFilters } from './scope.ts';
import { filterSql, instantSql } from './selection.ts';

const principalColumns = {
  agent: { key: 'agent_key', name: 'agent_name', email: `''`, prefix: 'agent|' },
  human: { key: 'human_key', name: 'human_name', email: 'human_email', prefix: 'human|' },
} as const;
export type PrincipalKind = keyof typeof principalColumns;

/**
 * Conditions on listed users. What is listed is of whole environments: where a scope shows less of them, only those whom a
 * grant in it names.
 */
function listedSql(kind: PrincipalKind, scope: Scope, binder: Binder): string[] {
  const inEnvironments = environmentScopeSql(scope, binder);
  if (!isWithinEnvironments(scope)) return inEnvironments;
  const { key } = principalColumns[kind];
  const granted = [`${key} != ''`, `kind != 'tool_level'`, ...grantScopeSql(scope, binder)].join(' AND ');
  return [...inEnvironments, `(env_id, user_key) IN (SELECT env_id, ${key} FROM custody.grants WHERE ${granted})`];
}

/**
 * Who answers to a key, a bare id, a name or an e-mail address (upper and lower case alike in the last two), among
 * those whom decisions of the range or listings name, as far as the scope shows them. At most `limit` matches.
 */
export function principalsNamed(kind: PrincipalKind, text: string, range: TimeRange, limit: number, scope: Scope) {
  const binder = new Binder();
  const visible = scopeFilters(scope).flatMap((filter) => filterSql(filter, binder));
  const inRange = [
    `occurred_at >= ${instantSql(range.fromMs, binder)} AND occurred_at < ${instantSql(range.toMs, binder)}`,
    ...visible,
  ];
  const { key, name, email, prefix } = principalColumns[kind];
  const asked = binder.bind(text, 'String');
  const bare = binder.bind(prefix, 'String');
  const sql = `SELECT found_key AS key, max(found_name) AS name, max(found_email) AS email
FROM
(
    SELECT ${key} AS found_key, ${name} AS found_name, ${email} AS found_email
    FROM custody.decisions
    WHERE ${inRange.join(' AND ')}
    GROUP BY found_key, found_name, found_email
    UNION ALL
    SELECT user_key AS found_key, name AS found_name, email AS found_email
    FROM custody_internal.facts FINAL
    WHERE ${["kind = 'identity'", `startsWith(user_key, ${bare})`, ...listedSql(kind, scope, binder)].join(' AND ')}
)
WHERE found_key != '' AND (found_key IN (${asked}, concat(${bare}, ${asked}))
    OR lowerUTF8(found_name) = lowerUTF8(${asked}) OR lowerUTF8(found_email) = lowerUTF8(${asked}))
GROUP BY key
ORDER BY key
LIMIT ${binder.bind(limit, 'UInt64')}`;
  return question(
    `principals.${kind}`,
    sql,
    binder,
    z.object({ key: z.string(), name: z.string(), email: z.string() }),
  );
}
