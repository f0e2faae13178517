import {
  type AggregateRequest,
  type Comparison,
  type PlanningOptions,
  readOthers,
  readSeries,
  type SeriesRequest,
  type StoreClient,
} from '@custody/store';
import { fillBuckets, withCompared } from './fill-buckets.ts';
import type { Measured, MeasuredRow } from './measured.ts';

type Row = Readonly<Record<string, string | number | null>>;

/** What is counted of all groups that are left out, in the range and in the range of comparison. */
export interface OtherCounts {
  readonly counted: readonly Row[];
  readonly compared: readonly Row[] | null;
}

const isAny = (rows: readonly Row[] | null) => rows?.some(({ m_decisions }) => Number(m_decisions) > 0) ?? false;

/** Whether anything is left out is told by the count, which may not be asked for. */
function counting<Request extends AggregateRequest>(request: Request): Request {
  return { ...request, measures: [...new Set([...request.measures, 'decisions' as const])] };
}

/** The others of an aggregate. Throws `STORE_*`. */
export async function readOtherGroups(
  store: StoreClient,
  request: AggregateRequest,
  comparison: Comparison | undefined,
  options: PlanningOptions,
): Promise<OtherCounts> {
  const of = (range: Comparison['range']) => readOthers(store, counting(request), range, options);
  const [counted, compared] = await Promise.all([
    of(request.selection.range),
    comparison ? of(comparison.range) : null,
  ]);
  return { counted, compared };
}

/** The others of a trend. Throws `STORE_*`. */
export async function readOtherSeries(
  store: StoreClient,
  request: SeriesRequest,
  comparison: Comparison | undefined,
  options: PlanningOptions,
): Promise<OtherCounts> {
  const asked = { ...counting(request), isOthers: true };
  const [counted, compared] = await Promise.all([
    readSeries(store, asked, options),
    comparison ? readSeries(store, asked, options, comparison) : null,
  ]);
  return { counted, compared };
}

/** Marks rows as the ones of all others: of no group by name. */
function marked(rows: readonly MeasuredRow[], { groupBy }: Measured): MeasuredRow[] {
  const nobody = Object.fromEntries(groupBy.map((name) => [name, null]));
  return rows.map(({ bucket, ...row }) => ({
    ...(bucket === undefined ? {} : { bucket }),
    ...nobody,
    ...row,
    other: true,
  }));
}

/** The row of the others of an aggregate; none where nothing is left out. */
export function otherRows({ counted, compared }: OtherCounts, measured: Measured): MeasuredRow[] {
  if (!isAny(counted) && !isAny(compared)) return [];
  return marked(withCompared(counted, compared, { ...measured, groupBy: [] }), measured);
}

/** The others of a trend, a row each bucket; none where nothing is left out. */
export function otherBuckets(
  { counted, compared }: OtherCounts,
  buckets: readonly number[],
  comparison: Comparison | undefined,
  measured: Measured,
): MeasuredRow[] {
  if (!isAny(counted) && !isAny(compared)) return [];
  const earlier = comparison && compared ? { counted: compared, comparison } : null;
  const series = { buckets, groups: [{}], counted, compared: earlier };
  return marked(fillBuckets(series, { ...measured, groupBy: [] }), measured);
}
