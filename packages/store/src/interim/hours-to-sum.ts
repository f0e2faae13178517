import { secondMs } from '@custody/decision';
import { z } from 'zod';
import type { StatementOptions, StoreClient } from '../client.ts';
import { defineQuery, runQuery } from '../query.ts';
import { behindLiveRows } from '../reattribution/rows-in-scope.ts';

/** An hour that is read from its rows and may be summed up. */
export interface HourToSum {
  readonly envId: string;
  readonly hourStartMs: number;
  /** How many rows it has, about: versions of a row that were not merged yet count each. */
  readonly rows: number;
}

export interface HoursToSumWanted {
  /** Only hours that are over by then, milliseconds. */
  readonly nowMs: number;
  /** Only those of which nothing was said for so long. */
  readonly quietSeconds: number;
  readonly limit: number;
}

const hoursToSum = defineQuery({
  name: 'interim.hours',
  sql: `SELECT env_id, toUnixTimestamp(hour) AS hour_seconds FROM custody_internal.hour_sums
WHERE NOT is_summed AND is_settled AND hour_seconds + 3600 <= {now:Int64}
  AND said_at < now64(6, 'UTC') - toIntervalSecond({quiet:UInt32})
ORDER BY hour_seconds DESC, env_id
LIMIT {limit:UInt64}`,
  params: z.object({ now: z.number().int(), quiet: z.number().int(), limit: z.number().int() }),
  row: z.object({ env_id: z.string(), hour_seconds: z.number() }),
});

const rowsOfHours = defineQuery({
  name: 'interim.rows',
  sql: `SELECT env_id, toUnixTimestamp(toStartOfHour(occurred_at)) AS hour_seconds, count() AS stored
FROM custody_internal.decisions
WHERE env_id IN {envs:Array(String)} AND toStartOfHour(occurred_at) IN {hours:Array(UInt32)}
GROUP BY env_id, hour_seconds`,
  params: z.object({ envs: z.array(z.string()), hours: z.array(z.number().int()) }),
  row: z.object({ env_id: z.string(), hour_seconds: z.number(), stored: z.number() }),
});

/**
 * Hours that are over and settled, whose sums do not hold, and of which nothing was said for a while: the newest first.
 * Throws `STORE_*`.
 */
export async function readHoursToSum(
  client: StoreClient,
  { nowMs, quietSeconds, limit }: HoursToSumWanted,
  options: StatementOptions = {},
): Promise<HourToSum[]> {
  const behind = { ...options, settings: behindLiveRows };
  const wanted = { now: Math.floor(nowMs / secondMs), quiet: quietSeconds, limit };
  const hours = await runQuery(client, hoursToSum, wanted, behind);
  if (hours.length === 0) return [];
  const distinct = {
    envs: [...new Set(hours.map(({ env_id }) => env_id))],
    hours: [...new Set(hours.map(({ hour_seconds }) => hour_seconds))],
  };
  const counted = await runQuery(client, rowsOfHours, distinct, behind);
  const rows = new Map(counted.map(({ env_id, hour_seconds, stored }) => [`${env_id} ${hour_seconds}`, stored]));
  return hours.map(({ env_id: envId, hour_seconds }) => ({
    ...{ envId, hourStartMs: hour_seconds * secondMs },
    rows: rows.get(`${envId} ${hour_seconds}`) ?? 0,
  }));
}
