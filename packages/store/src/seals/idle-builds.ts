import { z } from 'zod';
import type { StatementOptions, StoreClient } from '../client.ts';
import { defineQuery, runQuery } from '../query.ts';
import { behindLiveRows } from '../reattribution/rows-in-scope.ts';
import { cubes } from '../rollups/cubes.ts';

/**
 * How long a build has to be idle before its rows go, seconds: longer than an attempt may take to seal it, and than any
 * reader holds on to what was the newest.
 */
const idleSeconds = 2 * 3_600;
/** Most builds that are noted at once. */
const mostNoted = 20_000;

// What counts for readers, and beside it what seals name, which is what is verified and what expired hours stay.
const named = `SELECT build FROM custody_internal.newest_sums
  UNION ALL SELECT argMax(build, (is_last, as_of, build)) FROM custody_internal.written_seals GROUP BY env_id, span, starts_at`;
const builds = cubes.map(({ table }) => `SELECT build FROM ${table}`).join('\n  UNION ALL ');

// Noted while it was summed up, and sealed since: should it be superseded one day, its time begins then.
const forget = `DELETE FROM custody_internal.idle_builds WHERE build IN (${named})`;

const note = `INSERT INTO custody_internal.idle_builds (build)
SELECT DISTINCT build FROM (
  ${builds}
)
WHERE build NOT IN (${named}) AND build NOT IN (SELECT build FROM custody_internal.idle_builds)
LIMIT ${mostNoted}`;

const idle = `SELECT build FROM custody_internal.idle_builds
  WHERE noted_at <= now() - {idle_seconds:UInt32} AND build NOT IN (${named})`;

// Interim sums that newer sums of the same span have counted instead of for as long.
const ofLate = (at: string) => `${at} <= now64(6, 'UTC') - toIntervalSecond({idle_seconds:UInt32})`;
const superseded = `${ofLate('named_at')} AND (env_id, span, starts_at, build) NOT IN (
  SELECT env_id, span, starts_at, argMax(build, (is_last, as_of, build)) FROM custody_internal.written_sums
  WHERE ${ofLate('named_at')} GROUP BY env_id, span, starts_at)`;
const dropSuperseded = `DELETE FROM custody_internal.interim_sums WHERE ${superseded}`;

const found = defineQuery({
  name: 'seals.idle',
  sql: `SELECT
  (SELECT count() FROM custody_internal.idle_builds WHERE build IN (${named})) AS sealed_since,
  ${cubes.map(({ table }) => `(SELECT count() FROM ${table} WHERE build IN (${idle}))`).join('\n  + ')} AS idle_rows,
  (SELECT count() FROM custody_internal.interim_sums WHERE ${superseded}) AS superseded`,
  params: z.object({ idle_seconds: z.number().int() }),
  row: z.object({ sealed_since: z.coerce.number(), idle_rows: z.coerce.number(), superseded: z.coerce.number() }),
});

export interface RemoveIdleOptions extends StatementOptions {
  /** Default two hours; see there why never less where readers are. */
  readonly idleSeconds?: number;
}

/**
 * Deletes the rollup rows of builds that neither a newest seal nor the newest sums of a span have named for two hours, and
 * notes those that none names now. Interim sums that newer ones have superseded for as long go too.
 * Resolves with how many rows went. To be called about once an hour: it looks at all rollups.
 */
export async function removeIdleBuilds(client: StoreClient, options: RemoveIdleOptions = {}): Promise<number> {
  const { idleSeconds: seconds = idleSeconds, ...statement } = options;
  const bound = { idle_seconds: seconds };
  const behind = { ...statement, settings: behindLiveRows };
  const [row] = await runQuery(client, found, bound, behind);
  if ((row?.sealed_since ?? 0) > 0) await client.command('seals.forget_idle', forget, {}, statement);
  if ((row?.idle_rows ?? 0) > 0) {
    for (const { name, table } of cubes) {
      const sql = `DELETE FROM ${table} WHERE build IN (${idle})`;
      await client.command(`seals.remove_idle.${name}`, sql, bound, statement);
    }
  }
  if ((row?.superseded ?? 0) > 0) await client.command('seals.drop_superseded', dropSuperseded, bound, statement);
  await client.command('seals.note_idle', note, {}, behind);
  return row?.idle_rows ?? 0;
}
