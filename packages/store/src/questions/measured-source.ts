import type { Grain } from '../plan/calendar.ts';
import type { Plan } from '../plan/plan.ts';
import { sourceSql } from '../plan/source-sql.ts';
import { bucketSql } from './buckets.ts';
import { type Dimension, dimensionsSql } from './dimensions.ts';
import { type Measure, measuredColumns, measureTimes } from './measures.ts';
import type { Binder } from './question.ts';
import type { Selection } from './selection.ts';

interface Measuring {
  readonly plan: Plan;
  readonly selection: Selection;
  readonly measures: readonly Measure[];
  /** Each instant counts as the one `shiftMs` later. */
  readonly bucket?: Grain | undefined;
}

/** What a plan reads, with the columns that groups, `bucket_ms` and measures are made of. */
export function measuredSource(
  { groupBy, timeZone }: { readonly groupBy: readonly Dimension[]; readonly timeZone: string },
  { plan, selection, measures, bucket }: Measuring,
  binder: Binder,
): string {
  const bucketOf = (instant: string) => {
    if (bucket === undefined) return [];
    const shifted =
      bucket.shiftMs === 0
        ? instant
        : `toDateTime64(${instant}, 3, 'UTC') + toIntervalMillisecond(${binder.bind(bucket.shiftMs, 'Int64')})`;
    return [`${bucketSql(bucket.size, timeZone, binder, shifted)} AS bucket_ms`];
  };
  const columns = (instant: string) => [
    ...bucketOf(instant),
    ...dimensionsSql(groupBy, timeZone, instant, binder),
    ...new Set(measuredColumns(measures)),
  ];
  return sourceSql({ plan, selection, columns, hasTimes: measureTimes(measures) }, binder);
}
