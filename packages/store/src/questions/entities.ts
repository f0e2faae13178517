import { z } from 'zod';
import type { StoreClient } from '../client.ts';
import { answerPlanned, type PlanningOptions } from '../plan/answer-planned.ts';
import type { Plan } from '../plan/plan.ts';
import { sourceSql } from '../plan/source-sql.ts';
import { type EntityName, readNames } from './entity-names.ts';
import { deniedSql, distinctSql, undecidedSql } from './measures.ts';
import { Binder, question } from './question.ts';
import type { Selection } from './selection.ts';

/** What each list is about. */
const entityColumns = { agents: 'agent_key', humans: 'human_key', servers: 'server' } as const;
export type EntityKind = keyof typeof entityColumns;

const counts = z.object({
  key: z.string(),
  decisions: z.number(),
  denials: z.number(),
  undecided: z.number(),
  agents: z.number(),
  humans: z.number(),
  servers: z.number(),
  tools: z.number(),
  first_seen: z.string(),
  last_seen: z.string(),
});

export type EntityRow = z.infer<typeof counts> & { readonly name: string; readonly email: string };

/** Where a page of a list ended: the last one on it, and its decisions. */
export interface EntityPosition {
  readonly decisions: number;
  readonly key: string;
}

export interface EntitiesWanted {
  readonly selection: Selection;
  /** Those that come after; `null` from the busiest on. */
  readonly after: EntityPosition | null;
  readonly limit: number;
}

const countedColumns = ['agent_key', 'human_key', 'server', 'tool', 'decision'];

function afterSql(after: EntityPosition | null, binder: Binder): string {
  if (after === null) return '';
  const decisions = binder.bind(after.decisions, 'UInt64');
  return `HAVING decisions < ${decisions} OR (decisions = ${decisions} AND key > ${binder.bind(after.key, 'String')})\n`;
}

function readCounts(
  client: StoreClient,
  kind: EntityKind,
  { selection, after, limit }: EntitiesWanted,
  options: PlanningOptions,
): Promise<z.infer<typeof counts>[]> {
  const ranges = [{ range: selection.range, columns: countedColumns, grains: [] }];
  const planning = { key: JSON.stringify([kind, selection, limit, after]), selection, timeZone: 'UTC', ranges };
  return answerPlanned(client, planning, options, ({ plans, selection: rest }) => {
    const binder = new Binder();
    const key = entityColumns[kind];
    const request = { plan: plans[0] as Plan, selection: rest, columns: () => countedColumns, hasTimes: true };
    const sql = `SELECT ${key} AS key, sum(counted) AS decisions, ${deniedSql} AS denials, ${undecidedSql} AS undecided,
    ${distinctSql(['agent_key'])} AS agents, ${distinctSql(['human_key'])} AS humans,
    ${distinctSql(['server'])} AS servers, ${distinctSql(['server', 'tool'])} AS tools, min(first_at) AS first_seen, max(last_at) AS last_seen
FROM ${sourceSql(request, binder)}
WHERE ${key} != ''
GROUP BY key
${afterSql(after, binder)}ORDER BY decisions DESC, key ASC
LIMIT ${binder.bind(limit, 'UInt64')}`;
    return question(`entities.${kind}`, sql, binder, counts);
  });
}

/** A page of agents, humans or servers of a selection with simple counts, the busiest first. Throws `STORE_*`. */
export async function readEntitiesPage(
  client: StoreClient,
  kind: EntityKind,
  wanted: EntitiesWanted,
  options: PlanningOptions = {},
): Promise<EntityRow[]> {
  const found = await readCounts(client, kind, wanted, options);
  const names =
    kind === 'servers'
      ? new Map<string, EntityName>()
      : await readNames(client, kind, wanted.selection, found, options);
  return found.map((row) => ({ name: '', email: '', ...names.get(row.key), ...row }));
}

/** The busiest agents, humans or servers of a selection. Throws `STORE_*`. */
export function readEntities(
  client: StoreClient,
  kind: EntityKind,
  selection: Selection,
  limit: number,
  options: PlanningOptions = {},
): Promise<EntityRow[]> {
  return readEntitiesPage(client, kind, { selection, after: null, limit }, options);
}
