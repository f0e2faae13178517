import type { TimeRange } from '@custody/decision';
import { z } from 'zod';
import { Binder, question } from './question.ts';
import { grantScopeSql, type Scope } from './scope.ts';
import { instantSql } from './selection.ts';

const flipCauses = [
  'ceiling_lowered',
  'ceiling_raised',
  'reconsented',
  'consented',
  'revoked',
  'tool_level_changed',
  'unexplained',
] as const;

const grantRow = z.object({
  env_id: z.string(),
  kind: z.enum(['consent', 'ceiling', 'tool_level']),
  grant_id: z.string(),
  agent_key: z.string(),
  agent_name: z.string(),
  human_key: z.string(),
  human_name: z.string(),
  server: z.string(),
  tool: z.string(),
  level: z.string(),
  valid_from: z.string().nullable(),
  first_seen: z.string(),
  last_seen: z.string(),
  first_missing: z.string().nullable(),
  active: z.boolean().describe('In the newest listing'),
});

const changeRow = z.object({
  at: z.string(),
  not_before: z
    .string()
    .describe('It happened after this and no later than at; both are equal where the source says when'),
  env_id: z.string(),
  kind: z
    .enum(['consent', 'ceiling', 'tool_level', 'decision'])
    .describe('decision: a call of the agent with the tool was allowed or denied, and the one before it was not'),
  change: z.enum(['appeared', 'ended', 'allowed', 'denied']),
  agent_key: z.string(),
  agent_name: z.string(),
  human_key: z.string(),
  human_name: z.string(),
  server: z.string(),
  tool: z.string(),
  level: z.string(),
  grant_id: z.string().describe('Of a decision: the grant whose change explains it, where there is one'),
  cause: z
    .enum(['', ...flipCauses])
    .describe('Of a decision: why, as far as grants show it between the two calls; empty otherwise'),
  cause_at: z.string().nullable().describe('Of a decision: when the grant changed that explains it'),
  decision_id: z.string().nullable().describe('Of a decision: the call that was made at `at`'),
  previous_decision_id: z.string().nullable().describe('Of a decision: the call before it, made at `not_before`'),
  followed_by: z
    .string()
    .nullable()
    .describe('Of a grant: the newest call after the change that it bears on; null where none came yet'),
  followed_at: z.string().nullable(),
});

export { changeRow as accessChangeRow, grantRow };

/** Of whom grants are asked for. */
export interface GrantSubject {
  readonly column: 'agent_key' | 'human_key' | 'server';
  readonly key: string;
  /** Ids of environments; `null` for all. */
  readonly environments: readonly string[] | null;
  readonly scope: Scope;
}

/** The newest known names of users; a left join gives `''` for those that were never listed. */
const names = (column: 'agent_key' | 'human_key', alias: string) => `LEFT JOIN
(
    SELECT env_id, user_key, argMax(name, position) AS name
    FROM custody_internal.facts FINAL WHERE kind = 'identity' GROUP BY env_id, user_key
) AS ${alias} ON ${alias}.env_id = g.env_id AND ${alias}.user_key = g.${column}`;
/** Joins the names of agents and humans to grants `g`. */
const grantNamesSql = `${names('agent_key', 'agents')}\n${names('human_key', 'humans')}`;

function columnsSql(row: z.ZodObject): string {
  const joined: Record<string, string> = {
    agent_name: 'agents.name',
    human_name: 'humans.name',
    active: 'toBool(g.active)',
  };
  return Object.keys(row.shape)
    .map((name) => `${joined[name] ?? `g.${name}`} AS ${name}`)
    .join(', ');
}

/** The columns of `grantRow`, of grants `g` with their names. */
const grantColumnsSql = columnsSql(grantRow);

function environmentsSql({ environments }: GrantSubject, binder: Binder, column: string): string {
  return environments === null ? '1' : `${column} IN ${binder.bind(environments, 'Array(String)')}`;
}

/** Which grants bear on whoever is asked for: of an agent also the ceilings of the humans who consented to it, where they did. */
function grantsSql({ column, scope }: GrantSubject, key: string, binder: Binder): string {
  const own = `g.${column} = ${key}`;
  if (column !== 'agent_key') return own;
  const consents = [`kind = 'consent' AND agent_key = ${key}`, ...grantScopeSql(scope, binder)].join(' AND ');
  return `(${own} OR g.kind = 'ceiling' AND (g.env_id, g.human_key, g.server) IN
(SELECT env_id, human_key, server FROM custody_internal.facts FINAL WHERE ${consents}))`;
}

/** Present and past grants of an agent, a human or a server: what is there first, then the newest. */
export function grantsOf(subject: GrantSubject, limit: number) {
  const binder = new Binder();
  const conditions = [
    grantsSql(subject, binder.bind(subject.key, 'String'), binder),
    environmentsSql(subject, binder, 'g.env_id'),
    ...grantScopeSql(subject.scope, binder, 'g.'),
  ];
  const sql = `SELECT ${grantColumnsSql}
FROM custody.grants AS g
${grantNamesSql}
WHERE ${conditions.join(' AND ')}
ORDER BY active DESC, kind, server, coalesce(g.valid_from, g.first_seen) DESC, grant_id
LIMIT ${binder.bind(limit, 'UInt64')}
SETTINGS join_use_nulls = 0`;
  return question('grants.of', sql, binder, grantRow);
}

/** Columns of a change. The call that followed one may be any human's: left out where a scope shows some humans only. */
function changedColumnsSql({ scope: { humans } }: GrantSubject): string {
  const names = Object.keys(changeRow.shape);
  const shown = (name: string) => (humans !== null && name.startsWith('followed_') ? `NULL AS ${name}` : name);
  return names
    .filter((name) => !name.endsWith('_name'))
    .map(shown)
    .join(', ');
}

/** Which changes of grants bear on whoever is asked for, and which flips are theirs. */
function bearingSql(
  { column, scope }: GrantSubject,
  key: string,
  binder: Binder,
): { readonly flips: string; readonly grants: string } {
  if (column === 'server') return { flips: `server = ${key}`, grants: `server = ${key}` };
  const consents = (columns: string) =>
    `SELECT ${columns} FROM custody_internal.facts FINAL WHERE ${[`kind = 'consent' AND ${column} = ${key}`, ...grantScopeSql(scope, binder)].join(' AND ')}`;
  // A human has ceilings without any consent; an agent has those of the humans who consented to it.
  const ceilings =
    column === 'human_key'
      ? `human_key = ${key}`
      : `(env_id, human_key, server) IN (${consents('env_id, human_key, server')})`;
  return {
    flips: `${column} = ${key}`,
    grants: `multiIf(
        kind = 'consent', ${column} = ${key},
        kind = 'ceiling', ${ceilings},
        (env_id, server) IN (${consents('env_id, server')}))`,
  };
}

/**
 * What changed in the access of an agent or a human, newest first: consents, the ceilings above them, the levels of those
 * servers' tools, and where a call was allowed or denied unlike the one before it. Of a server, all that is about it.
 */
export function accessChanges(subject: GrantSubject, range: TimeRange, limit: number) {
  const binder = new Binder();
  const bearing = bearingSql(subject, binder.bind(subject.key, 'String'), binder);
  const [from, to] = [instantSql(range.fromMs, binder), instantSql(range.toMs, binder)];
  const changes = (of: 'grants' | 'verdicts', conditions: readonly string[]) => `SELECT ${changedColumnsSql(subject)}
    FROM custody_internal.changed_${of} WHERE at >= ${from} AND at < ${to} AND ${environmentsSql(subject, binder, 'env_id')} AND ${conditions.join(' AND ')}`;
  const { scope } = subject;
  const visible = grantScopeSql(scope, binder);
  // Apart, so that flips are found by the agent's key and grants are looked at without any flip.
  const parts = [changes('verdicts', [bearing.flips, ...visible]), changes('grants', [bearing.grants, ...visible])];
  // A flip stands between two calls of an agent, whoever's they are: what lies between two of one human tells of the others.
  const shown = scope.humans === null ? parts : parts.slice(1);
  const sql = `SELECT ${columnsSql(changeRow)}
FROM (
    ${shown.join('\n    UNION ALL\n    ')}
) AS g
${grantNamesSql}
ORDER BY at DESC, grant_id, change, kind, agent_key, server, tool
LIMIT ${binder.bind(limit, 'UInt64')}
SETTINGS join_use_nulls = 0`;
  return question('grants.access_changes', sql, binder, changeRow);
}
