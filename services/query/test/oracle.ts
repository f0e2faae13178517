import type { Flat } from './world.ts';

/** The expected answers, by plain code over the rows; it shares nothing with the service but the words. */
export type Rows = Record<string, string | number | null>[];

const keys: Readonly<Record<string, (row: Flat, tz: string) => string | number>> = {
  env: (row) => row.env,
  agent: (row) => row.agent,
  human: (row) => row.human,
  server: (row) => row.server,
  tool: (row) => row.tool,
  decision: (row) => row.decision,
  reason_code: (row) => row.reason_code,
  attribution: (row) => row.attribution,
  trust_level: (row) => row.trust_level,
  hour_of_day: (row, tz) => Number(localParts(row.atMs, tz).hour),
  day_of_week: (row, tz) =>
    ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun'].indexOf(localParts(row.atMs, tz).weekday ?? '') + 1,
};

const formats = new Map<string, Intl.DateTimeFormat>();

function localParts(epochMs: number, timeZone: string): Record<string, string> {
  let format = formats.get(timeZone);
  if (format === undefined) {
    const options = { year: 'numeric', month: '2-digit', day: '2-digit', hour: '2-digit', minute: '2-digit' } as const;
    format = new Intl.DateTimeFormat('en-GB', { timeZone, weekday: 'short', hourCycle: 'h23', ...options });
    formats.set(timeZone, format);
  }
  return Object.fromEntries(format.formatToParts(epochMs).map(({ type, value }) => [type, value]));
}

function distinct(values: string[]): number {
  return new Set(values.filter((value) => value !== '')).size;
}

const measures: Readonly<Record<string, (rows: Flat[]) => string | number | null>> = {
  decisions: (rows) => rows.length,
  denials: (rows) => rows.filter((row) => row.decision === 'deny').length,
  deny_rate: (rows) => {
    const decided = rows.filter((row) => row.decision !== 'unknown');
    return decided.length === 0 ? null : decided.filter((row) => row.decision === 'deny').length / decided.length;
  },
  agents: (rows) => distinct(rows.map((row) => row.agent)),
  humans: (rows) => distinct(rows.map((row) => row.human)),
  servers: (rows) => distinct(rows.map((row) => row.server)),
  tools: (rows) => distinct(rows.map((row) => `${row.server}\n${row.tool}`)),
  first_seen: (rows) => (rows.length === 0 ? null : new Date(Math.min(...rows.map((row) => row.atMs))).toISOString()),
  last_seen: (rows) => (rows.length === 0 ? null : new Date(Math.max(...rows.map((row) => row.atMs))).toISOString()),
};
export const measureNames = Object.keys(measures);
export const groupNames = Object.keys(keys);

export function groupOf(row: Flat, groupBy: string[], tz: string): string {
  return JSON.stringify(groupBy.map((name) => keys[name]?.(row, tz)));
}

/** Rows by group, in no order. */
export function expectedGroups(rows: Flat[], groupBy: string[], wanted: string[], tz: string): Rows {
  const groups = Object.groupBy(rows, (row) => groupOf(row, groupBy, tz));
  if (groupBy.length === 0 && rows.length === 0) groups['[]'] = [];
  return Object.entries(groups).map(([key, members = []]) => ({
    ...Object.fromEntries(groupBy.map((name, index) => [name, JSON.parse(key)[index]])),
    ...Object.fromEntries(wanted.map((name) => [name, measures[name]?.(members) ?? null])),
  }));
}

/** The local time that a bucket begins with; instants of one bucket share it and follow each other without a gap. */
function bucketLabel(epochMs: number, size: string, tz: string): string {
  const { year, month, day, hour, minute, weekday } = localParts(epochMs, tz);
  const offset = `${hour}:${minute}`;
  const utcOfLocal = Date.UTC(Number(year), Number(month) - 1, Number(day), Number(hour), Number(minute));
  const shift = Math.round((utcOfLocal - epochMs) / 60_000);
  if (size === 'month') return `${year}-${month}`;
  if (size === 'day') return `${year}-${month}-${day}`;
  if (size === 'week') {
    const back = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun'].indexOf(weekday ?? '');
    return new Date(Date.UTC(Number(year), Number(month) - 1, Number(day) - back)).toISOString().slice(0, 10);
  }
  // Two local hours of one name, on the day the clock goes back, differ in their distance from UTC.
  const minutes = { minute: 1, '5m': 5, '15m': 15, hour: 60 }[size] ?? 60;
  return `${year}-${month}-${day} ${offset.slice(0, 3)}${Math.floor(Number(minute) / minutes) * minutes} ${shift}`;
}

/** Starts of all buckets that touch the range, by walking minute by minute (bucket edges lie on whole minutes). */
export function expectedBuckets(
  fromMs: number,
  toMs: number,
  size: string,
  tz: string,
): { startMs: number; endMs: number }[] {
  const minuteMs = 60_000;
  const step = size === 'minute' || size === '5m' ? minuteMs : 15 * minuteMs;
  let startMs = Math.floor(fromMs / step) * step;
  while (bucketLabel(startMs - step, size, tz) === bucketLabel(startMs, size, tz)) startMs -= step;
  const buckets: { startMs: number; endMs: number }[] = [];
  while (startMs < toMs) {
    let endMs = startMs + step;
    while (bucketLabel(endMs, size, tz) === bucketLabel(startMs, size, tz)) endMs += step;
    buckets.push({ startMs, endMs });
    startMs = endMs;
  }
  return buckets;
}

/** Rows in one order, for comparing where the order is not the point; rates to ten digits. */
export function sorted(rows: Record<string, unknown>[]): string[] {
  return rows
    .map((row) =>
      JSON.stringify(Object.entries(row).sort(), (_, value) =>
        typeof value === 'number' ? Number(value.toPrecision(10)) : value,
      ),
    )
    .sort();
}
