import { hourOf, secondMs } from '@custody/decision';
import { z } from 'zod';
import type { StatementOptions, StoreClient } from '../client.ts';
import { ask, Binder, question } from './question.ts';
import { environmentScopeSql, type Scope } from './scope.ts';
import { type Selection, whereSql } from './selection.ts';

/** The columns that agents and humans are named by. */
const nameColumns = {
  agents: { key: 'agent_key', name: 'agent_name', email: `''` },
  humans: { key: 'human_key', name: 'human_name', email: 'human_email' },
} as const;

const nameRow = z.object({ key: z.string(), name: z.string(), email: z.string() });
export type EntityName = z.infer<typeof nameRow>;

/** Somebody, and when they were seen last in a selection; RFC 3339. */
export interface SeenEntity {
  readonly key: string;
  readonly last_seen: string;
}

/** The newest names, out of the rows of the hours in which each was seen last: rollups have no names. */
function namesInRows(kind: keyof typeof nameColumns, selection: Selection, seen: readonly SeenEntity[]) {
  const binder = new Binder();
  const { key, name, email } = nameColumns[kind];
  const hours = [...new Set(seen.map(({ last_seen }) => hourOf(Date.parse(last_seen)) / secondMs))];
  const keys = binder.bind(
    seen.map((row) => row.key),
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

/** The names of agents or humans that were seen in a selection, by key. Throws `STORE_*`. */
export async function readNames(
  client: StoreClient,
  kind: keyof typeof nameColumns,
  selection: Selection,
  seen: readonly SeenEntity[],
  options: StatementOptions = {},
): Promise<Map<string, EntityName>> {
  const names = new Map<string, EntityName>();
  const learn = (rows: readonly EntityName[]) => {
    for (const row of rows) names.set(row.key, row);
  };
  if (seen.length === 0) return names;
  learn(await ask(client, namesInRows(kind, selection, seen), options));
  const unnamed = seen.map(({ key }) => key).filter((key) => !names.has(key));
  if (unnamed.length > 0) learn(await ask(client, namesListed(unnamed, selection.scope), options));
  return names;
}
