import { hourMs, secondMs } from '@custody/decision';
import { z } from 'zod';
import type { StatementOptions, StoreClient } from '../client.ts';
import type { EnvironmentHour } from '../pieces/hour-rows.ts';
import { sealBookOf } from '../plan/seal-book.ts';
import { defineQuery, runQuery } from '../query.ts';
import { sealStates } from '../seals/seal.ts';

const newestSeal = defineQuery({
  name: 'seals.of_hour',
  sql: `SELECT sealings, newest_as_of, seal.1 AS state, seal.2 AS revision, seal.3 AS digest, seal.4 AS sealed_at, seal.5 AS reasons
FROM
(
  SELECT count() AS sealings, toUnixTimestamp64Micro(max(as_of)) AS newest_as_of,
    argMax((state, revision, digest, sealed_at, reasons), (as_of, build)) AS seal
  FROM custody_internal.seals
  WHERE span = 'hour' AND env_id = {env_id:String} AND starts_at = toDateTime({hour:UInt32}, 'UTC')
)`,
  params: z.object({ env_id: z.string(), hour: z.number().int() }),
  row: z.object({
    sealings: z.number(),
    newest_as_of: z.number(),
    state: z.enum(sealStates),
    revision: z.number(),
    digest: z.string(),
    sealed_at: z.string(),
    reasons: z.array(z.string()),
  }),
});

/** How one hour was sealed last, and what became of it since. */
export type SealOfHour = Omit<z.infer<typeof newestSeal.row>, 'newest_as_of'> & {
  /** Whether its rows expired. */
  readonly is_expired: boolean;
  /** Whether nothing was said of it since it was sealed. */
  readonly is_current: boolean;
};

/**
 * How one hour of an environment was sealed last, as `custody.seals` has it; without any sealing (`sealings` 0) the rest of the seal
 * means nothing. What became of it since is told by what is known of hours anyway, as of a look after `sinceMs`: the view folds what
 * was said of all hours before it looks for one. Throws `STORE_*`.
 */
export async function readSealOfHour(
  client: StoreClient,
  { envId, startMs }: EnvironmentHour,
  { sinceMs, ...statement }: StatementOptions & { readonly sinceMs?: number } = {},
): Promise<SealOfHour> {
  const book = sealBookOf(client);
  const [[found]] = await Promise.all([
    runQuery(client, newestSeal, { env_id: envId, hour: startMs / secondMs }, statement),
    book.refresh({ fromMs: startMs, toMs: startMs + hourMs }, statement, sinceMs),
  ]);
  if (found === undefined) throw new Error('an aggregate without groups is one row');
  const { newest_as_of, ...seal } = found;
  const { saidUs, isExpired } = book.hour(envId, startMs);
  return { ...seal, is_expired: isExpired, is_current: isExpired || newest_as_of > saidUs };
}
