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

/** Measures over a selection by groups; without groups exactly one row. */
export function aggregate(request: AggregateRequest) {
  const binder = new Binder();
  return question('decisions.aggregate', groupedSql(request, binder), binder, groupRow);
}

export interface SeriesRequest extends AggregateRequest {
  readonly bucket: BucketSize;
}

/** The same by time: measures of the groups that `aggregate` returns for the same request, bucket by bucket. */
export function series(request: SeriesRequest) {
  const { selection, measures, groupBy, timeZone, bucket } = request;
  const binder = new Binder();
  const columns = [
    `${bucketSql(bucket, timeZone, binder)} AS bucket_ms`,
    ...dimensionsSql(groupBy, timeZone, binder),
    ...measuresSql(measures),
  ];
  const groups = groupBy.map((name) => `g_${name}`);
  const chosen =
    groups.length === 0
      ? ''
      : ` AND (${groups.join(', ')}) IN (SELECT ${groups.join(', ')} FROM (${groupedSql(request, binder)}))`;
  const sql = `SELECT ${columns.join(', ')}
FROM custody.decisions
WHERE ${whereSql(selection, binder)}${chosen}
GROUP BY ${['bucket_ms', ...groups].join(', ')}
ORDER BY bucket_ms`;
  return question('decisions.series', sql, binder, groupRow);
}
