import { dayMs, secondMs } from '@custody/decision';
import { z } from 'zod';
import type { StatementOptions, StoreClient } from '../client.ts';
import { defineQuery, runQuery } from '../query.ts';
import { behindLiveRows } from '../reattribution/rows-in-scope.ts';
import { sealedUntilSql, spanPartsSql } from '../rollups/build-span.ts';
import { cubes } from '../rollups/cubes.ts';
import { type Difference, joinVerifications, type Verification, type VerifiedSpan } from './difference.ts';
import { compareDigests, digestRow, rollupRows, sideSql } from './digest.ts';
import { verifyHours } from './verify-hours.ts';

/** A day or a month, UTC. */
export interface SpanToVerify extends VerifiedSpan {
  readonly span: 'day' | 'month';
}

const start = `toDateTime({start:UInt32}, 'UTC')`;

const seal = defineQuery({
  name: 'verify.seal',
  sql: `SELECT toString(build) AS build, groupUniqArray(toUnixTimestamp(t.hour)) AS hours,
  ${sealedUntilSql} AS sealed_until
FROM custody_internal.newest_seals AS s
INNER JOIN (SELECT env_id, hour FROM custody_internal.hour_states WHERE env_id = {env_id:String}) AS t ON t.env_id = s.env_id
WHERE s.env_id = {env_id:String} AND s.span = {span:String} AND s.starts_at = ${start}
  AND t.hour >= ${start} AND t.hour < if({span:String} = 'day', addDays(${start}, 1), addMonths(${start}, 1))
  AND (s.span, s.starts_at) NOT IN (SELECT span, starts_at FROM custody_internal.open_spans WHERE env_id = {env_id:String})
GROUP BY build`,
  params: z.object({ env_id: z.string(), span: z.string(), start: z.number().int() }),
  row: z.object({ build: z.string(), hours: z.array(z.number()), sealed_until: z.number() }),
});

function digestsOf(span: SpanToVerify['span']) {
  const found = `env_id = {env_id:String} AND starts_at = ${start} AND build = {build:UInt64}`;
  const sides = cubes
    .filter(({ levels }) => levels.includes(span))
    .flatMap((cube) => {
      const parts = spanPartsSql(cube, span);
      return [
        sideSql(
          cube,
          'expected',
          `SELECT toUnixTimestamp(span_start) AS start_seconds, span_start AS starts_at, * FROM (${parts})`,
        ),
        sideSql(cube, 'found', rollupRows(cube, span, 'starts_at', found)),
      ];
    });
  return defineQuery({
    name: `verify.${span}`,
    sql: sides.join('\nUNION ALL\n'),
    params: z.object({
      env_id: z.string(),
      start: z.number().int(),
      starts: z.array(z.number().int()),
      build: z.string(),
      sealed_until: z.number().int(),
    }),
    row: digestRow,
  });
}

const digests = { day: digestsOf('day'), month: digestsOf('month') };

/** What is wrong with what the span was summed up from: then that is to be mended, and the span follows. */
async function verifyParts(
  client: StoreClient,
  { envId, span }: SpanToVerify,
  hours: readonly number[],
  options: StatementOptions,
): Promise<Verification> {
  const starts = hours.map((seconds) => seconds * secondMs).sort((a, b) => a - b);
  if (span === 'day') return verifyHours(client, { envId, hours: starts }, options);
  const days = [...new Set(starts.map((startMs) => Math.floor(startMs / dayMs) * dayMs))];
  const parts: Verification[] = [];
  for (const startMs of days) parts.push(await verifySpan(client, { envId, span: 'day', startMs }, options));
  return joinVerifications(parts);
}

/**
 * Holds the sums of a day against those of its hours, or of a month against those of its days, to the row. Where they
 * differ, first those are looked at themselves, and their differences are told instead of the span's. Says nothing of a
 * span unless the same seal holds before and after. Throws `STORE_*`.
 */
export async function verifySpan(
  client: StoreClient,
  wanted: SpanToVerify,
  options: StatementOptions = {},
): Promise<Verification> {
  const { envId, span, startMs } = wanted;
  const behind = { ...options, settings: { ...behindLiveRows, ...options.settings } };
  const params = { env_id: envId, span, start: startMs / secondMs };
  const [before] = await runQuery(client, seal, params, behind);
  if (before === undefined) return { verified: [], differences: [] };
  const { build, sealed_until } = before;
  const { start: startSeconds } = params;
  const ofSeal = { env_id: envId, start: startSeconds, starts: [startSeconds], build, sealed_until };
  const rows = await runQuery(client, digests[span], ofSeal, behind);
  const ofSpan = cubes.filter(({ levels }) => levels.includes(span));
  const differences: Difference[] = compareDigests(wanted, rows, ofSpan);
  const parts: Verification =
    differences.length === 0
      ? { verified: [], differences: [] }
      : await verifyParts(client, wanted, before.hours, options);
  if (parts.differences.length > 0) return parts;
  const [after] = await runQuery(client, seal, params, behind);
  if (after?.build !== build) return parts;
  return { verified: [...parts.verified, { envId, span, startMs }], differences };
}
