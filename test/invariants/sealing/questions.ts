import type { KnownDecision } from './oracle.ts';

/**
 * Questions to the API with what they have to be answered, computed from a list of decisions. It imports nothing of what it
 * judges.
 */

type Row = Record<string, string | number | null>;

export interface Question {
  readonly path: string;
  /** Whether sums answer it, so that it needs no row. */
  readonly isOfSums: boolean;
  /** As lines, in no order. */
  readonly expected: (decisions: readonly KnownDecision[]) => string[];
}

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const dayMs = 24 * hourMs;
/** India has no summer time. */
const kolkataMs = 330 * minuteMs;
const iso = (ms: number) => new Date(ms).toISOString();

const dimensions: Record<string, (it: KnownDecision) => string | number> = {
  env: ({ world }) => world.envId,
  agent: ({ agentKey }) => agentKey,
  human: ({ human }) => human,
  server: ({ server }) => server,
  tool: ({ tool }) => tool,
  decision: ({ decision }) => decision,
  reason_code: ({ reasonCode }) => reasonCode,
  attribution: ({ attribution }) => attribution,
  trust_level: ({ trust }) => trust,
  hour_of_day: ({ atMs }) => new Date(atMs + kolkataMs).getUTCHours(),
};

function distinct(of: readonly KnownDecision[], value: (it: KnownDecision) => string): number {
  return new Set(of.map(value).filter((one) => one !== '')).size;
}

const measures: Record<string, (of: readonly KnownDecision[]) => number | string | null> = {
  decisions: (of) => of.length,
  denials: (of) => of.filter(({ decision }) => decision === 'deny').length,
  agents: (of) => distinct(of, ({ agentKey }) => agentKey),
  humans: (of) => distinct(of, ({ human }) => human),
  servers: (of) => distinct(of, ({ server }) => server),
  tools: (of) => distinct(of, ({ server, tool }) => `${server}/${tool}`),
  first_seen: (of) => (of.length === 0 ? null : iso(Math.min(...of.map(({ atMs }) => atMs)))),
  last_seen: (of) => (of.length === 0 ? null : iso(Math.max(...of.map(({ atMs }) => atMs)))),
};

/** A row of an answer as a line. */
export function lineOf(row: Row): string {
  return JSON.stringify(Object.entries(row).sort(([a], [b]) => (a < b ? -1 : 1)));
}

interface Asked {
  readonly from: number;
  readonly to: number;
  readonly by?: readonly string[];
  readonly counts?: readonly string[];
  /** Conditions: what the API is given, and what that means. */
  readonly filter?: Readonly<Record<string, string>>;
  readonly lets?: (it: KnownDecision) => boolean;
  readonly bucket?: { readonly name: string; readonly ms: number; readonly shiftMs: number };
}

function ask({ from, to, by = [], counts = ['decisions', 'denials'], filter = {}, lets = () => true, bucket }: Asked) {
  const parameters = new URLSearchParams({ from: iso(from), to: iso(to), measures: counts.join(','), ...filter });
  if (by.length > 0) parameters.set('group_by', by.join(','));
  if (bucket !== undefined) parameters.set('bucket', bucket.name);
  if (bucket?.shiftMs === kolkataMs || by.includes('hour_of_day')) parameters.set('tz', 'Asia/Kolkata');
  const path = `/v1/${bucket === undefined ? 'aggregate' : 'trends'}?${parameters}`;
  const expected = (all: readonly KnownDecision[]) => {
    const asked = all.filter((it) => it.atMs >= from && it.atMs < to && lets(it));
    const groups = Map.groupBy(asked, (it) => JSON.stringify(by.map((name) => dimensions[name]?.(it))));
    if (by.length === 0 && groups.size === 0) groups.set('[]', []);
    const starts = bucket === undefined ? [null] : bucketStarts(from, to, bucket);
    return [...groups].flatMap(([key, members]) => {
      const values: (string | number)[] = JSON.parse(key);
      const named = Object.fromEntries(by.map((name, i) => [name, values[i] as string]));
      const inBuckets = Map.groupBy(members, ({ atMs }) => (bucket === undefined ? null : startOf(atMs, bucket)));
      return starts.map((start) => {
        const of = inBuckets.get(start) ?? [];
        const counted = Object.fromEntries(counts.map((name) => [name, measures[name]?.(of) ?? null]));
        return lineOf({ ...named, ...counted, ...(start !== null && { bucket: iso(start) }) });
      });
    });
  };
  const isOfSums = from % dayMs === 0 && to % dayMs === 0 && filter.q === undefined;
  return { path, isOfSums, expected } satisfies Question;
}

type Bucket = NonNullable<Asked['bucket']>;

function startOf(atMs: number, { ms, shiftMs }: Bucket): number {
  return Math.floor((atMs + shiftMs) / ms) * ms - shiftMs;
}

function bucketStarts(from: number, to: number, bucket: Bucket): number[] {
  const starts = [];
  for (let at = startOf(from, bucket); at < to; at += bucket.ms) starts.push(at);
  return starts;
}

const kolkataDays = { name: 'day', ms: dayMs, shiftMs: kolkataMs };
const days = { name: 'day', ms: dayMs, shiftMs: 0 };
const hours = { name: 'hour', ms: hourMs, shiftMs: 0 };
const quarters = { name: '15m', ms: 15 * minuteMs, shiftMs: 0 };

/** Over a history of some days that begins with a day (UTC): whole, cut anywhere, by each kind of sums, and by none. */
export function questionsOver(startMs: number, endMs: number, [first, second]: readonly [string, string]): Question[] {
  const whole = { from: startMs, to: endMs };
  const cut = { from: startMs + 7 * hourMs + 7 * minuteMs + 123, to: endMs - 5 * hourMs - 13 * minuteMs - 77 };
  const everything = Object.keys(measures);
  const human = 'human|a-one-human-1';
  return [
    ask({ ...whole, counts: everything }),
    ask({ ...cut, counts: everything, by: ['env'] }),
    ask({ ...whole, by: ['agent'] }),
    ask({ ...whole, by: ['human', 'attribution'], filter: { env: first }, lets: ({ world }) => world.envId === first }),
    ask({ ...cut, by: ['server', 'tool', 'decision'] }),
    ask({ ...whole, by: ['attribution', 'trust_level'], counts: ['decisions', 'humans', 'agents'] }),
    ask({ ...whole, by: ['reason_code'], filter: { decision: 'deny' }, lets: ({ decision }) => decision === 'deny' }),
    ask({ ...cut, by: ['agent', 'server'], filter: { human }, lets: (it) => it.human === human }),
    ask({ ...whole, by: ['decision'], bucket: kolkataDays }),
    ask({ ...cut, bucket: kolkataDays, counts: everything }),
    ask({ ...whole, bucket: days, by: ['server'] }),
    ask({ ...whole, bucket: hours, filter: { env: second }, lets: ({ world }) => world.envId === second }),
    ask({
      ...{ from: startMs + dayMs + 7 * minuteMs, to: startMs + dayMs + 9 * hourMs, bucket: quarters },
      ...{ filter: { agent: 'agent|shared-1', decision: 'deny' } },
      lets: ({ agentKey, decision }) => agentKey === 'agent|shared-1' && decision === 'deny',
    }),
    ask({ ...whole, by: ['hour_of_day'] }),
    ask({ ...whole, filter: { attribution: '!exact' }, lets: ({ attribution }) => attribution !== 'exact' }),
    ask({ ...whole, by: ['env', 'decision'], filter: { q: 'detailed or listed: detailed' }, lets: isDetailed }),
  ];
}

function isDetailed({ reason }: KnownDecision): boolean {
  return reason.endsWith('detailed');
}
