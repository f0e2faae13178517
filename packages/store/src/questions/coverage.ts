import { z } from 'zod';
import { defineQuery } from '../query.ts';

/** Coverage of a range per environment, as of a given moment; all in milliseconds since the epoch. */
export const coverageBetween = defineQuery({
  name: 'coverage.between',
  sql: `SELECT * FROM custody_internal.coverage_between(from_ms = {from_ms:Int64}, to_ms = {to_ms:Int64}, now_ms = {now_ms:Int64}) ORDER BY env_id`,
  params: z.object({ from_ms: z.number(), to_ms: z.number(), now_ms: z.number() }),
  row: z.object({
    env_id: z.string(),
    env_name: z.string(),
    oldest: z.string(),
    proven_until: z.string(),
    open_seconds: z.number(),
    blind_seconds: z.number(),
    unreadable_seconds: z.number(),
    lateness_seconds: z.number(),
  }),
});
