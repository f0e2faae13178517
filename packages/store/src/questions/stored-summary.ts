import { z } from 'zod';
import { defineQuery } from '../query.ts';

/** How many decisions are stored, and the time of the newest, milliseconds since the epoch (0 for none). */
export const storedSummary = defineQuery({
  name: 'stored.summary',
  sql: 'SELECT count() AS decisions, toUnixTimestamp64Milli(max(occurred_at)) AS newest_ms FROM custody.decisions',
  params: z.object({}),
  row: z.object({ decisions: z.number(), newest_ms: z.number() }),
});
