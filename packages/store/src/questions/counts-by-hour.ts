import { z } from 'zod';
import { defineQuery } from '../query.ts';

const hoursInRange = `>= toDateTime(intDiv({from_ms:Int64}, 1000), 'UTC')
    AND hour < toDateTime(intDiv({to_ms:Int64}, 1000), 'UTC')`;

/**
 * How many decisions of each environment are stored in each UTC hour of `[from_ms, to_ms)`; hours without any are absent.
 * By the rows themselves, never by sums of them: this is what finds rows that were stored or lost without a word. Only of
 * hours that expired the seal tells, whatever is left of their rows.
 */
export const countsByHour = defineQuery({
  name: 'stored.counts_by_hour',
  sql: `SELECT env_id, toUnixTimestamp(hour) AS hour_seconds, if(is_expired, maxIf(rows, expired), max(rows)) AS decisions,
  max(expired) AS is_expired
FROM (
  SELECT env_id, toStartOfHour(occurred_at) AS hour, count() AS rows, false AS expired
  FROM custody.decisions
  WHERE hour ${hoursInRange}
  GROUP BY env_id, hour
  UNION ALL
  SELECT env_id, hour, 0 AS rows, true AS expired
  FROM custody_internal.expired_hours
  WHERE hour ${hoursInRange}
  UNION ALL
  SELECT env_id, starts_at AS hour, argMax(stored, (as_of, build)) AS rows, true AS expired
  FROM custody_internal.seals
  WHERE span = 'hour' AND hour ${hoursInRange} AND (env_id, hour) IN (SELECT env_id, hour FROM custody_internal.expired_hours)
  GROUP BY env_id, hour
)
GROUP BY env_id, hour`,
  params: z.object({ from_ms: z.number().int().nonnegative(), to_ms: z.number().int().nonnegative() }),
  row: z.object({ env_id: z.string(), hour_seconds: z.number(), decisions: z.number(), is_expired: z.boolean() }),
});
