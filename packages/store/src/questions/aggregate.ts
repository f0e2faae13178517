import type { TimeRange } from '@custody/decision';
import type { z } from 'zod';
import type { StoreClient } from '../client.ts';
import type { Counting } from '../pieces/counting.ts';
import {
  comparedRows,
  firstGroups,
  groupRows,
  inside,
  outside,
  seriesRows,
  summedUp,
  summedUpByBucket,
} from '../pieces/finish.ts';
import {
  answerPlanned,
  type PlannedQuestion,
  type PlannedRange,
  type PlanningOptions,
  type Plans,
} from '../plan/answer-planned.ts';
import type { Grain } from '../plan/calendar.ts';
import type { Plan } from '../plan/plan.ts';
import { recordOf } from '../record-of.ts';
import type { BucketSize } from './buckets.ts';
import { type Dimension, groupedColumns, groupedGrains } from './dimensions.ts';
import { measuredSource } from './measured-source.ts';
import { type Measure, measuredColumns, measuresSql } from './measures.ts';
import { Binder, question } from './question.ts';
import type { Selection } from './selection.ts';

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
const groupRow = recordOf(
  (value): value is string | number | null => typeof value === 'string' || typeof value === 'number' || value === null,
);
export type GroupRow = z.infer<typeof groupRow>;

/** An earlier range to compare with. Each of its instants counts as the one `shiftMs` later. */
export interface Comparison {
  readonly range: TimeRange;
  readonly shiftMs: number;
}

export interface SeriesRequest extends AggregateRequest {
  /** Of all groups but those that `readAggregate` returns for the request, as one. */
  readonly isOthers?: boolean;
  readonly bucket: BucketSize;
}

function isGroup({ groupBy, order }: AggregateRequest): boolean {
  return (groupBy as readonly string[]).includes(order.by);
}

/** What has to be measured to choose and order the groups. */
function orderedMeasures(request: AggregateRequest): Measure[] {
  return [...new Set([...request.measures, ...(isGroup(request) ? [] : [request.order.by as Measure])])];
}

function orderSql(request: AggregateRequest, measurePrefix = 'm'): string {
  const { order, groupBy } = request;
  const first = `${isGroup(request) ? 'g' : measurePrefix}_${order.by} ${order.descending ? 'DESC' : 'ASC'} NULLS LAST`;
  // The groups' own names at the end, so that equal measures come in the same order every time.
  return [first, ...groupBy.map((name) => `g_${name} ASC`)].join(', ');
}

/** What groups and measures look at in a range; buckets are grains of their own. */
function planned(
  request: AggregateRequest,
  range: TimeRange,
  measures: readonly Measure[],
  buckets: readonly Grain[] = [],
): PlannedRange {
  return {
    range,
    columns: [...groupedColumns(request.groupBy), ...measuredColumns(measures)],
    grains: [...groupedGrains(request.groupBy).map((size) => ({ size, shiftMs: 0 })), ...buckets],
  };
}

/** The groups of a request with what orders them, as `readAggregate` returns them. */
function groupedSql(request: AggregateRequest, plan: Plan, selection: Selection, binder: Binder): string {
  const measures = orderedMeasures(request);
  const groups = request.groupBy.map((name) => `g_${name}`);
  return `SELECT ${[...groups, ...measuresSql(measures)].join(', ')}
FROM ${measuredSource(request, { plan, selection, measures }, binder)}${groups.length === 0 ? '' : `\nGROUP BY ${groups.join(', ')}`}
ORDER BY ${orderSql(request)}
LIMIT ${binder.bind(request.limit, 'UInt64')}`;
}

/** Restricts rows to the groups that `readAggregate` returns for the same request, or to all others. */
function chosenGroupsSql(
  request: AggregateRequest,
  plan: Plan | undefined,
  selection: Selection,
  binder: Binder,
  isOthers = false,
) {
  if (plan === undefined) return '';
  const groups = request.groupBy.map((name) => `g_${name}`).join(', ');
  return `\nWHERE (${groups}) ${isOthers ? 'NOT IN' : 'IN'} (SELECT ${groups} FROM (${groupedSql(request, plan, selection, binder)}))`;
}

/** Where groups are chosen, the range that they are chosen by. */
function choosing(request: AggregateRequest): PlannedRange[] {
  return request.groupBy.length === 0 ? [] : [planned(request, request.selection.range, orderedMeasures(request))];
}

/** The same as something that is counted piece by piece. */
function countingOf({ groupBy }: AggregateRequest, measures: readonly Measure[], bucket?: Grain): Counting {
  return { groupBy, measures, ...(bucket && { bucket }) };
}

function choosingOf(request: AggregateRequest): Counting[] {
  return request.groupBy.length === 0 ? [] : [countingOf(request, orderedMeasures(request))];
}

function planningOf(name: string, request: AggregateRequest, ranges: readonly PlannedRange[]): PlannedQuestion {
  const { selection, timeZone } = request;
  return { key: JSON.stringify([name, request, ranges]), selection, timeZone, ranges };
}

/** Measures over a selection by groups; without groups exactly one row. Throws `STORE_*`. */
export async function readAggregate(
  client: StoreClient,
  request: AggregateRequest,
  options: PlanningOptions = {},
): Promise<GroupRow[]> {
  const measures = orderedMeasures(request);
  const ranges = [planned(request, request.selection.range, measures)];
  const planning = planningOf('aggregate', request, ranges);
  const compose = ({ plans, selection }: Plans) => {
    const binder = new Binder();
    const sql = groupedSql(request, plans[0] as Plan, selection, binder);
    return question('decisions.aggregate', sql, binder, groupRow);
  };
  return answerPlanned(client, planning, options, compose, {
    countings: [countingOf(request, measures)],
    finish: ([counted]) => groupRows(firstGroups(request, counted), request.groupBy, measures),
  });
}

/** Groups as `readAggregate` returns them, and beside each the measures over an earlier range, under names of their own. */
function comparedSql(request: AggregateRequest, plans: readonly Plan[], selection: Selection, binder: Binder): string {
  const measures = orderedMeasures(request);
  const groups = request.groupBy.map((name) => `g_${name}`);
  const sources = plans.map((plan, period) => {
    return `SELECT *, ${period} AS period FROM ${measuredSource(request, { plan, selection, measures }, binder)}`;
  });
  const ofPeriods = `SELECT ${[...groups, 'period', ...measuresSql(measures)].join(', ')}
FROM (${sources.join(' UNION ALL ')})
GROUP BY ${[...groups, 'period'].join(', ')}`;
  const values = measures.flatMap((name) => [
    `anyIf(m_${name}, period = 0) AS now_${name}`,
    `anyIf(m_${name}, period = 1) AS then_${name}`,
  ]);
  const grouping = groups.length === 0 ? '' : `GROUP BY ${groups.join(', ')} HAVING countIf(period = 0) > 0`;
  return `SELECT ${[...groups, ...values, 'countIf(period = 1) AS has_earlier'].join(', ')}
FROM (${ofPeriods})
${grouping}
ORDER BY ${orderSql(request, 'now')}
LIMIT ${binder.bind(request.limit, 'UInt64')}`;
}

/** A row's groups, and the measures that stand under a prefix. */
function pickMeasures(row: GroupRow, { groupBy, measures }: AggregateRequest, prefix: 'now' | 'then'): GroupRow {
  const groups = groupBy.map((name) => [`g_${name}`, row[`g_${name}`] ?? null] as const);
  const values = measures.map((name) => [`m_${name}`, row[`${prefix}_${name}`] ?? null] as const);
  return Object.fromEntries([...groups, ...values]);
}

/** What `readAggregate` returns for a request, and the measures of the same groups over an earlier range. */
export interface ComparedGroups {
  readonly found: GroupRow[];
  /** Of those groups that there were. */
  readonly earlier: GroupRow[];
}

/** Measures of groups over two ranges, in one statement. Throws `STORE_*`. */
export async function readCompared(
  client: StoreClient,
  request: AggregateRequest,
  { range }: Pick<Comparison, 'range'>,
  options: PlanningOptions = {},
): Promise<ComparedGroups> {
  const measures = orderedMeasures(request);
  const ranges = [planned(request, request.selection.range, measures), planned(request, range, measures)];
  const planning = planningOf('compared', request, ranges);
  const compose = ({ plans, selection }: Plans) => {
    const binder = new Binder();
    return question('decisions.compared', comparedSql(request, plans, selection, binder), binder, groupRow);
  };
  const counting = countingOf(request, measures);
  const rows = await answerPlanned(client, planning, options, compose, {
    countings: [counting, counting],
    finish: ([now, then]) => comparedRows(firstGroups(request, now), then, request.groupBy, measures),
  });
  return {
    found: rows.map((row) => pickMeasures(row, request, 'now')),
    earlier: rows.filter(({ has_earlier }) => has_earlier).map((row) => pickMeasures(row, request, 'then')),
  };
}

/** The measures, over any range, of all groups but those that `readAggregate` returns for the request: one row. Throws `STORE_*`. */
export async function readOthers(
  client: StoreClient,
  request: AggregateRequest,
  range: TimeRange,
  options: PlanningOptions = {},
): Promise<GroupRow[]> {
  const { measures } = request;
  const ranges = [planned(request, range, measures), ...choosing(request)];
  const compose = ({ plans, selection }: Plans) => {
    const [plan, ofGroups] = plans as [Plan, Plan?];
    const binder = new Binder();
    const sql = `SELECT ${measuresSql(measures).join(', ')}
FROM ${measuredSource(request, { plan, selection, measures }, binder)}${chosenGroupsSql(request, ofGroups, selection, binder, true)}`;
    return question('decisions.others', sql, binder, groupRow);
  };
  return answerPlanned(client, planningOf('others', request, ranges), options, compose, {
    countings: [countingOf(request, measures), ...choosingOf(request)],
    finish: ([counted, ofGroups]) => {
      const others = ofGroups ? outside(counted, firstGroups(request, ofGroups)) : (counted?.groups ?? []);
      return groupRows([summedUp(others, measures)], [], measures);
    },
  });
}

/**
 * The same by time: measures of the groups that `readAggregate` returns for the same request, bucket by bucket. With a
 * comparison those of its range, in the buckets that they are to be compared with. Throws `STORE_*`.
 */
export async function readSeries(
  client: StoreClient,
  request: SeriesRequest,
  options: PlanningOptions = {},
  comparison?: Comparison,
): Promise<GroupRow[]> {
  const { measures, groupBy, isOthers = false } = request;
  const { range, shiftMs } = comparison ?? { range: request.selection.range, shiftMs: 0 };
  const bucket = { size: request.bucket, shiftMs };
  const ranges = [planned(request, range, measures, [bucket]), ...choosing(request)];
  const planning = planningOf('series', request, ranges);
  const compose = ({ plans, selection }: Plans) => {
    const [plan, ofGroups] = plans as [Plan, Plan?];
    const binder = new Binder();
    const keys = ['bucket_ms', ...(isOthers ? [] : groupBy).map((name) => `g_${name}`)];
    const sql = `SELECT ${[...keys, ...measuresSql(measures)].join(', ')}
FROM ${measuredSource(request, { plan, selection, measures, bucket }, binder)}${chosenGroupsSql(request, ofGroups, selection, binder, isOthers)}
GROUP BY ${keys.join(', ')}
ORDER BY bucket_ms`;
    return question('decisions.series', sql, binder, groupRow);
  };
  return answerPlanned(client, planning, options, compose, {
    countings: [countingOf(request, measures, bucket), ...choosingOf(request)],
    finish: ([counted, ofGroups]) => {
      const first = ofGroups && firstGroups(request, ofGroups);
      if (first === undefined) return seriesRows(counted?.groups ?? [], groupBy, measures);
      if (isOthers) return seriesRows(summedUpByBucket(outside(counted, first), measures), [], measures);
      return seriesRows(inside(counted, first), groupBy, measures);
    },
  });
}
