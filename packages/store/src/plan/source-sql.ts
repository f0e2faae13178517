import { hourMs, secondMs, type TimeRange } from '@custody/decision';
import type { Binder } from '../questions/question.ts';
import { instantSql, matchesSql, type Selection } from '../questions/selection.ts';
import type { Level } from '../rollups/cubes.ts';
import type { Part, PartOfEnvironments, Plan } from './plan.ts';
import { append, hoursOf, isFine, withinHourMs } from './stretches.ts';

function secondSql(epochMs: number, binder: Binder): string {
  return `toDateTime(${binder.bind(epochMs / secondMs, 'UInt32')}, 'UTC')`;
}

function anyOf(conditions: readonly string[]): string {
  return conditions.length === 1 ? (conditions[0] ?? '') : `(${conditions.join(' OR ')})`;
}

function environmentsSql({ envIds }: PartOfEnvironments, binder: Binder): string {
  return `env_id IN ${binder.bind(envIds, 'Array(String)')}`;
}

/** So many hours are named one by one: what would make them out of their ranges takes longer to plan. */
const mostHoursNamed = 1_000;

/**
 * Hours as a set that the primary key sees. There may be ten thousands of them in a few ranges, and a URL holds a megabyte: then
 * the engine is told where each range begins and ends, in hours since the epoch.
 */
function hoursSql(ranges: readonly TimeRange[], binder: Binder): string {
  if (hoursIn(ranges) <= mostHoursNamed) {
    const seconds = hoursOf(ranges).map((startMs) => startMs / secondMs);
    return binder.bind(seconds, 'Array(UInt32)');
  }
  const starts = ranges.map(({ fromMs }) => Math.floor(fromMs / hourMs));
  const ends = ranges.map(({ toMs }) => Math.ceil(toMs / hourMs));
  const [start, end] = [starts, ends].map((hours) => binder.bind(hours, 'Array(UInt32)'));
  const hours = `arrayFlatten(arrayMap((start, end) -> range(start, end), ${start}, ${end}))`;
  return `(SELECT toDateTime(arrayJoin(${hours}) * 3600, 'UTC'))`;
}

/** What lies between ranges. */
function gapsIn(ranges: readonly TimeRange[]): TimeRange[] {
  return ranges.slice(1).map(({ fromMs }, index) => ({ fromMs: ranges[index]?.toMs ?? fromMs, toMs: fromMs }));
}

function hoursIn(ranges: readonly TimeRange[]): number {
  return ranges.reduce((sum, { fromMs, toMs }) => sum + (toMs - fromMs) / hourMs, 0);
}

interface TimeColumns {
  readonly at: string;
  readonly hour: string;
  readonly instant: (epochMs: number, binder: Binder) => string;
}

/** From the beginning of the first range to the end of the last one. */
function hullSql(ranges: readonly TimeRange[], { at, instant }: TimeColumns, binder: Binder): string {
  const [from, to] = [ranges[0]?.fromMs ?? 0, ranges.at(-1)?.toMs ?? 0];
  return `${at} >= ${instant(from, binder)} AND ${at} < ${instant(to, binder)}`;
}

/**
 * That an hour lies in ranges which cut no hour but at their ends: the hull, and by whichever is shorter the hours. Not
 * range by range: 20 open hours of a year take 37 ms of the processor instead of 61, since sets of hours are looked up in the primary
 * key, and a condition costs a millisecond to plan.
 */
function withinSql(ranges: readonly TimeRange[], columns: TimeColumns, binder: Binder): string {
  const bounds = hullSql(ranges, columns, binder);
  if (ranges.length === 1) return bounds;
  const gaps = gapsIn(ranges);
  const isFull = hoursIn(gaps) < hoursIn(ranges);
  const rest = isFull
    ? `${columns.hour} NOT IN ${hoursSql(gaps, binder)}`
    : `${columns.hour} IN ${hoursSql(ranges, binder)}`;
  return `${bounds} AND ${rest}`;
}

const startColumns: TimeColumns = { at: 'starts_at', hour: 'starts_at', instant: secondSql };
const rowColumns: TimeColumns = { at: 'occurred_at', hour: 'toStartOfHour(occurred_at)', instant: instantSql };

/** The hours, days or months that stretches of a level lie in. */
function spansOf(level: Level, ranges: readonly TimeRange[]): readonly TimeRange[] {
  if (!isFine(level)) return ranges;
  const hours: TimeRange[] = [];
  for (const { fromMs, toMs } of ranges) {
    const startMs = Math.max(Math.floor(fromMs / hourMs) * hourMs, hours.at(-1)?.toMs ?? 0);
    append(hours, startMs, Math.ceil(toMs / hourMs) * hourMs);
  }
  return hours.filter(({ fromMs, toMs }) => fromMs < toMs);
}

/**
 * The builds that count, by the rule of the migrations `seals`, `retention` and `interim_sums`: of the newest seal or interim
 * sum, or of the expired hour.
 */
function buildsSql(
  level: Level,
  { shares, builds }: Part,
  { hasExpired, sealedUntilUs }: Plan,
  binder: Binder,
): string {
  if (builds !== null) return binder.bind(`[${builds.join()}]`, 'Array(UInt64)');
  const spans = anyOf(
    shares.map(
      (share) =>
        `(${environmentsSql(share, binder)} AND ${withinSql(spansOf(level, share.ranges), startColumns, binder)})`,
    ),
  );
  const until = `fromUnixTimestamp64Micro(${binder.bind(sealedUntilUs, 'Int64')}, 'UTC')`;
  const namedIn = (table: string, at: string) => `SELECT env_id, starts_at, as_of, build, false AS is_last FROM ${table}
    WHERE span = '${isFine(level) ? 'hour' : level}' AND ${spans} AND ${at} <= ${until}`;
  const sums = `${namedIn('custody_internal.seals', 'sealed_at')}
    UNION ALL ${namedIn('custody_internal.interim_sums', 'named_at')}`;
  const expired = `SELECT env_id, hour AS starts_at, as_of, build, true AS is_last FROM custody_internal.expired_hours FINAL
    WHERE as_of > 0 AND ${spans}`;
  const all = isFine(level) && hasExpired ? `${sums} UNION ALL ${expired}` : sums;
  return `(SELECT argMax(build, (is_last, as_of, build)) FROM (${all}) GROUP BY env_id, starts_at)`;
}

/** Starts of a level's rows that belong to the hours of a share and not to its ranges: where an expired hour is cut. */
function startsLeftOut(level: Level, ranges: readonly TimeRange[]): number[] {
  if (!isFine(level)) return [];
  const stepMs = withinHourMs[level];
  const isCut = ({ fromMs, toMs }: TimeRange) => fromMs % hourMs !== 0 || toMs % hourMs !== 0;
  const hours = new Set(hoursOf(ranges.filter(isCut)));
  const starts = [...hours].flatMap((hour) => Array.from({ length: hourMs / stepMs }, (_, n) => hour + n * stepMs));
  return starts.filter((start) => !ranges.some(({ fromMs, toMs }) => fromMs <= start && start < toMs));
}

/**
 * Where hours lie far apart, the hours for the primary key: by their builds alone all rows between them would be read (20
 * days by quarters of an hour: 3.6 million rows in all instead of 0.9).
 */
function farApartSql(level: Level, spans: readonly TimeRange[], binder: Binder): string {
  if (!isFine(level) || hoursIn(gapsIn(spans)) < hoursIn(spans)) return '';
  return ` AND toStartOfHour(starts_at) IN ${hoursSql(spans, binder)}`;
}

function shareSql(level: Level, share: PartOfEnvironments, binder: Binder): string {
  const spans = spansOf(level, share.ranges);
  // Only to find the rows: which of them count, their builds tell.
  const place = `${hullSql(spans, startColumns, binder)}${farApartSql(level, spans, binder)}`;
  const leftOut = startsLeftOut(level, share.ranges).map((startMs) => startMs / secondMs);
  const cut =
    leftOut.length === 0 ? '' : ` AND NOT has(${binder.bind(leftOut, 'Array(UInt32)')}, toUnixTimestamp(starts_at))`;
  return `(${environmentsSql(share, binder)} AND ${place}${cut})`;
}

export interface SourceRequest {
  readonly plan: Plan;
  /** Filters, without those on environments and time: the plan has them. */
  readonly selection: Selection;
  /** Columns that groups and measures look at, given what an instant is called. */
  readonly columns: (instant: string) => readonly string[];
  /** Whether the first and last time of what is counted are asked for. */
  readonly hasTimes: boolean;
}

type PartOfSums = Part & { readonly level: Level };

/** Whether a part is read from rollups. */
export function isOfSums(part: Part): part is PartOfSums {
  return part.level !== 'raw';
}

function levelSql(part: PartOfSums, plan: Plan, binder: Binder): string {
  const { level, shares } = part;
  const places = anyOf(shares.map((share) => shareSql(level, share, binder)));
  return `(level = '${level}' AND ${places} AND build IN ${buildsSql(level, part, plan, binder)})`;
}

/** All levels of a cube in one look at its table: each table of a statement takes milliseconds to plan. */
function rollupSql(
  parts: readonly PartOfSums[],
  { plan, selection, columns, hasTimes }: SourceRequest,
  binder: Binder,
): string {
  const names = [...columns('starts_at'), 'decisions AS counted', ...(hasTimes ? ['first_at', 'last_at'] : [])];
  const conditions = [anyOf(parts.map((part) => levelSql(part, plan, binder))), ...matchesSql(selection, binder)];
  return `SELECT ${names.join(', ')}\nFROM ${plan.cube?.table}\nWHERE ${conditions.join(' AND ')}`;
}

function rowsSql(
  { shares }: Part,
  { selection, columns, hasTimes }: SourceRequest,
  binder: Binder,
  counted: string,
): string {
  const times = hasTimes ? ['occurred_at AS first_at', 'occurred_at AS last_at'] : [];
  const names = [...columns('occurred_at'), counted, ...times];
  const places = shares.map(
    (share) => `(${environmentsSql(share, binder)} AND ${withinSql(share.ranges, rowColumns, binder)})`,
  );
  const conditions = [anyOf(places), ...matchesSql(selection, binder)];
  return `SELECT ${names.join(', ')}\nFROM custody_internal.decisions FINAL\nWHERE ${conditions.join(' AND ')}`;
}

/**
 * What a plan reads, as a subquery: the columns, `counted` (how many decisions a row stands for), and `first_at` and
 * `last_at` where they are asked for.
 *
 * The plan is of one moment and this statement of another; nothing that happens between them is counted twice or lost.
 * Which hours, days and months are taken from sums and which from rows is fixed by the plan, and so are the builds, whose rows
 * were there before the plan was made: a row stored in a sealed hour since is in none of them, so that the hour is answered as
 * it was. Builds that are replaced stay for two hours, longer than any statement runs.
 * Where builds are looked up instead, the engine looks at the rollups' rows first and at what names builds after that, and would find
 * a build named whose rows it has not seen. So nothing counts then that was named after what the plan knows.
 */
export function sourceSql(request: SourceRequest, binder: Binder): string {
  const sums = request.plan.parts.filter(isOfSums);
  const rows = request.plan.parts.filter((part) => !isOfSums(part));
  const sources = [
    ...(sums.length === 0 ? [] : [rollupSql(sums, request, binder)]),
    ...rows.map((part) => rowsSql(part, request, binder, 'toUInt64(1) AS counted')),
  ];
  return `(\n${sources.join('\nUNION ALL\n')}\n)`;
}
