import type { Binder } from './question.ts';

/** What can be grouped by, by its public name; local times take the zone's placeholder. */
const dimensionSql = {
  env: () => 'env_id',
  agent: () => 'agent_key',
  human: () => 'human_key',
  server: () => 'server',
  tool: () => 'tool',
  decision: () => 'toString(decision)',
  reason_code: () => 'reason_code',
  attribution: () => 'attribution',
  trust_level: () => 'trust_level',
  hour_of_day: (zone: string) => `toHour(toTimeZone(occurred_at, ${zone}))`,
  day_of_week: (zone: string) => `toDayOfWeek(toTimeZone(occurred_at, ${zone}))`,
} as const;

export type Dimension = keyof typeof dimensionSql;
export const dimensions = Object.keys(dimensionSql) as Dimension[];

/** Prefixed, since an alias like `decision` would hide the column of that name from the measures. */
export function dimensionsSql(names: readonly Dimension[], timeZone: string, binder: Binder): string[] {
  return names.map((name) => `${dimensionSql[name](binder.bind(timeZone, 'String'))} AS g_${name}`);
}
