import { hourMs, secondMs, type TimeRange } from '@custody/decision';
import { z } from 'zod';
import type { StatementOptions, StoreClient } from '../client.ts';
import { defineQuery, runQuery } from '../query.ts';
import { type EnvironmentSnapshot, secondsOf } from './snapshot.ts';

/** Whether no whole hour lies in a range: then it is read from rows whatever holds, unless they are gone. */
export function isBrief({ fromMs, toMs }: TimeRange): boolean {
  return Math.ceil(fromMs / hourMs) * hourMs + hourMs > toMs;
}

const inRange = `hour >= toDateTime({from:UInt32}, 'UTC') AND hour <= toDateTime({last:UInt32}, 'UTC')`;

const hoursOfRange = defineQuery({
  name: 'plan.hours',
  sql: `SELECT env_id, min(toUnixTimestamp(hour)) AS first, max(toUnixTimestamp(hour)) AS last, max(expired) AS has_expired
FROM
(
  SELECT env_id, hour, false AS expired FROM custody_internal.stored_hours WHERE ${inRange}
  UNION ALL
  SELECT env_id, hour, true AS expired FROM custody_internal.expired_hours WHERE ${inRange}
)
GROUP BY env_id`,
  params: z.object({ from: z.number().int(), last: z.number().int() }),
  row: z.object({ env_id: z.string(), first: z.number(), last: z.number(), has_expired: z.boolean() }),
});

/**
 * What brief ranges inside the given one are planned by: where decisions are stored, which is told several times faster than
 * what holds. `null` where rows of the range expired: then sums count. Throws `STORE_*`.
 */
export async function readBriefSnapshot(
  client: StoreClient,
  range: TimeRange,
  options: StatementOptions = {},
): Promise<EnvironmentSnapshot[] | null> {
  const settings = { ...options.settings, max_threads: 1 };
  const rows = await runQuery(client, hoursOfRange, secondsOf(range), { ...options, settings });
  if (rows.some(({ has_expired }) => has_expired)) return null;
  const none: ReadonlySet<number> = new Set();
  return rows.map(({ env_id, first, last }) => ({
    envId: env_id,
    firstHourMs: first * secondMs,
    lastHourMs: last * secondMs,
    openHours: none,
    openDays: none,
    openMonths: none,
    expiredHours: none,
    sealedUntilUs: 0,
  }));
}
