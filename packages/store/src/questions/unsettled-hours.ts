import { z } from 'zod';
import { defineQuery } from '../query.ts';

/** Hours whose rows are being attributed anew: how many, and since when the first of them. */
export const unsettledHours = defineQuery({
  name: 'reattribution.unsettled_since',
  sql: `SELECT count() AS hours, toUnixTimestamp64Milli(min(touched_at)) AS since_ms
FROM custody_internal.touched_hours FINAL
WHERE NOT is_settled`,
  params: z.object({}),
  row: z.object({ hours: z.number(), since_ms: z.number() }),
});
