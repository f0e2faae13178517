import { z } from 'zod';
import { defineQuery } from '../query.ts';

/** What the source listed in what is closed of hours, as of the newest record of each. Hours without a record have no row. */
export const listedHours = defineQuery({
  name: 'windows.listed',
  sql: `SELECT toUnixTimestamp(hour) AS hour_seconds, listed, ids_xor, updated_at
FROM custody_internal.listed_hours
WHERE env_id = {env_id:String} AND hour IN (SELECT toDateTime(arrayJoin({hours:Array(UInt32)}), 'UTC'))
ORDER BY hour`,
  params: z.object({
    env_id: z.string(),
    hours: z.array(z.number().int()).describe('Starts, seconds since the epoch'),
  }),
  row: z.object({
    hour_seconds: z.number(),
    listed: z.number(),
    ids_xor: z
      .string()
      .describe("The ids of those XORed, 32 hexadecimal digits; '' where not every closed window tells"),
    updated_at: z.string(),
  }),
});
