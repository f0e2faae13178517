import { dayMs, formatTimestamp } from '@custody/decision';
import { z } from 'zod';
import type { StatementOptions, StoreClient } from '../client.ts';
import { defineQuery, runQuery } from '../query.ts';
import { expiresAtMs } from './conditions.ts';
import { readEnvironments } from './environments.ts';
import { type Hold, readHolds } from './holds.ts';
import { type KeptKind, type KeptRows, readKept } from './kept-rows.ts';
import { type RowState, type RowsInState, readOutlook } from './outlook.ts';
import { type EnvironmentRetention, type RetentionDays, type RetentionPolicies, retentionOf } from './policy.ts';

/** Rows, with about what they take on disk; from the first to the last hour that they are in. */
export interface SomeRows {
  readonly rows: number;
  readonly bytes: number;
  readonly from: string;
  readonly to: string;
}

/** What is kept of one kind of an environment, and what becomes of it. Times are RFC 3339, sizes bytes on disk. */
export interface TableRetention {
  readonly env_id: string;
  readonly env_name: string;
  readonly table: KeptKind;
  /** `null`: for ever. */
  readonly retention_days: RetentionDays;
  readonly oldest: string;
  readonly rows: number;
  readonly bytes: number;
  /** Over the last 30 days, or since the oldest row. */
  readonly rows_per_day: number;
  readonly bytes_per_year: number;
  /** A year from now at that rate, with the policy and without. */
  readonly bytes_in_a_year: number;
  readonly bytes_in_a_year_without_policy: number;
  /** What goes with the next expiry. */
  readonly due: SomeRows | null;
  /** What goes after that, when; `null` where nothing ever does. */
  readonly next: { readonly at: string; readonly rows: number; readonly bytes: number } | null;
  /** What stays although it is old enough, or whatever its age: see `rowStates`. */
  readonly held: SomeRows | null;
  readonly unsealed: SomeRows | null;
  readonly fresh: SomeRows | null;
}

const lastExpiries = defineQuery({
  name: 'retention.last_expiries',
  sql: `SELECT env_id, table, from_hour AS from, to_hour AS to, rows, late_rows, bytes, policy_days, finished_at AS at
FROM custody_internal.expiries FINAL
WHERE isNotNull(finished_at)
ORDER BY finished_at DESC, env_id, table
LIMIT 10`,
  params: z.object({}),
  row: z.object({
    env_id: z.string(),
    table: z.string(),
    from: z.string(),
    to: z.string(),
    rows: z.number(),
    late_rows: z.number(),
    bytes: z.number(),
    policy_days: z.number().nullable(),
    at: z.string(),
  }),
});

export interface RetentionReport {
  readonly as_of: string;
  readonly tables: readonly TableRetention[];
  readonly holds: readonly Hold[];
  /** The newest ten. */
  readonly expiries: readonly z.infer<typeof lastExpiries.row>[];
  /** Names that policies are for and no environment in the store bears. */
  readonly unknown_environments: readonly string[];
}

const yearDays = 365;

function tableOf(
  { envId, envName, retention }: EnvironmentRetention,
  table: KeptKind,
  kept: KeptRows,
  outlook: readonly RowsInState[],
): TableRetention {
  const days = table === 'rollups' ? null : retention[table];
  const bytesPerRow = kept.bytes / kept.rows;
  const bytesOf = (rows: number) => Math.round(rows * bytesPerRow);
  const rowsPerDay = kept.recentRows / kept.recentDays;
  const inAYear = kept.bytes + bytesOf(rowsPerDay * yearDays);
  const find = (state: RowState) => outlook.find((one) => one.envId === envId && one.state === state);
  const some = (state: RowState): SomeRows | null => {
    const found = find(state);
    if (found === undefined) return null;
    const range = { from: formatTimestamp(found.firstHourMs), to: formatTimestamp(found.lastHourMs) };
    return { rows: found.rows, bytes: bytesOf(found.rows), ...range };
  };
  const first = find('kept');
  const next = first === undefined || days === null ? null : first;
  return {
    ...{ env_id: envId, env_name: envName, table, retention_days: days },
    ...{
      oldest: formatTimestamp(kept.oldestMs),
      rows: kept.rows,
      bytes: kept.bytes,
      rows_per_day: Math.round(rowsPerDay),
    },
    bytes_per_year: bytesOf(rowsPerDay * yearDays),
    bytes_in_a_year:
      days === null ? inAYear : Math.min(inAYear, bytesOf(rowsPerDay * days + (find('held')?.rows ?? 0))),
    bytes_in_a_year_without_policy: inAYear,
    due: some('goes'),
    next: next && {
      at: formatTimestamp(expiresAtMs(days ?? 0, Math.floor(next.firstHourMs / dayMs) * dayMs)),
      rows: next.firstDayRows,
      bytes: bytesOf(next.firstDayRows),
    },
    ...{ held: some('held'), unsealed: some('unsealed'), fresh: some('fresh') },
  };
}

/** What is kept, how it grows, and what goes when: of every environment and kind of row. Deletes nothing. Throws `STORE_*`. */
export async function readRetentionReport(
  client: StoreClient,
  policies: RetentionPolicies,
  nowMs: number,
  options: StatementOptions = {},
): Promise<RetentionReport> {
  const { environments, unknown } = retentionOf(policies, await readEnvironments(client, options));
  const tables: TableRetention[] = [];
  for (const kind of ['decisions', 'entries', 'rollups'] as const) {
    const kept = await readKept(client, kind, nowMs, options);
    const outlook = kind === 'rollups' ? [] : await readOutlook(client, kind, environments, nowMs, options);
    for (const environment of environments) {
      const own = kept.get(environment.envId);
      if (own !== undefined) tables.push(tableOf(environment, kind, own, outlook));
    }
  }
  return {
    as_of: formatTimestamp(nowMs),
    tables: environments.flatMap(({ envId }) => tables.filter(({ env_id }) => env_id === envId)),
    holds: await readHolds(client, options),
    expiries: await runQuery(client, lastExpiries, {}, options),
    unknown_environments: unknown,
  };
}
