import { z } from 'zod';
import type { StatementOptions, StoreClient } from '../client.ts';
import { defineQuery, runQuery } from '../query.ts';
import { behindLiveRows } from '../reattribution/rows-in-scope.ts';
import { heldRanges, isHeld, isOld, isReady, policyParams, policyValues, tablesOf } from './conditions.ts';
import { type EnvironmentRetention, type RetentionKind, retentionKinds } from './policy.ts';

/** Hours that have to expire and are not marked yet. */
const due: Readonly<Record<RetentionKind, string>> = {
  decisions: `${isOld} AND ${isReady} AND NOT is_expired AND NOT ${isHeld}`,
  entries: `${isOld} AND ${isReady} AND NOT ${isHeld}
  AND (env_id, hour) NOT IN (SELECT env_id, hour FROM custody_internal.expired_entries)`,
};

const marks: Readonly<Record<RetentionKind, readonly [table: string, columns: string]>> = {
  decisions: ['custody_internal.expired_hours', 'env_id, hour, build, as_of, said_at'],
  entries: ['custody_internal.expired_entries', 'env_id, hour'],
};

/** What was marked and is still there, a crash or a late decision, is looked for in each run: by the primary key. */
function monthsSql(kind: RetentionKind): string {
  const left = tablesOf[kind].map(
    (table) => `SELECT DISTINCT toYYYYMM(occurred_at) AS month FROM custody_internal.${table}
WHERE (env_id, toStartOfHour(occurred_at)) IN (SELECT env_id, hour FROM custody_internal.deletable_hours WHERE kind = '${kind}')`,
  );
  return `SELECT DISTINCT month FROM
(
WITH ${heldRanges}
SELECT DISTINCT toYYYYMM(hour) AS month FROM custody_internal.hour_states WHERE ${due[kind]}
UNION ALL
${left.join('\nUNION ALL\n')}
)
ORDER BY month`;
}

function monthsQuery(kind: RetentionKind) {
  return defineQuery({
    name: `retention.months_of_${kind}`,
    sql: monthsSql(kind),
    params: policyParams,
    row: z.object({ month: z.number() }),
  });
}
const months = Object.fromEntries(retentionKinds.map((kind) => [kind, monthsQuery(kind)]));

function markSql(kind: RetentionKind): string {
  const [table, columns] = marks[kind];
  return `INSERT INTO ${table} (${columns})
WITH ${heldRanges}
SELECT ${columns} FROM custody_internal.hour_states
WHERE toYYYYMM(hour) = {month:UInt32} AND ${due[kind]}`;
}

export interface ExpiryStep {
  readonly kind: RetentionKind;
  readonly environments: readonly EnvironmentRetention[];
  /** As the policies count. */
  readonly nowMs: number;
}

/** The months, as 202611, of which rows have to go, the oldest first. */
export async function monthsToExpire(
  client: StoreClient,
  { kind, environments, nowMs }: ExpiryStep,
  options: StatementOptions = {},
): Promise<number[]> {
  const query = months[kind] ?? monthsQuery(kind);
  const params = policyValues(environments, kind, nowMs);
  const rows = await runQuery(client, query, params, { ...options, settings: behindLiveRows });
  return rows.map(({ month }) => month);
}

/** Marks hours of a month that are due: from now on each is the seal that it has, and its rows may go. May be repeated. */
export async function markExpired(
  client: StoreClient,
  { kind, environments, nowMs }: ExpiryStep,
  month: number,
  options: StatementOptions = {},
): Promise<void> {
  const params = { ...policyValues(environments, kind, nowMs), month };
  await client.command(`retention.mark_${kind}`, markSql(kind), params, { ...options, settings: behindLiveRows });
}
