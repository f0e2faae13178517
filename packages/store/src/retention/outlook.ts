import { secondMs } from '@custody/decision';
import { z } from 'zod';
import type { StatementOptions, StoreClient } from '../client.ts';
import { defineQuery, runQuery } from '../query.ts';
import { behindLiveRows } from '../reattribution/rows-in-scope.ts';
import { heldRanges, isHeld, isOld, isReady, policyParams, policyValues, tablesOf } from './conditions.ts';
import type { EnvironmentRetention, RetentionKind } from './policy.ts';

/**
 * What becomes of rows: `goes` with the next expiry; `kept` for now; `held` whatever their age; `unsealed`, old enough, but
 * the hour's seal does not hold; `fresh`, old enough, but sealed for less than a day.
 */
export const rowStates = ['kept', 'goes', 'held', 'unsealed', 'fresh'] as const;
export type RowState = (typeof rowStates)[number];

/** Rows of an environment in a state, in hours from the first to the last one. */
export interface RowsInState {
  readonly envId: string;
  readonly state: RowState;
  readonly rows: number;
  readonly hours: number;
  readonly firstHourMs: number;
  readonly lastHourMs: number;
  /** Of the UTC day that the first hour lies in. */
  readonly firstDayRows: number;
}

const marks: Readonly<Record<RetentionKind, string>> = {
  decisions: 'custody_internal.expired_hours',
  entries: 'custody_internal.expired_entries',
};

function outlookQuery(kind: RetentionKind) {
  const rows = tablesOf[kind].map(
    (table) =>
      `SELECT env_id, toStartOfHour(occurred_at) AS hour, count() AS part FROM custody_internal.${table} GROUP BY env_id, hour`,
  );
  return defineQuery({
    name: `retention.outlook_${kind}`,
    sql: `WITH ${heldRanges}
SELECT env_id, state, sum(stored) AS rows, count() AS hours, toUnixTimestamp(min(hour)) AS first_seconds,
  toUnixTimestamp(max(hour)) AS last_seconds, sumIf(stored, toStartOfDay(hour) = toStartOfDay(first_hour)) AS first_day_rows
FROM (
  SELECT env_id, hour, stored, state, min(hour) OVER (PARTITION BY env_id, state) AS first_hour
  FROM (
    SELECT env_id, hour, counts.stored AS stored,
      multiIf(${isHeld}, 'held', (env_id, hour) IN (SELECT env_id, hour FROM ${marks[kind]}), 'goes', NOT (${isOld}), 'kept',
        NOT (states.is_sealed AND states.is_settled), 'unsealed', ${isReady}, 'goes', 'fresh') AS state
    FROM (SELECT env_id, hour, sum(part) AS stored FROM (${rows.join(' UNION ALL ')}) GROUP BY env_id, hour) AS counts
    LEFT JOIN custody_internal.hour_states AS states USING (env_id, hour)
  )
)
GROUP BY env_id, state
SETTINGS join_use_nulls = 0`,
    params: policyParams,
    row: z.object({
      env_id: z.string(),
      state: z.enum(rowStates),
      rows: z.number(),
      hours: z.number(),
      first_seconds: z.number(),
      last_seconds: z.number(),
      first_day_rows: z.number(),
    }),
  });
}

const queries = { decisions: outlookQuery('decisions'), entries: outlookQuery('entries') } as const;

/** What becomes of the rows of each environment, by the same conditions as expiry goes by. Deletes nothing. */
export async function readOutlook(
  client: StoreClient,
  kind: RetentionKind,
  environments: readonly EnvironmentRetention[],
  nowMs: number,
  options: StatementOptions = {},
): Promise<RowsInState[]> {
  const params = policyValues(environments, kind, nowMs);
  const rows = await runQuery(client, queries[kind], params, { ...options, settings: behindLiveRows });
  return rows.map((row) => ({
    ...{ envId: row.env_id, state: row.state, rows: row.rows, hours: row.hours },
    firstHourMs: row.first_seconds * secondMs,
    lastHourMs: row.last_seconds * secondMs,
    firstDayRows: row.first_day_rows,
  }));
}
