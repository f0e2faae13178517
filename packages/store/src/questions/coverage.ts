import { z } from 'zod';
import { defineQuery } from '../query.ts';

const coverageRow = z.object({
  env_id: z.string(),
  env_name: z.string(),
  oldest: z.string(),
  proven_until: z.string(),
  open_seconds: z.number(),
  blind_seconds: z.number(),
  unreadable_seconds: z.number(),
  lateness_seconds: z.number(),
});
export type Coverage = z.infer<typeof coverageRow>;

/**
 * Coverage of a range per environment, as of a given moment, by the store alone; milliseconds since the epoch. The engine
 * needs a tenth of a second to plan it whatever the range: `readHistory` and `coverageOf` are for those in a hurry.
 */
export const coverageBetween = defineQuery({
  name: 'coverage.between',
  sql: `SELECT * FROM custody_internal.coverage_between(from_ms = {from_ms:Int64}, to_ms = {to_ms:Int64}, now_ms = {now_ms:Int64}) ORDER BY env_id`,
  params: z.object({ from_ms: z.number(), to_ms: z.number(), now_ms: z.number() }),
  row: coverageRow,
});

/** What was read of an environment, hour by hour, told briefly: most hours are proven whole. */
export const historyOfWindows = defineQuery({
  name: 'coverage.history',
  sql: `SELECT
    env_id,
    argMax(env_name, updated_at) AS env_name,
    arraySort(groupArrayIf(intDiv(toUnixTimestamp(hour), 3600), is_whole)) AS whole,
    arrayMap(r -> (r[1], r[-1] + 1), arraySplit((h, step) -> step > 1, whole, arrayDifference(whole))) AS whole_hours,
    groupArrayIf((intDiv(toUnixTimestamp(hour), 3600),
        arrayMap(w -> (toUnixTimestamp64Milli(w.1), toUnixTimestamp64Milli(w.2), w.4), windows)), NOT is_whole) AS other_hours
FROM
(
    SELECT env_id, env_name, hour, windows, updated_at,
        arrayReduce('intervalLengthSum', arrayMap(w -> toUnixTimestamp64Milli(w.1), windows), arrayMap(w -> toUnixTimestamp64Milli(w.2), windows)) >= 3600000
            AND NOT arrayExists(w -> w.4 != 'closed', windows) AS is_whole
    FROM custody_internal.windows_by_hour FINAL
    WHERE notEmpty(windows)
)
GROUP BY env_id
ORDER BY env_id`,
  params: z.object({}),
  row: z.object({
    env_id: z.string(),
    env_name: z.string(),
    /** Stretches of hours since the epoch, in order and apart: from the first to the one after the last. */
    whole_hours: z.array(z.tuple([z.number(), z.number()])),
    other_hours: z.array(z.tuple([z.number(), z.array(z.tuple([z.number(), z.number(), z.string()]))])),
  }),
});
