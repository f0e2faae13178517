import { secondMs } from '@custody/decision';
import { z } from 'zod';
import type { StatementOptions, StoreClient } from '../client.ts';
import { defineQuery, runQuery } from '../query.ts';
import { behindLiveRows } from '../reattribution/rows-in-scope.ts';
import type { DueSpan } from '../seals/spans.ts';

const params = z.object({ env_id: z.string(), span: z.string(), start: z.number().int() });
const ofSpan = `env_id = {env_id:String} AND span = {span:String} AND starts_at = toDateTime({start:UInt32}, 'UTC')`;

// Most days and months never had any, which is known at once.
const interim = defineQuery({
  name: 'interim.of_span',
  sql: `SELECT count() AS sums FROM custody_internal.interim_sums WHERE ${ofSpan}`,
  params,
  row: z.object({ sums: z.number() }),
});

const standing = defineQuery({
  name: 'interim.standing',
  sql: `SELECT toString(build) AS build FROM custody_internal.newest_sums
WHERE ${ofSpan} AND (span, starts_at) NOT IN (
  SELECT span, starts_at FROM custody_internal.unsummed_spans WHERE env_id = {env_id:String})`,
  params,
  row: z.object({ build: z.string() }),
});

/**
 * The build of a day or a month that interim sums name, if these hold: to sum it up again would find the same. `null` where
 * there is none. Throws `STORE_*`.
 */
export async function readStandingBuild(
  client: StoreClient,
  { envId, span, startMs }: DueSpan,
  options: StatementOptions = {},
): Promise<string | null> {
  const bound = { env_id: envId, span, start: startMs / secondMs };
  const behind = { ...options, settings: behindLiveRows };
  const [known] = await runQuery(client, interim, bound, behind);
  if ((known?.sums ?? 0) === 0) return null;
  const [found] = await runQuery(client, standing, bound, behind);
  return found?.build ?? null;
}
