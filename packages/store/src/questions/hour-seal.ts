import { z } from 'zod';
import { defineQuery } from '../query.ts';
import { sealStates } from '../seals/seal.ts';

const ofHour = (column: string) => `env_id = {env_id:String} AND ${column} = toDateTime({hour:UInt32}, 'UTC')`;

/**
 * How one hour of an environment was sealed last, as `custody.seals` has it, and whether its rows expired: one row. `hour`
 * is its start in seconds since the epoch; without any sealing (`sealings` 0) the rest of the seal means nothing. The view folds the
 * seals of all hours before it looks for one, which takes four times as long for a year of them.
 */
export const sealOfOneHour = defineQuery({
  name: 'seals.of_hour',
  sql: `SELECT sealings, seal.1 AS state, seal.2 AS revision, seal.3 AS digest, seal.4 AS sealed_at, seal.5 AS reasons,
  toBool((SELECT count() FROM custody_internal.expired_hours WHERE ${ofHour('hour')}) > 0) AS is_expired,
  toBool(is_expired OR newest_as_of > (SELECT max(at) FROM
    (
      SELECT stored_at AS at FROM custody_internal.stored_hours WHERE ${ofHour('hour')}
      UNION ALL
      SELECT touched_at FROM custody_internal.touched_hours WHERE ${ofHour('hour')}
    ))) AS is_current
FROM
(
  SELECT count() AS sealings, max(as_of) AS newest_as_of,
    argMax((state, revision, digest, sealed_at, reasons), (as_of, build)) AS seal
  FROM custody_internal.seals WHERE span = 'hour' AND ${ofHour('starts_at')}
)`,
  params: z.object({ env_id: z.string(), hour: z.number().int() }),
  row: z.object({
    sealings: z.number(),
    state: z.enum(sealStates),
    revision: z.number(),
    digest: z.string(),
    sealed_at: z.string(),
    reasons: z.array(z.string()),
    is_expired: z.boolean(),
    is_current: z.boolean(),
  }),
});
