import { dayMs, hourMs, type TimeRange } from '@custody/decision';
import {
  type BucketSize,
  type Dimension,
  everything,
  type FilterColumn,
  type Measure,
  type Order,
  type Selection,
} from '@custody/store';
import { agentKey, humanKey, yearEndMs, yearStartMs } from './world.ts';

/** A question to the counts of the year, as the API would ask it. */
export interface CountsQuestion {
  readonly name: string;
  readonly range: TimeRange;
  readonly measures: readonly Measure[];
  readonly groupBy: readonly Dimension[];
  readonly order: Order;
  readonly limit: number;
  readonly filter?: { readonly column: FilterColumn; readonly value: string };
  readonly bucket?: BucketSize;
  readonly timeZone?: string;
  /** Asked of this range too, for the groups of the other. */
  readonly compared?: { readonly range: TimeRange; readonly shiftMs: number };
}

/** The present of the questions: the end of the year, whose last hour is open. */
const now = yearEndMs;
const last = (ms: number): TimeRange => ({ fromMs: now - ms, toMs: now });
const year: TimeRange = { fromMs: yearStartMs, toMs: yearEndMs };
const [thisMonth, lastMonth] = [
  { fromMs: Date.UTC(2025, 11), toMs: now },
  { fromMs: Date.UTC(2025, 10), toMs: Date.UTC(2025, 11) },
];
const aDay = { fromMs: Date.UTC(2025, 5, 12), toMs: Date.UTC(2025, 5, 13) };

const denials = { by: 'denials', descending: true } as const;
const decisions = { by: 'decisions', descending: true } as const;

function topBy(name: string, groupBy: readonly Dimension[]): CountsQuestion {
  return { name, range: last(30 * dayMs), measures: ['denials'], groupBy, order: denials, limit: 10 };
}

function series(name: string, range: TimeRange, bucket: BucketSize, timeZone = 'UTC'): CountsQuestion {
  return { name, range, measures: ['denials'], groupBy: [], order: denials, limit: 1, bucket, timeZone };
}

/** What is asked of counts. Names are those of the figures. */
export const countsQuestions: readonly CountsQuestion[] = [
  series('denials_by_hour_week', last(7 * dayMs), 'hour'),
  series('denials_by_day_year', year, 'day'),
  series('denials_by_day_year_kolkata', year, 'day', 'Asia/Kolkata'),
  topBy('top_agents', ['agent']),
  topBy('top_humans', ['human']),
  topBy('top_servers', ['server']),
  topBy('top_tools', ['server', 'tool']),
  {
    name: 'agent_tools_today',
    range: last(dayMs),
    measures: ['decisions', 'denials'],
    groupBy: ['server', 'tool'],
    order: decisions,
    limit: 1_000,
    filter: { column: 'agent_key', value: agentKey(0) },
  },
  {
    name: 'human_year_by_agent',
    range: year,
    measures: ['decisions', 'denials'],
    groupBy: ['agent'],
    order: decisions,
    limit: 1_000,
    filter: { column: 'human_key', value: humanKey(0) },
  },
  {
    name: 'deny_rate_by_server',
    range: thisMonth,
    measures: ['decisions', 'denials', 'deny_rate'],
    groupBy: ['server'],
    order: decisions,
    limit: 1_000,
    compared: { range: lastMonth, shiftMs: thisMonth.fromMs - lastMonth.fromMs },
  },
  {
    name: 'tools_by_agent',
    range: last(30 * dayMs),
    measures: ['tools'],
    groupBy: ['agent'],
    order: { by: 'tools', descending: true },
    limit: 1_000,
  },
  {
    name: 'compliance_day_by_human',
    range: aDay,
    measures: ['decisions', 'denials', 'agents', 'tools'],
    groupBy: ['human'],
    order: decisions,
    limit: 1_000,
  },
];

/** Single decisions: the last denials of the year. */
export const newestDenials = {
  name: 'newest_denials',
  range: year,
  filter: { column: 'decision', value: 'deny' },
  limit: 100,
} as const;

/** So many hours of the year, spread evenly, the last one among them: a late decision opened each. */
export function reopenedHours(count: number): number[] {
  const hours = (yearEndMs - yearStartMs) / hourMs;
  return Array.from({ length: count }, (_, n) => yearStartMs + (Math.floor(((n + 1) * hours) / count) - 1) * hourMs);
}

export function selectionOf({ range, filter }: Pick<CountsQuestion, 'range' | 'filter'>): Selection {
  const filters =
    filter === undefined
      ? []
      : [{ include: [{ column: filter.column, operator: 'in' as const, values: [filter.value] }], exclude: [] }];
  return { range, scope: everything, filters, human: null, candidates: null, certainty: 'sure', reasonText: '' };
}
