import { hourOf, secondMs } from '@custody/decision';
import { z } from 'zod';
import type { StoreClient } from '../client.ts';
import { answerPlanned, type PlanningOptions } from '../plan/answer-planned.ts';
import type { Plan } from '../plan/plan.ts';
import { sourceSql } from '../plan/source-sql.ts';
import { distinctSql } from './measures.ts';
import { ask, Binder, question } from './question.ts';
import { environmentScopeSql, type Scope } from './scope.ts';
import { type Selection, whereSql } from './selection.ts';

/** What each list is about: its key, and what names it. */
const entityColumns = {
  agents: { key: 'agent_key', name: 'agent_name', email: `''` },
  humans: { key: 'human_key', name: 'human_name', email: 'human_email' },
  servers: { key: 'server', name: `''`, email: `''` },
} as const;
export type EntityKind = keyof typeof entityColumns;

const counts = z.object({
  key: z.string(),
  decisions: z.number(),
  denials: z.number(),
  agents: z.number(),
  humans: z.number(),
  servers: z.number(),
  tools: z.number(),
  first_seen: z.string(),
  last_seen: z.string(),
});
const nameRow = z.object({ key: z.string(), name: z.string(), email: z.string() });

export type EntityRow = z.infer<typeof counts> & { readonly name: string; readonly email: string };

const countedColumns = ['agent_key', 'human_key', 'server', 'tool', 'decision'];

function readCounts(
  client: StoreClient,
  kind: EntityKind,
  selection: Selection,
  limit: number,
  options: PlanningOptions,
): Promise<z.infer<typeof counts>[]> {
  const ranges = [{ range: selection.range, columns: countedColumns, grains: [] }];
  const planning = { key: JSON.stringify([kind, selection, limit]), selection, timeZone: 'UTC', ranges };
  return answerPlanned(client, planning, options, ({ plans, selection: rest }) => {
    const binder = new Binder();
    const { key } = entityColumns[kind];
    const request = { plan: plans[0] as Plan, selection: rest, columns: () => countedColumns, hasTimes: true };
    const sql = `SELECT ${key} AS key, sum(counted) AS decisions, sumIf(counted, decision = 'deny') AS denials,
    ${distinctSql(['agent_key'])} AS agents, ${distinctSql(['human_key'])} AS humans,
    ${distinctSql(['server'])} AS servers, ${distinctSql(['server', 'tool'])} AS tools, min(first_at) AS first_seen, max(last_at) AS last_seen
FROM ${sourceSql(request, binder)}
WHERE ${key} != ''
GROUP BY key
ORDER BY decisions DESC, key ASC
LIMIT ${binder.bind(limit, 'UInt64')}`;
    return question(`entities.${kind}`, sql, binder, counts);
  });
}

/** The newest names, out of the rows of the hours in which each was seen last: rollups have no names. */
function namesInRows(kind: EntityKind, selection: Selection, found: readonly z.infer<typeof counts>[]) {
  const binder = new Binder();
  const { key, name, email } = entityColumns[kind];
  const hours = [...new Set(found.map(({ last_seen }) => hourOf(Date.parse(last_seen)) / secondMs))];
  const keys = binder.bind(
    found.map((row) => row.key),
    'Array(String)',
  );
  const sql = `SELECT ${key} AS key, argMax(${name}, occurred_at) AS name, argMax(${email}, occurred_at) AS email
FROM custody.decisions
WHERE ${whereSql(selection, binder)} AND ${key} IN ${keys}
  AND toStartOfHour(occurred_at) IN (SELECT toDateTime(arrayJoin(${binder.bind(hours, 'Array(UInt32)')}), 'UTC'))
GROUP BY key`;
  return question(`entities.names.${kind}`, sql, binder, nameRow);
}

/** Names as the source lists them, for those whose rows are gone. */
function namesListed(keys: readonly string[], scope: Scope) {
  const binder = new Binder();
  const conditions = [`user_key IN ${binder.bind(keys, 'Array(String)')}`, ...environmentScopeSql(scope, binder)];
  const sql = `SELECT user_key AS key, max(name) AS name, max(email) AS email
FROM custody_internal.facts FINAL
WHERE kind = 'identity' AND ${conditions.join(' AND ')}
GROUP BY key`;
  return question('entities.listed', sql, binder, nameRow);
}

/** Agents, humans or servers of a selection with simple counts, the busiest first. Throws `STORE_*`. */
export async function readEntities(
  client: StoreClient,
  kind: EntityKind,
  selection: Selection,
  limit: number,
  options: PlanningOptions = {},
): Promise<EntityRow[]> {
  const found = await readCounts(client, kind, selection, limit, options);
  const names = new Map<string, z.infer<typeof nameRow>>();
  const learn = (rows: readonly z.infer<typeof nameRow>[]) => {
    for (const row of rows) names.set(row.key, row);
  };
  if (kind !== 'servers' && found.length > 0) {
    learn(await ask(client, namesInRows(kind, selection, found), options));
    const unnamed = found.map(({ key }) => key).filter((key) => !names.has(key));
    if (unnamed.length > 0) learn(await ask(client, namesListed(unnamed, selection.scope), options));
  }
  return found.map((row) => ({ name: '', email: '', ...names.get(row.key), ...row }));
}
