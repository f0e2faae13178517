import { z } from 'zod';
import { defineQuery } from '../query.ts';

/** How many decisions of each environment are stored in each UTC hour of `[from_ms, to_ms)`; hours without any are absent. */
export const countsByHour = defineQuery({
  name: 'stored.counts_by_hour',
  sql: `SELECT env_id, toUnixTimestamp(toStartOfHour(occurred_at)) AS hour_seconds, count() AS decisions
FROM custody.decisions
WHERE toStartOfHour(occurred_at) >= toDateTime(intDiv({from_ms:Int64}, 1000), 'UTC')
  AND toStartOfHour(occurred_at) < toDateTime(intDiv({to_ms:Int64}, 1000), 'UTC')
GROUP BY env_id, hour_seconds`,
  params: z.object({ from_ms: z.number().int().nonnegative(), to_ms: z.number().int().nonnegative() }),
  row: z.object({ env_id: z.string(), hour_seconds: z.number(), decisions: z.number() }),
});
