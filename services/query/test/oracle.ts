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
const parts = new Map<string, Record<string, string>>();

/** Local times of the minutes that were asked for before are kept: a calendar is slow. */
function localParts(epochMs: number, timeZone: string): Record<string, string> {
  const key = `${timeZone} ${Math.floor(epochMs / 60_000)}`;
  const known = parts.get(key);
  if (known !== undefined) return known;
  let format = formats.get(timeZone);
  if (format === undefined) {
    const options = { year: 'numeric', month: '2-digit', day: '2-digit', hour: '2-digit', minute: '2-digit' } as const;
    format = new Intl.DateTimeFormat('en-GB', { timeZone, weekday: 'short', hourCycle: 'h23', ...options });
    formats.set(timeZone, format);
  }
  const found = Object.fromEntries(format.formatToParts(epochMs).map(({ type, value }) => [type, value]));
  parts.set(key, found);
  return found;
}

function distinct(values: string[]): number {
  return new Set(values.filter((value) => value !== '')).size;
}

const measures: Readonly<Record<string, (rows: Flat[]) => string | number | null>> = {
  decisions: (rows) => rows.length,
  denials: (rows) => rows.filter((row) => row.decision === 'deny').length,
  undecided: (rows) => rows.filter((row) => row.decision === 'unknown').length,
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
  possible: (rows) => rows.filter((row) => row.human === '').length,
};
export const measureNames = Object.keys(measures).filter((name) => name !== 'possible');
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

/** A question about counts as a person would write it down. */
export interface CountedQuestion {
  readonly fromMs: number;
  readonly toMs: number;
  readonly tz: string;
  readonly fits: (row: Flat) => boolean;
  readonly groupBy: string[];
  readonly wanted: string[];
  readonly order: { readonly by: string; readonly descending: boolean };
  readonly top: number;
  readonly hasOther: boolean;
  /** How much earlier the range of comparison is. */
  readonly shiftMs: number | null;
  readonly bucket: string | null;
}

type Members = readonly Flat[];
/** The buckets of an answer, or one that is none. */
type Spans = readonly ({ readonly startMs: number; readonly endMs: number } | null)[];
const isBefore = (a: string | number, b: string | number) => a < b;

/** Groups in the asked order: what nobody knows comes last, equal ones by their names. */
function orderedGroups(own: Members, { groupBy, order, tz }: CountedQuestion): string[] {
  const groups = Map.groupBy(own, (row) => groupOf(row, groupBy, tz));
  const ofKey = (key: string): (string | number)[] => JSON.parse(key);
  const measureOf = ([key, members]: [string, Flat[]]) => {
    const at = groupBy.indexOf(order.by);
    return at >= 0 ? (ofKey(key)[at] ?? null) : (measures[order.by]?.(members) ?? null);
  };
  const byNames = (a: string, b: string) => {
    const [left, right] = [ofKey(a), ofKey(b)];
    const at = left.findIndex((value, n) => value !== right[n]);
    return isBefore(left[at] ?? '', right[at] ?? '') ? -1 : 1;
  };
  return [...groups]
    .sort((a, b) => {
      const [left, right] = [measureOf(a), measureOf(b)];
      if (left === right) return byNames(a[0], b[0]);
      if (left === null || right === null) return left === null ? 1 : -1;
      return isBefore(left, right) === order.descending ? 1 : -1;
    })
    .map(([key]) => key);
}

/** Where in an answer decisions belong that were made `shift` before: by bucket and group, or among the others. */
function placed(members: Members, shift: number, spans: Spans, placeOf: (row: Flat) => string): Map<string, Flat[]> {
  return Map.groupBy(members, (row) => {
    const at = row.atMs + shift;
    const span = spans.findIndex((one) => one === null || (one.startMs <= at && at < one.endMs));
    return `${span} ${placeOf(row)}`;
  });
}

/** The rows of an answer, in their order. */
export function expectedAnswer(rows: Members, question: CountedQuestion): Record<string, unknown>[] {
  const { fromMs, toMs, tz, groupBy, wanted, top, shiftMs, bucket } = question;
  const within = (shift: number) => (row: Flat) =>
    fromMs <= row.atMs + shift && row.atMs + shift < toMs && question.fits(row);
  const own = rows.filter(within(0));
  const earlier = shiftMs === null ? [] : rows.filter(within(shiftMs));
  const chosen = groupBy.length === 0 ? ['[]'] : orderedGroups(own, question).slice(0, top);
  const isChosen = new Set(chosen);
  const placeOf = (row: Flat) => {
    const key = groupOf(row, groupBy, tz);
    return isChosen.has(key) ? key : 'others';
  };
  const spans: Spans = bucket === null ? [null] : expectedBuckets(fromMs, toMs, bucket, tz);
  const [found, before] = [placed(own, 0, spans, placeOf), placed(earlier, shiftMs ?? 0, spans, placeOf)];
  const hasOther = question.hasOther && [...found.keys(), ...before.keys()].some((place) => place.endsWith(' others'));
  const values = (members: Flat[] = []) =>
    Object.fromEntries(wanted.map((name) => [name, measures[name]?.(members) ?? null]));
  const rowOf = (span: number, place: string, names: Record<string, unknown>) => {
    const start = spans[span]?.startMs;
    const at = (shift: number) => (start === undefined ? {} : { bucket: new Date(start - shift).toISOString() });
    const row = { ...at(0), ...names, ...values(found.get(`${span} ${place}`)) };
    if (shiftMs === null) return row;
    return { ...row, compare: { ...at(shiftMs), ...values(before.get(`${span} ${place}`)) } };
  };
  const named = (key: string) => Object.fromEntries(groupBy.map((name, n) => [name, JSON.parse(key)[n]]));
  const nobody = { ...Object.fromEntries(groupBy.map((name) => [name, null])), other: true };
  return spans.flatMap((_, span) => [
    ...chosen.map((key) => rowOf(span, key, named(key))),
    ...(hasOther ? [rowOf(span, 'others', nobody)] : []),
  ]);
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

const names: Readonly<Record<string, string>> = {
  ...{ 'human|auth0:ada': 'Ada Byron', 'human|bob': 'Bob', 'human|robert': 'Bob', "human|o'hara": "Max O'Hara" },
};
const emails: Readonly<Record<string, string>> = {
  ...{ 'human|auth0:ada': 'ada@example.org', 'human|bob': 'bob@example.org' },
  ...{ 'human|robert': 'robert@example.org', "human|o'hara": 'max@example.org' },
};

function relationOf({ human, agent, attribution }: Flat): string {
  if (human !== '') return human === agent ? 'own' : 'authorized';
  return attribution === 'ambiguous' ? 'possible' : 'unknown';
}

/** Callers, the humans behind them and servers, with what was decided, in no order. */
export function expectedChains(rows: readonly Flat[]): Record<string, unknown>[] {
  const found = Map.groupBy(rows, (row) => JSON.stringify([row.agent, row.human, relationOf(row), row.server]));
  return [...found].map(([key, members]) => {
    const [agent, human, relation, server] = JSON.parse(key);
    const count = (fits: (row: Flat) => boolean) => members.filter(fits).length;
    const times = members.map(({ atMs }) => new Date(atMs).toISOString()).sort();
    return {
      ...{ agent, agent_name: members[0]?.agentName, human, relation, server },
      ...{ human_name: names[human] ?? '', human_email: emails[human] ?? '' },
      decisions: members.length,
      allowed: count(({ decision }) => decision === 'allow'),
      denied: count(({ decision }) => decision === 'deny'),
      undecided: count(({ decision }) => decision === 'unknown'),
      exact: count(({ attribution }) => attribution === 'exact'),
      tools: new Set(members.map(({ tool }) => tool)).size,
      ...{ first_seen: times[0], last_seen: times.at(-1) },
    };
  });
}

const ranks = ['', 'low', 'medium', 'high'];
const rank = (level: string | undefined) => ranks.indexOf(level ?? 'medium');

/** Whether the levels let a call pass whose human is known. */
const isEnough = ({ trust_level, ceiling_level, required_level }: Flat) =>
  Math.min(rank(trust_level), rank(ceiling_level)) >= rank(required_level);

/** What kind of change a denial needs, by the words of the documentation. */
function needOf(row: Flat): 'one_level' | 'one_other' | 'two' | 'none' {
  const isOwn = row.human !== '' && row.human === row.agent;
  if (row.reason_code === 'no_such_action') return row.required_level === '' ? 'one_other' : 'none';
  if (isOwn) return 'one_other';
  if (row.human === '') return row.candidates.length > 0 ? 'none' : 'one_level';
  if (isEnough(row)) return 'none';
  const isConsentLow = rank(row.trust_level) < rank(row.required_level);
  return isConsentLow && rank(row.ceiling_level) < rank(row.required_level) ? 'two' : 'one_level';
}

const deniedOf = (rows: readonly Flat[]) => rows.filter(({ decision }) => decision === 'deny');

export function expectedTally(rows: readonly Flat[]): Record<string, number> {
  const denied = deniedOf(rows);
  const counted = ['one_level', 'one_other', 'two', 'none'].map((need) => [
    need,
    denied.filter((row) => needOf(row) === need).length,
  ]);
  return { denials: denied.length, ...Object.fromEntries(counted) };
}

/** How many denials would not have been, had the one change been made before: by making it in each row and looking. */
export function expectedEffect(rows: readonly Flat[], change: Record<string, unknown>): number {
  const { code, agent, human, server, tool, level } = change as Record<string, string>;
  const is = (...codes: string[]) => codes.includes(code ?? '');
  const helps = (row: Flat): boolean => {
    const need = needOf(row);
    if (need === 'none' || need === 'two') return false;
    // A policy is about a resource, which is named like its server.
    const [place] = (is('change_policy') ? (change.resource as string) : (server ?? '')).split(':');
    if (row.server !== place) return false;
    if (is('add_tool')) return row.reason_code === 'no_such_action' && row.tool === tool;
    if (is('change_policy')) {
      return row.reason_code !== 'no_such_action' && need === 'one_other' && row.agent === agent && row.tool === tool;
    }
    if (need === 'one_other' || row.human !== human) return false;
    const isCeiling = is('raise_ceiling', 'set_ceiling');
    if (!isCeiling && row.agent !== agent) return false;
    if (human === '') return rank(level) >= rank(row.required_level);
    const raised = (own: Flat['trust_level'] | undefined) => (rank(own) < rank(level) ? level : own);
    const changed = isCeiling
      ? { ...row, ceiling_level: raised(row.ceiling_level) }
      : { ...row, trust_level: raised(row.trust_level) };
    return isEnough(changed as Flat);
  };
  return deniedOf(rows).filter(helps).length;
}

/** Rows in their order, their names in one order; rates to ten digits. */
export function told(rows: readonly Record<string, unknown>[]): string[] {
  const inOrder = (value: object) => Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)));
  return rows.map((row) =>
    JSON.stringify(row, (_, value) => {
      if (typeof value === 'number') return Number(value.toPrecision(10));
      return typeof value === 'object' && value !== null && !Array.isArray(value) ? inOrder(value) : value;
    }),
  );
}

/** Rows in one order, for comparing where the order is not the point. */
export function sorted(rows: readonly Record<string, unknown>[]): string[] {
  return told(rows).sort();
}
