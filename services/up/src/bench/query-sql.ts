import { defineQuery, runQuery, type StoreClient } from '@custody/store';
import { z } from 'zod';
import type { CountsQuestion } from './query-questions.ts';

/** What may be asked past the planner, in SQL that owes it nothing: rows, or public views of sums. */
export type Source = 'rows' | 'hourly' | 'daily';

const sources = {
  rows: { table: 'custody_internal.decisions FINAL', instant: 'occurred_at', type: 'DateTime64(3)', count: 'count()' },
  hourly: { table: 'custody.decisions_hourly', instant: 'hour', type: 'DateTime', count: 'sum(decisions)' },
  daily: { table: 'custody.decisions_daily', instant: 'day', type: 'Date', count: 'sum(decisions)' },
} as const;

const columns: Readonly<Record<string, string>> = {
  agent: 'agent_key',
  human: 'human_key',
  server: 'server',
  tool: 'tool',
};
const buckets: Readonly<Record<string, string>> = { hour: 'toStartOfHour', day: 'toStartOfDay' };

function measureSql(measure: string, source: Source): string {
  const { count } = sources[source];
  const deny = source === 'rows' ? `countIf(decision = 'deny')` : 'sum(denials)';
  const sql: Readonly<Record<string, string>> = {
    decisions: count,
    denials: deny,
    deny_rate: `${deny} / ${count}`,
    agents: 'uniqExact(agent_key)',
    tools: 'uniqExact(server, tool)',
  };
  return `${sql[measure]} AS m_${measure}`;
}

/** Which view could answer it: of days where they are UTC and whole, of hours otherwise. */
export function viewOf({ bucket, timeZone = 'UTC', range }: CountsQuestion): 'hourly' | 'daily' | null {
  // Half an hour of a day in Kolkata is not in a sum of UTC hours.
  if (timeZone !== 'UTC') return null;
  const dayMs = 86_400_000;
  return bucket !== 'hour' && range.fromMs % dayMs === 0 && range.toMs % dayMs === 0 ? 'daily' : 'hourly';
}

const anyRow = z.record(z.string(), z.union([z.string(), z.number(), z.null()]));
export type AnyRow = z.infer<typeof anyRow>;

/** Asks a question of rows or of a view: the same names as the store's answers, in no order. Throws `STORE_*`. */
export async function askSql(
  client: StoreClient,
  question: CountsQuestion,
  source: Source,
  envId: string,
): Promise<AnyRow[]> {
  const { groupBy, measures, bucket, timeZone = 'UTC', filter, order, limit } = question;
  const { table, instant } = sources[source];
  const at = source === 'daily' ? `toDateTime(day, 'UTC')` : instant;
  const bucketSql =
    bucket === undefined
      ? []
      : [`toUnixTimestamp(${buckets[bucket]}(toTimeZone(${at}, {zone:String}))) * 1000 AS bucket_ms`];
  const groups = groupBy.map((name) => `${columns[name]} AS g_${name}`);
  const names = [...(bucket === undefined ? [] : ['bucket_ms']), ...groupBy.map((name) => `g_${name}`)];
  const wanted = new Set([...measures, ...(groupBy.includes(order.by as never) ? [] : [order.by])]);
  const bound = (name: string) =>
    source === 'daily' ? `toDate({${name}:UInt32})` : `toDateTime({${name}:UInt32}, 'UTC')`;
  const day = (ms: number) => (source === 'daily' ? ms / 86_400_000 : ms / 1_000);
  const sql = `SELECT ${[...bucketSql, ...groups, ...[...wanted].map((measure) => measureSql(measure, source))].join(', ')}
FROM ${table}
WHERE env_id = {env:String} AND ${instant} >= ${bound('from')} AND ${instant} < ${bound('to')}
  ${filter === undefined ? '' : `AND ${filter.column} = {value:String}`}
GROUP BY ${names.join(', ')}
${bucket === undefined ? `ORDER BY m_${order.by} DESC, ${groupBy.map((name) => `g_${name}`).join(', ')} LIMIT {limit:UInt64}` : ''}`;
  const params = { env: envId, zone: timeZone, value: filter?.value ?? '', limit };
  const query = defineQuery({ name: `bench.${source}`, sql, params: z.record(z.string(), z.unknown()), row: anyRow });
  const ask = (range: CountsQuestion['range']) =>
    runQuery(client, query, { ...params, from: day(range.fromMs), to: day(range.toMs) });
  const [found, before] = await Promise.all([
    ask(question.range),
    question.compared === undefined ? [] : ask(question.compared.range),
  ]);
  // Of the earlier range the groups of the later one are asked for.
  const keyOf = (row: AnyRow) => groupBy.map((name) => row[`g_${name}`]).join();
  const keys = new Set(found.map(keyOf));
  return [...found, ...before.filter((row) => keys.has(keyOf(row)))];
}

const idRow = z.object({ decision_id: z.string() });

/** The newest denials, by their ids. Throws `STORE_*`. */
export function newestRows(client: StoreClient, table: string, envId: string, limit: number): Promise<AnyRow[]> {
  const query = defineQuery({
    name: 'bench.newest',
    sql: `SELECT decision_id FROM ${table} WHERE env_id = {env:String} AND decision = 'deny'
ORDER BY occurred_at DESC, decision_id DESC LIMIT {limit:UInt64}`,
    params: z.object({ env: z.string(), limit: z.number() }),
    row: idRow,
  });
  return runQuery(client, query, { env: envId, limit });
}

/** A decision by its id. Throws `STORE_*`. */
export function rowOfId(client: StoreClient, table: string, id: string): Promise<AnyRow[]> {
  const query = defineQuery({
    name: 'bench.by_id',
    sql: `SELECT decision_id FROM ${table} WHERE decision_id = {id:UUID}`,
    params: z.object({ id: z.string() }),
    row: idRow,
  });
  return runQuery(client, query, { id });
}
