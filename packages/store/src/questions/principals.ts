import type { TimeRange } from '@custody/decision';
import { z } from 'zod';
import { Binder, question } from './question.ts';
import { instantSql } from './selection.ts';

const principalColumns = {
  agent: { key: 'agent_key', name: 'agent_name', email: `''`, prefix: 'agent|' },
  human: { key: 'human_key', name: 'human_name', email: 'human_email', prefix: 'human|' },
} as const;
export type PrincipalKind = keyof typeof principalColumns;

/**
 * Who answers to a key, a bare id, a name or an e-mail address (upper and lower case alike in the last two), among
 * those that decisions of the range or the listed users name. At most `limit` matches.
 */
export function principalsNamed(kind: PrincipalKind, text: string, range: TimeRange, limit: number) {
  const binder = new Binder();
  const { key, name, email, prefix } = principalColumns[kind];
  const asked = binder.bind(text, 'String');
  const bare = binder.bind(prefix, 'String');
  const sql = `SELECT found_key AS key, max(found_name) AS name, max(found_email) AS email
FROM
(
    SELECT ${key} AS found_key, ${name} AS found_name, ${email} AS found_email
    FROM custody.decisions
    WHERE occurred_at >= ${instantSql(range.fromMs, binder)} AND occurred_at < ${instantSql(range.toMs, binder)}
    GROUP BY found_key, found_name, found_email
    UNION ALL
    SELECT user_key AS found_key, name AS found_name, email AS found_email
    FROM custody_internal.facts FINAL
    WHERE kind = 'identity' AND startsWith(user_key, ${bare})
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
