import { secondMs } from '@custody/decision';
import { z } from 'zod';
import type { StatementOptions, StoreClient } from '../client.ts';
import { inNewParts } from '../new-parts.ts';
import { defineQuery, runQuery } from '../query.ts';
import { behindLiveRows } from '../reattribution/rows-in-scope.ts';

/** An hour of an environment, as its decisions were when it was looked at. */
export interface HourOfDecisions {
  readonly envId: string;
  readonly hourStartMs: number;
  readonly decisions: number;
  readonly newestIngestedAt: string;
  /** When the store looked, by its own clock. */
  readonly readAt: string;
  /** Whether its flips were found among other decisions than these. */
  readonly isDue: boolean;
}

const hoursStored = defineQuery({
  name: 'flips.stored',
  // What a merge carried over into a new part was ingested long before.
  sql: `SELECT DISTINCT toUnixTimestamp(hour) AS hour_seconds
FROM (
  SELECT toStartOfHour(occurred_at) AS hour
  FROM custody_internal.decisions
  WHERE ${inNewParts('since_ms')}
    AND ingested_at >= fromUnixTimestamp64Milli({ingested_ms:Int64}, 'UTC')
  UNION ALL
  SELECT hour FROM custody_internal.touched_hours
  WHERE touched_at >= fromUnixTimestamp64Milli({since_ms:Int64}, 'UTC')
)`,
  params: z.object({ since_ms: z.number().int(), ingested_ms: z.number().int() }),
  row: z.object({ hour_seconds: z.number() }),
});

const asked = (hour: string) =>
  `({is_all:Bool} OR ${hour} IN (SELECT toDateTime(arrayJoin({hours:Array(UInt32)}), 'UTC')))`;

// What was found in an hour that expired stays: it is never due, and being told it keeps a step from reaching across it.
const hoursOfDecisions = defineQuery({
  name: 'flips.due',
  sql: `SELECT
  d.env_id AS env_id, toUnixTimestamp(d.hour) AS hour_seconds, d.decisions AS decisions, d.newest AS newest_ingested_at,
  now64(6, 'UTC') AS read_at,
  NOT d.is_expired AND NOT (t.touched_at > 0 AND NOT t.is_settled) AND (
    d.decisions > h.decisions
    OR d.decisions = h.decisions AND (d.newest != h.newest_ingested_at OR t.touched_at >= h.read_at)
  ) AS is_due
FROM (
  SELECT env_id, hour, max(rows) AS decisions, max(newest_row) AS newest, max(expired) AS is_expired
  FROM (
    SELECT env_id, toStartOfHour(occurred_at) AS hour, count() AS rows, max(ingested_at) AS newest_row, false AS expired
    FROM custody_internal.decisions FINAL
    WHERE ${asked('toStartOfHour(occurred_at)')}
    GROUP BY env_id, hour
    UNION ALL
    SELECT env_id, hour, 0 AS rows, toDateTime64(0, 3, 'UTC') AS newest_row, true AS expired
    FROM custody_internal.expired_hours
    WHERE ${asked('hour')}
  )
  GROUP BY env_id, hour
) AS d
LEFT JOIN (SELECT * FROM custody_internal.flip_hours FINAL) AS h ON h.env_id = d.env_id AND h.hour = d.hour
LEFT JOIN (SELECT * FROM custody_internal.touched_hours FINAL) AS t ON t.env_id = d.env_id AND t.hour = d.hour
ORDER BY env_id, hour_seconds
SETTINGS join_use_nulls = 0`,
  params: z.object({ is_all: z.boolean(), hours: z.array(z.number().int()) }),
  row: z.object({
    env_id: z.string(),
    hour_seconds: z.number(),
    decisions: z.number(),
    newest_ingested_at: z.string(),
    read_at: z.string(),
    is_due: z.boolean(),
  }),
});

/**
 * Starts of the hours that decisions were stored in since a moment, or in which stored ones were touched; milliseconds.
 * `ingestedFromMs`: what was ingested before is taken for known.
 */
export async function readHoursStored(
  client: StoreClient,
  sinceMs: number,
  ingestedFromMs: number,
  options: StatementOptions = {},
): Promise<number[]> {
  const params = { since_ms: Math.max(0, sinceMs), ingested_ms: Math.max(0, ingestedFromMs) };
  const rows = await runQuery(client, hoursStored, params, { ...options, settings: behindLiveRows });
  return rows.map(({ hour_seconds }) => hour_seconds * secondMs);
}

/** The given hours, or all where there are none given, of every environment and in order of time; those without decisions are absent, unless they expired. */
export async function readHoursOfDecisions(
  client: StoreClient,
  hours: readonly number[] | null,
  options: StatementOptions = {},
): Promise<HourOfDecisions[]> {
  const params = { is_all: hours === null, hours: (hours ?? []).map((ms) => ms / secondMs) };
  const rows = await runQuery(client, hoursOfDecisions, params, { ...options, settings: behindLiveRows });
  return rows.map((row) => ({
    envId: row.env_id,
    hourStartMs: row.hour_seconds * secondMs,
    decisions: row.decisions,
    newestIngestedAt: row.newest_ingested_at,
    readAt: row.read_at,
    isDue: row.is_due,
  }));
}

/** Says of hours that their flips are found; written after them. */
export async function writeFlipHours(
  client: StoreClient,
  hours: readonly HourOfDecisions[],
  options: StatementOptions = {},
): Promise<void> {
  if (hours.length === 0) return;
  const rows = hours.map(({ envId, hourStartMs, decisions, newestIngestedAt, readAt }) => ({
    ...{ env_id: envId, hour: hourStartMs / secondMs, decisions },
    newest_ingested_at: newestIngestedAt,
    read_at: readAt,
  }));
  await client.insert('flips.hours', 'custody_internal.flip_hours', rows, options);
}
