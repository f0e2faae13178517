import { hourMs, minuteMs, type SeriesName, type TimeRange, type WatchedKind } from '@custody/decision';
import { z } from 'zod';
import type { StatementOptions, StoreClient } from '../client.ts';
import { ask, Binder, question } from '../questions/question.ts';
import { instantSql } from '../questions/selection.ts';
import { isOneOfSql, namesSql } from './denials.ts';
import type { HistoryRange } from './history-asked-for.ts';
import { bucketMs, keyOfKindSql, seriesSql, toolSql } from './series-sql.ts';

export interface ObservedRequest {
  readonly envIds: readonly string[];
  readonly atMs: number;
  /** Fewer denials in the last hour are not looked at. */
  readonly leastCount: number;
  /** Are given however few they have. */
  readonly openSeries: readonly SeriesName[];
  /** What happened then is history, and counts for nothing that somebody is told of. */
  readonly history: readonly HistoryRange[];
}

const kind = z.enum(['agent', 'human', 'server', 'tool', 'reason', 'environment']);

const observedRow = z.object({
  env_id: z.string(),
  kind,
  key: z.string(),
  bucket: z.number(),
  quarter: z.number(),
  half: z.number(),
  block: z.number(),
  tools: z.array(z.string()),
});

/** Denials of the last hour of a series, and of its last parts, from its rows. */
export interface ObservedSeries extends SeriesName {
  readonly kind: WatchedKind;
  readonly bucket: number;
  readonly quarter: number;
  readonly half: number;
  readonly block: number;
  readonly tools: readonly string[];
}

/** Tools of one series that are told, at most. */
const mostTools = 100;

/** Rows of environments in a range, to be asked of; each decision once, and none of what is history. */
export function rowsSql(
  envIds: readonly string[],
  { fromMs, toMs }: TimeRange,
  binder: Binder,
  history: readonly HistoryRange[] = [],
): string {
  const known = history.filter((one) => one.fromMs < toMs && fromMs < one.toMs);
  const left = known.map((one) => ` AND NOT (${isHistorySql(one, binder)})`);
  return `custody_internal.decisions FINAL
WHERE env_id IN ${binder.bind(envIds, 'Array(String)')}
  AND occurred_at >= ${instantSql(fromMs, binder)} AND occurred_at < ${instantSql(toMs, binder)}${left.join('')}`;
}

/** That a row is history of that time. */
export function isHistorySql({ envId, fromMs, toMs }: HistoryRange, binder: Binder): string {
  return `env_id = ${binder.bind(envId, 'String')} AND occurred_at >= ${instantSql(fromMs, binder)} AND occurred_at < ${instantSql(toMs, binder)}`;
}

/** That environment `e` and key `k` are of a series of the kind with denials enough in the hour before a moment. */
export function isWatchedSql(kind: WatchedKind, request: ObservedRequest, binder: Binder): string {
  const { envIds, atMs, leastCount, openSeries, history } = request;
  // Keys of a single environment are looked up in the dictionary of a column, pairs row by row.
  const [looked, environment] = envIds.length === 1 ? ['k', ''] : ['(e, k)', 'env_id, '];
  const watched = `${looked} IN (SELECT ${environment}${keyOfKindSql[kind]} AS key FROM ${rowsSql(envIds, { fromMs: atMs - hourMs, toMs: atMs }, binder, history)}
    AND decision = 'deny' GROUP BY ${environment}key HAVING count() >= ${binder.bind(leastCount, 'UInt32')})`;
  return openSeries.some((one) => one.kind === kind)
    ? `(${watched} OR ${isOneOfSql(kind, openSeries, binder)})`
    : watched;
}

/** Series with denials enough in the hour before a moment, as `env_id`, `kind` and `key`. */
function watchedSql(columns: string, request: ObservedRequest, binder: Binder): string {
  const { envIds, atMs, leastCount, openSeries, history } = request;
  const least = binder.bind(leastCount, 'UInt32');
  const open = openSeries.length === 0 ? '' : ` OR (env_id, kind, key) IN ${namesSql(openSeries, binder)}`;
  return `SELECT env_id, series.1 AS kind, series.2 AS key${columns}
FROM (
  SELECT toString(env_id) AS env_id, occurred_at, ${toolSql} AS server_tool, arrayJoin(${seriesSql}) AS series
  FROM ${rowsSql(envIds, { fromMs: atMs - hourMs, toMs: atMs }, binder, history)} AND decision = 'deny'
)
GROUP BY env_id, kind, key
HAVING count() >= ${least}${open}`;
}

/**
 * What was denied in the last five minutes, quarter, half and whole hour, by series: those with denials enough, and those that were
 * asked for by name where they have any. Throws `STORE_*`.
 */
export async function readObserved(
  client: StoreClient,
  request: ObservedRequest,
  options: StatementOptions = {},
): Promise<ObservedSeries[]> {
  const binder = new Binder();
  const inLast = (ms: number) => `occurred_at >= ${instantSql(request.atMs - ms, binder)}`;
  const isRecent = inLast(bucketMs);
  const columns = `, countIf(${isRecent}) AS bucket, countIf(${inLast(15 * minuteMs)}) AS quarter,
  countIf(${inLast(30 * minuteMs)}) AS half, count() AS block,
  arraySort(groupUniqArrayIf(${mostTools})(server_tool, ${isRecent} AND server_tool != '')) AS tools`;
  const asked = question('detection.observed', watchedSql(columns, request, binder), binder, observedRow);
  const rows = await ask(client, asked, options);
  return rows.map(({ env_id: envId, ...row }) => ({ envId, ...row }));
}
