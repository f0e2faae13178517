import { grantColumnsSql, grantNamesSql, grantRow } from './grants.ts';
import { Binder, question } from './question.ts';
import { grantScopeSql, type Scope } from './scope.ts';
import { instantSql } from './selection.ts';

/** What of a decision its grants are looked up by. */
export interface CallWithConsent {
  readonly env_id: string;
  readonly occurred_at_ms: number;
  readonly consent_id: string;
  readonly human_key: string;
  readonly server: string;
  readonly tool: string;
}

/**
 * The grants that a decision rests on as far as they are known now: its consent, and the ceilings of its human and the levels
 * of its tool that may have held at its moment. Several of a kind where it is not known when one followed the other.
 */
export function grantsBehind(call: CallWithConsent, scope: Scope) {
  const binder = new Binder();
  const text = (value: string) => binder.bind(value, 'String');
  const at = instantSql(call.occurred_at_ms, binder);
  const server = text(call.server);
  const sql = `SELECT ${grantColumnsSql}
FROM custody.grants AS g
${grantNamesSql}
WHERE ${[`g.env_id = ${text(call.env_id)}`, ...grantScopeSql(scope, binder, 'g.')].join(' AND ')} AND (
    (g.kind = 'consent' AND g.grant_id = ${text(call.consent_id)})
    OR (g.server = ${server} AND (isNull(g.valid_from) OR g.valid_from <= ${at}) AND (isNull(g.first_missing) OR g.first_missing > ${at})
        AND (g.kind = 'ceiling' AND g.human_key = ${text(call.human_key)}
            OR g.kind = 'tool_level' AND g.tool = ${text(call.tool)})))
ORDER BY g.kind, coalesce(g.valid_from, g.first_seen) DESC, g.grant_id
LIMIT 100
SETTINGS join_use_nulls = 0`;
  return question('grants.behind', sql, binder, grantRow);
}
