import { secondMs } from '@custody/decision';
import { z } from 'zod';
import type { StatementOptions, StoreClient } from '../client.ts';
import { defineQuery, runQuery } from '../query.ts';
import { levelStart } from '../rollups/cubes.ts';
import { oneBlock } from '../rollups/one-block.ts';
import { mostAttemptMinutes } from '../seals/write-seals.ts';

/** Builds of one environment that were summed up together. */
export interface SumsToName {
  readonly envId: string;
  readonly span: 'hour' | 'day' | 'month';
  /** The store's clock before what is summed up was waited for and read, microseconds since the epoch. */
  readonly asOfUs: number;
  readonly sums: readonly {
    readonly startMs: number;
    /** Names its rows in the rollups: an UInt64, as text. */
    readonly build: string;
  }[];
}

// Looked at after the rows were read, by the same statement: what was said since the clock was read, or is being changed.
const nameSql = (
  span: SumsToName['span'],
) => `INSERT INTO custody_internal.interim_sums (env_id, span, starts_at, as_of, build)
SELECT {env_id:String}, '${span}', toDateTime(one.1, 'UTC') AS start, fromUnixTimestamp64Micro({as_of_us:Int64}, 'UTC') AS moment,
  toUInt64(one.2)
FROM (SELECT arrayJoin(arrayZip({starts:Array(UInt32)}, {builds:Array(String)})) AS one)
WHERE toUnixTimestamp64Micro(now64(6)) BETWEEN {as_of_us:Int64} AND {as_of_us:Int64} + ${mostAttemptMinutes} * 60000000
  AND start NOT IN (
    SELECT ${levelStart[span]('hour')} FROM custody_internal.hour_sums
    WHERE env_id = {env_id:String}
      AND (toUnixTimestamp64Micro(said_at) >= {as_of_us:Int64} OR NOT is_settled${span === 'hour' ? ' OR is_summed' : ''}))`;

const statements = { hour: nameSql('hour'), day: nameSql('day'), month: nameSql('month') };

const named = defineQuery({
  name: 'interim.named',
  sql: `SELECT uniqExact(starts_at) AS spans FROM custody_internal.interim_sums
WHERE env_id = {env_id:String} AND span = {span:String} AND as_of = fromUnixTimestamp64Micro({as_of_us:Int64}, 'UTC')
  AND (toUnixTimestamp(starts_at), toString(build)) IN (SELECT arrayJoin(arrayZip({starts:Array(UInt32)}, {builds:Array(String)})))`,
  params: z.object({
    env_id: z.string(),
    span: z.string(),
    as_of_us: z.number().int(),
    starts: z.array(z.number().int()),
    builds: z.array(z.string()),
  }),
  row: z.object({ spans: z.number() }),
});

/**
 * Names builds as interim sums by one insert: until then nothing of them counts. Left out is what something was said of
 * since the clock was read, or is being changed; all of it where that was longer ago than `mostAttemptMinutes`, or the
 * store's clock was set back since. Resolves with how many are named. Idempotent. Throws `STORE_*`.
 */
export async function nameSums(
  client: StoreClient,
  { envId, span, asOfUs, sums }: SumsToName,
  options: StatementOptions = {},
): Promise<number> {
  if (sums.length === 0) return 0;
  const params = {
    ...{ env_id: envId, as_of_us: asOfUs },
    starts: sums.map(({ startMs }) => startMs / secondMs),
    builds: sums.map(({ build }) => build),
  };
  await client.command('interim.name', statements[span], params, { ...options, settings: { ...oneBlock } });
  const [found] = await runQuery(client, named, { ...params, span }, options);
  return found?.spans ?? 0;
}
