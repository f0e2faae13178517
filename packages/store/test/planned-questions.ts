import { dayMs, hourMs, minuteMs, type TimeRange } from '@custody/decision';
import {
  type AggregateRequest,
  type BucketSize,
  type Comparison,
  type Dimension,
  dimensions,
  everything,
  type Filter,
  type FilterColumn,
  type Measure,
  measures,
  type Selection,
} from '../src/index.ts';
import { createRandom, type Flat, groupKey } from './planned-world.ts';

// Over the days on which clocks are changed in New York (8 March), Berlin (29 March) and Lord Howe (5 April).
export const fromMs = Date.UTC(2026, 1, 20);
export const toMs = Date.UTC(2026, 4, 6);
export const february = Date.UTC(2026, 1);
export const march = Date.UTC(2026, 2);
export const april = Date.UTC(2026, 3);
export const zones = [
  'UTC',
  'Europe/Berlin',
  'America/New_York',
  'Asia/Kolkata',
  'Asia/Kathmandu',
  'Australia/Lord_Howe',
];
export const random = createRandom(7);
export const pick = <T>(values: readonly T[]): T => values[random(values.length)] as T;

export interface KnownFilter {
  readonly filter: Filter;
  readonly fits: (row: Flat) => boolean;
}

export function matching(
  column: FilterColumn,
  values: readonly string[],
  operator: 'in' | 'startsWith' = 'in',
): Filter {
  return { include: [{ column, operator, values }], exclude: [] };
}
export function without(column: FilterColumn, values: readonly string[]): Filter {
  return { include: [], exclude: [{ column, operator: 'in', values }] };
}

export const environmentOf = (text: string): Filter => ({
  include: [
    { column: 'env_id', operator: 'in', values: [text] },
    { column: 'env_name', operator: 'in', values: [text] },
  ],
  exclude: [],
});

export const filters: readonly KnownFilter[] = [
  { filter: matching('decision', ['deny']), fits: (row) => row.decision === 'deny' },
  { filter: matching('decision', ['deny', 'unknown']), fits: (row) => row.decision !== 'allow' },
  { filter: environmentOf('env-2'), fits: (row) => row.env === 'env-2' },
  { filter: environmentOf('production'), fits: (row) => row.env === 'env-1' },
  { filter: environmentOf('nowhere'), fits: () => false },
  { filter: without('env_id', ['env-1']), fits: (row) => row.env !== 'env-1' },
  { filter: matching('agent_key', ['agent|a', 'agent|b']), fits: (row) => 'ab'.includes(row.agent.slice(6)) },
  { filter: matching('agent_name', ['AGENT|C'], 'startsWith'), fits: (row) => row.agent === 'agent|c' },
  { filter: matching('server', ['linear'], 'startsWith'), fits: (row) => row.server.startsWith('linear') },
  { filter: without('tool', ['list']), fits: (row) => row.tool !== 'list' },
  { filter: matching('reason_code', ['no_permission']), fits: (row) => row.reason_code === 'no_permission' },
  { filter: matching('attribution', ['exact']), fits: (row) => row.attribution === 'exact' },
  { filter: without('trust_level', ['low']), fits: (row) => row.trust_level !== 'low' },
];

export interface RandomQuestion {
  readonly request: AggregateRequest;
  /** The rows that the selection asks for, whatever their time. */
  readonly fits: (row: Flat) => boolean;
  readonly about: string;
}

export function randomInstant(): number {
  const atMs = fromMs - dayMs + random(toMs - fromMs + 2 * dayMs);
  const step = pick([1, minuteMs, 15 * minuteMs, hourMs, dayMs]);
  return random(4) === 0 ? pick([february, february, march, april]) : Math.floor(atMs / step) * step;
}

export function randomRange(): TimeRange {
  const ends = [randomInstant(), randomInstant()].sort((a, b) => a - b) as [number, number];
  return { fromMs: ends[0], toMs: Math.max(ends[1], ends[0] + 1) };
}

export function some<T>(values: readonly T[], most: number): T[] {
  return [...new Set(Array.from({ length: random(most + 1) }, () => pick(values)))];
}

export function randomQuestion(): RandomQuestion {
  const chosen = some(filters, 2);
  const ofAda = random(5) === 0;
  const certainty = pick(['sure', 'both'] as const);
  const isAdas = (row: Flat) =>
    row.human === 'human|ada' || (certainty === 'both' && row.candidates.includes('human|ada'));
  const selection: Selection = {
    range: randomRange(),
    scope: everything,
    filters: chosen.map(({ filter }) => filter),
    human: ofAda ? matching('human_key', ['human|ada']) : null,
    candidates: ofAda ? { keys: ['human|ada'], prefixes: [] } : null,
    certainty: ofAda ? certainty : 'sure',
    reasonText: '',
  };
  const wanted: Measure[] = [...new Set([...some(measures, 3), 'decisions' as const])];
  const groupBy: Dimension[] = some(dimensions, 3);
  const order = { by: 'decisions', descending: true } as const;
  const request = { selection, measures: wanted, groupBy, order, limit: 100_000, timeZone: pick(zones) };
  const fits = (row: Flat) => chosen.every((one) => one.fits(row)) && (!ofAda || isAdas(row));
  return { request, fits, about: JSON.stringify(request) };
}

export function randomBucket(): BucketSize {
  return pick(['minute', '5m', '15m', 'hour', 'day', 'week', 'month']);
}

export function randomComparison(range: TimeRange): Comparison | undefined {
  if (random(3) > 0) return undefined;
  const shiftMs = pick([7 * dayMs, 7 * dayMs + hourMs, range.toMs - range.fromMs, 1 + random(20 * dayMs)]);
  return { range: { fromMs: range.fromMs - shiftMs, toMs: range.toMs - shiftMs }, shiftMs };
}

/** The groups that are chosen of a request with a limit: the most decisions first, then by their names. */
export function chosenGroups(own: readonly Flat[], { groupBy, limit, timeZone }: AggregateRequest): Set<string> {
  const found = [...Map.groupBy(own, (row) => groupKey(row, groupBy, timeZone))];
  const byName = ([a]: [string, Flat[]], [b]: [string, Flat[]]) => {
    const [left, right] = [JSON.parse(a) as (string | number)[], JSON.parse(b) as (string | number)[]];
    const index = left.findIndex((value, n) => value !== right[n]);
    return index === -1 ? 0 : (left[index] ?? '') < (right[index] ?? '') ? -1 : 1;
  };
  const ordered = found.sort((a, b) => b[1].length - a[1].length || byName(a, b));
  return new Set(ordered.slice(0, limit).map(([key]) => key));
}
