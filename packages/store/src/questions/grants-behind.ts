import { z } from 'zod';
import type { StatementOptions, StoreClient } from '../client.ts';
import { grantRow } from './grants.ts';
import { ask, Binder, question } from './question.ts';
import { grantScopeSql, type Scope } from './scope.ts';
import { instantSql } from './selection.ts';

/** What of a decision its grants are looked up by. */
export interface CallWithConsent {
  readonly env_id: string;
  readonly occurred_at_ms: number;
  readonly consent_id: string;
  readonly agent_key: string;
  readonly human_key: string;
  readonly human_candidates: readonly string[];
  readonly server: string;
  readonly tool: string;
}

export type GrantBehind = z.infer<typeof grantRow>;

const fact = grantRow.omit({ kind: true, agent_name: true, human_name: true }).extend({
  kind: z.enum(['consent', 'ceiling', 'tool_level', 'identity']),
  user_key: z.string(),
  name: z.string(),
  position: z.number(),
});
type FoundFact = z.infer<typeof fact>;

/**
 * Grants and, after them, what those are called who take part in the call, out of one look at the table: the view of grants and
 * its joins with names look at it three times, which is four times the work.
 */
function factsBehind(call: CallWithConsent, scope: Scope) {
  const binder = new Binder();
  const text = (value: string) => binder.bind(value, 'String');
  const at = instantSql(call.occurred_at_ms, binder);
  const env = text(call.env_id);
  const computed: Record<string, string> = {
    // While it is listed it was seen by the newest listing of its kind.
    last_seen: `if(isNull(g.first_missing), greatest(g.last_seen, arrayFirst(one -> one.1 = toString(g.kind), listed).2), g.last_seen)`,
    active: 'toBool(isNull(g.first_missing))',
    kind: 'toString(g.kind)',
  };
  const columns = Object.keys(fact.shape).map((name) => `${computed[name] ?? `g.${name}`} AS ${name}`);
  const granted = [`g.kind != 'identity'`, ...grantScopeSql(scope, binder, 'g.')].join(' AND ');
  const users = binder.bind([call.agent_key, call.human_key, ...call.human_candidates], 'Array(String)');
  const sql = `WITH (SELECT groupArray((toString(kind), completed_at)) FROM custody_internal.listings FINAL WHERE env_id = ${env}) AS listed
SELECT ${columns.join(', ')}
FROM custody_internal.facts AS g FINAL
WHERE g.env_id = ${env} AND (
    g.kind = 'identity' AND g.user_key IN ${users}
    OR ${granted} AND (
        g.kind = 'consent' AND g.grant_id = ${text(call.consent_id)}
        OR g.server = ${text(call.server)} AND (isNull(g.valid_from) OR g.valid_from <= ${at}) AND (isNull(g.first_missing) OR g.first_missing > ${at})
            AND (g.kind = 'ceiling' AND g.human_key = ${text(call.human_key)} OR g.kind = 'tool_level' AND g.tool = ${text(call.tool)})))
ORDER BY g.kind, coalesce(g.valid_from, g.first_seen) DESC, g.grant_id
LIMIT 100 BY g.kind = 'identity'`;
  return question('grants.behind', sql, binder, fact);
}

/** The newest name of each user. */
function namesOf(facts: readonly FoundFact[]): ReadonlyMap<string, string> {
  const named = facts.filter(({ kind }) => kind === 'identity').toSorted((one, other) => one.position - other.position);
  return new Map(named.map(({ user_key, name }) => [user_key, name]));
}

/**
 * The grants that a decision rests on as far as they are known now: its consent, and the ceilings of its human and the levels
 * of its tool that may have held at its moment. Several of a kind where it is not known when one followed the other. Throws `STORE_*`.
 */
export async function readGrantsBehind(
  client: StoreClient,
  call: CallWithConsent,
  scope: Scope,
  options: StatementOptions = {},
): Promise<GrantBehind[]> {
  const facts = await ask(client, factsBehind(call, scope), options);
  const names = namesOf(facts);
  return facts.flatMap(({ kind, user_key: _key, name: _name, position: _position, ...grant }) => {
    if (kind === 'identity') return [];
    const [agent_name, human_name] = [names.get(grant.agent_key) ?? '', names.get(grant.human_key) ?? ''];
    return [{ ...grant, kind, agent_name, human_name }];
  });
}
