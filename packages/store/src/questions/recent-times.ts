import { z } from 'zod';
import { defineQuery } from '../query.ts';

/** When the decisions that were stored last occurred, the newest insert first; one that was stored again may repeat. */
export const recentTimes = defineQuery({
  name: 'stored.recent_times',
  sql: `SELECT toString(decision_id) AS id, toUnixTimestamp64Milli(occurred_at) AS at_ms
FROM custody_internal.decisions
ORDER BY ingested_at DESC
LIMIT {limit:UInt32}`,
  params: z.object({ limit: z.number().int().positive() }),
  row: z.object({ id: z.string(), at_ms: z.number() }),
});
