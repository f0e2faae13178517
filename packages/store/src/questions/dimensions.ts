import type { BucketSize } from './buckets.ts';
import type { Binder } from './question.ts';

interface DimensionSql {
  /** Of a row, given the placeholder of the zone and what its instant is called. */
  readonly sql: (zone: string, instant: string) => string;
  /** The column that it takes, other than the environment and the time. */
  readonly column?: string;
  /** Of local times: the stretch within which it stays the same. */
  readonly grain?: BucketSize;
}

/** What can be grouped by, by its public name. */
const dimensionSql = {
  env: { sql: () => 'env_id' },
  agent: { sql: () => 'agent_key', column: 'agent_key' },
  human: { sql: () => 'human_key', column: 'human_key' },
  server: { sql: () => 'server', column: 'server' },
  tool: { sql: () => 'tool', column: 'tool' },
  decision: { sql: () => 'toString(decision)', column: 'decision' },
  reason_code: { sql: () => 'reason_code', column: 'reason_code' },
  attribution: { sql: () => 'attribution', column: 'attribution' },
  trust_level: { sql: () => 'trust_level', column: 'trust_level' },
  hour_of_day: { sql: (zone, instant) => `toHour(toTimeZone(${instant}, ${zone}))`, grain: 'hour' },
  day_of_week: { sql: (zone, instant) => `toDayOfWeek(toTimeZone(${instant}, ${zone}))`, grain: 'day' },
} satisfies Record<string, DimensionSql>;

export type Dimension = keyof typeof dimensionSql;
export const dimensions = Object.keys(dimensionSql) as Dimension[];
const byName: Readonly<Record<Dimension, DimensionSql>> = dimensionSql;

/** Prefixed, since an alias like `decision` would hide the column of that name from the measures. */
export function dimensionsSql(
  names: readonly Dimension[],
  timeZone: string,
  instant: string,
  binder: Binder,
): string[] {
  return names.map((name) => `${byName[name].sql(binder.bind(timeZone, 'String'), instant)} AS g_${name}`);
}

/** The columns that groups are made of. */
export function groupedColumns(names: readonly Dimension[]): string[] {
  return names.flatMap((name) => byName[name].column ?? []);
}

/** What rows of rollups must nest into so that each belongs to one group. */
export function groupedGrains(names: readonly Dimension[]): BucketSize[] {
  return names.flatMap((name) => byName[name].grain ?? []);
}
