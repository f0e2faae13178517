import { z } from 'zod';
import type { StoreClient } from '../client.ts';
import { answerPlanned, type PlanningOptions } from '../plan/answer-planned.ts';
import type { Plan } from '../plan/plan.ts';
import { sourceSql } from '../plan/source-sql.ts';
import { type EntityName, readNames, type SeenEntity } from './entity-names.ts';
import { deniedSql, distinctSql, undecidedSql } from './measures.ts';
import { Binder, question } from './question.ts';
import type { Selection } from './selection.ts';

/**
 * How a caller stands to the human: `own` is the human, `authorized` acted for exactly this one, `possible` for one of
 * several who fit, `unknown` for somebody who is not known, `none` for nobody.
 */
export const chainRelations = ['own', 'authorized', 'possible', 'unknown', 'none'] as const;

const chainRow = z.object({
  agent_key: z.string(),
  human_key: z.string(),
  relation: z.enum(chainRelations),
  server: z.string(),
  decisions: z.number(),
  allowed: z.number(),
  denied: z.number(),
  undecided: z.number(),
  exact: z.number(),
  tools: z.number(),
  first_seen: z.string(),
  last_seen: z.string(),
});

/** What one caller did on one server for one human, with the names of both. */
export type ChainRow = z.infer<typeof chainRow> & {
  readonly agent_name: string;
  readonly human_name: string;
  readonly human_email: string;
};

const columns = ['agent_key', 'human_key', 'attribution', 'server', 'tool', 'decision'];
const keys = ['agent_key', 'human_key', 'relation', 'server'].join(', ');

const relationSql = `multiIf(human_key != '' AND human_key = agent_key, 'own', human_key != '', 'authorized',
    attribution = 'ambiguous', 'possible', attribution = 'none', 'none', 'unknown')`;

function readCounts(client: StoreClient, selection: Selection, limit: number, options: PlanningOptions) {
  const ranges = [{ range: selection.range, columns, grains: [] }];
  const planning = { key: JSON.stringify(['chains', selection, limit]), selection, timeZone: 'UTC', ranges };
  return answerPlanned(client, planning, options, ({ plans, selection: rest }) => {
    const binder = new Binder();
    const request = { plan: plans[0] as Plan, selection: rest, columns: () => columns, hasTimes: true };
    const sql = `SELECT agent_key, human_key, ${relationSql} AS relation, server, sum(counted) AS decisions,
    sumIf(counted, decision = 'allow') AS allowed, ${deniedSql} AS denied,
    ${undecidedSql} AS undecided, sumIf(counted, attribution = 'exact') AS exact,
    ${distinctSql(['tool'])} AS tools, min(first_at) AS first_seen, max(last_at) AS last_seen
FROM ${sourceSql(request, binder)}
GROUP BY ${keys}
ORDER BY decisions DESC, ${keys}
LIMIT ${binder.bind(limit, 'UInt64')}`;
    return question('chains', sql, binder, chainRow);
  });
}

/** Each key once, with the newest of its times. */
function seenLast(rows: readonly z.infer<typeof chainRow>[], key: 'agent_key' | 'human_key'): SeenEntity[] {
  const last = new Map<string, string>();
  for (const row of rows) {
    if (row[key] !== '' && row.last_seen > (last.get(row[key]) ?? '')) last.set(row[key], row.last_seen);
  }
  return [...last].map(([name, last_seen]) => ({ key: name, last_seen }));
}

/** Who did how much for whom on which server, allowed and denied apart, the busiest first. Throws `STORE_*`. */
export async function readChains(
  client: StoreClient,
  selection: Selection,
  limit: number,
  options: PlanningOptions = {},
): Promise<ChainRow[]> {
  const found = await readCounts(client, selection, limit, options);
  const [agents, humans] = await Promise.all([
    readNames(client, 'agents', selection, seenLast(found, 'agent_key'), options),
    readNames(client, 'humans', selection, seenLast(found, 'human_key'), options),
  ]);
  const nobody: EntityName = { key: '', name: '', email: '' };
  return found.map((row) => {
    const { name, email } = humans.get(row.human_key) ?? nobody;
    const agent_name = (agents.get(row.agent_key) ?? nobody).name;
    return { ...row, agent_name, human_name: name, human_email: email };
  });
}
