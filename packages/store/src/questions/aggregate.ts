import type { TimeRange } from '@custody/decision';
import { z } from 'zod';
import { type BucketSize, bucketSql } from './buckets.ts';
import { type Dimension, dimensionsSql } from './dimensions.ts';
import { type Measure, measuresSql } from './measures.ts';
import { Binder, question } from './question.ts';
import { type Selection, whereSql } from './selection.ts';

export interface Order {
  readonly by: Measure | Dimension;
  readonly descending: boolean;
}

export interface AggregateRequest {
  readonly selection: Selection;
  readonly measures: readonly Measure[];
  readonly groupBy: readonly Dimension[];
  readonly order: Order;
  readonly limit: number;
  /** IANA; for `hour_of_day` and `day_of_week`. */
  readonly timeZone: string;
}

/** Group-by names carry the prefix `g_`, measures `m_`. */
const groupRow = z.record(z.string(), z.union([z.string(), z.number(), z.null()]));

function orderSql({ by, descending }: Order, groupBy: readonly Dimension[]): string {
  const isGroup = (groupBy as readonly string[]).includes(by);
  const first = `${isGroup ? 'g' : 'm'}_${by} ${descending ? 'DESC' : 'ASC'} NULLS LAST`;
  // The groups' own names at the end, so that equal measures come in the same order every time.
  return [first, ...groupBy.map((name) => `g_${name} ASC`)].join(', ');
}

function groupedSql(request: AggregateRequest, binder: Binder): string {
  const { selection, groupBy, order, limit, timeZone } = request;
  const needed = (groupBy as readonly string[]).includes(order.by) ? [] : [order.by as Measure];
  const columns = [
    ...dimensionsSql(groupBy, timeZone, binder),
    ...measuresSql([...new Set([...request.measures, ...needed])]),
  ];
  const groups = groupBy.map((name) => `g_${name}`).join(', ');
  return `SELECT ${columns.join(', ')}
FROM custody.decisions
WHERE ${whereSql(selection, binder)}${groups === '' ? '' : `\nGROUP BY ${groups}`}
ORDER BY ${orderSql(order, groupBy)}
LIMIT ${binder.bind(limit, 'UInt64')}`;
}

/** Restricts rows to the groups that `aggregate` returns for the same request. */
function chosenGroupsSql(request: AggregateRequest, binder: Binder): string {
  const groups = request.groupBy.map((name) => `g_${name}`).join(', ');
  return groups === '' ? '' : ` AND (${groups}) IN (SELECT ${groups} FROM (${groupedSql(request, binder)}))`;
}

/** Measures over a selection by groups; without groups exactly one row. */
export function aggregate(request: AggregateRequest) {
  const binder = new Binder();
  return question('decisions.aggregate', groupedSql(request, binder), binder, groupRow);
}

/** An earlier range to compare with. Each of its instants counts as the one `shiftMs` later. */
export interface Comparison {
  readonly range: TimeRange;
  readonly shiftMs: number;
}

/** The measures of the groups that `aggregate` returns for the request, over another range. */
export function comparedAggregate(request: AggregateRequest, { range }: Comparison) {
  const { selection, measures, groupBy, timeZone } = request;
  const binder = new Binder();
  const columns = [...dimensionsSql(groupBy, timeZone, binder), ...measuresSql(measures)];
  const sql = `SELECT ${columns.join(', ')}
FROM custody.decisions
WHERE ${whereSql({ ...selection, range }, binder)}${chosenGroupsSql(request, binder)}
${groupBy.length === 0 ? '' : `GROUP BY ${groupBy.map((name) => `g_${name}`).join(', ')}`}`;
  return question('decisions.compared', sql, binder, groupRow);
}

export interface SeriesRequest extends AggregateRequest {
  readonly bucket: BucketSize;
}

/**
 * The same by time: measures of the groups that `aggregate` returns for the same request, bucket by bucket. With a
 * comparison those of its range, in the buckets that they are to be compared with.
 */
export function series(request: SeriesRequest, comparison?: Comparison) {
  const { selection, measures, groupBy, timeZone, bucket } = request;
  const binder = new Binder();
  const instant = comparison
    ? `occurred_at + toIntervalMillisecond(${binder.bind(comparison.shiftMs, 'Int64')})`
    : 'occurred_at';
  const columns = [
    `${bucketSql(bucket, timeZone, binder, instant)} AS bucket_ms`,
    ...dimensionsSql(groupBy, timeZone, binder),
    ...measuresSql(measures),
  ];
  const range = comparison?.range ?? selection.range;
  const sql = `SELECT ${columns.join(', ')}
FROM custody.decisions
WHERE ${whereSql({ ...selection, range }, binder)}${chosenGroupsSql(request, binder)}
GROUP BY ${['bucket_ms', ...groupBy.map((name) => `g_${name}`)].join(', ')}
ORDER BY bucket_ms`;
  return question('decisions.series', sql, binder, groupRow);
}
