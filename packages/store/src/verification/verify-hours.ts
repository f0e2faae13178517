import { secondMs } from '@custody/decision';
import { z } from 'zod';
import type { StatementOptions, StoreClient } from '../client.ts';
import { defineQuery, runQuery } from '../query.ts';
import { behindLiveRows } from '../reattribution/rows-in-scope.ts';
import { rowsOfHours } from '../rollups/build-hours.ts';
import { type Cube, cubes, levelStart } from '../rollups/cubes.ts';
import type { HourFacts, NewestSeal } from '../seals/hour-facts.ts';
import { readHourFacts } from '../seals/hours.ts';
import { compareRows } from './compare-rows.ts';
import type { Difference, Verification, VerifiedSpan } from './difference.ts';
import { compareDigests, digestRow, rollupRows, sideSql } from './digest.ts';
import { readStoredHours } from './stored-hours.ts';

/** Hours of one environment and one month, by their starts in milliseconds. */
export interface HoursToVerify {
  readonly envId: string;
  readonly hours: readonly number[];
}

function rowsOf({ columns, levels: [finest], condition }: Cube): string {
  const names = columns.join(', ');
  return `SELECT ${levelStart[finest]('occurred_at')} AS starts_at, toUnixTimestamp(toStartOfHour(starts_at)) AS start_seconds, ${names},
  count() AS decisions, min(occurred_at) AS first_at, max(occurred_at) AS last_at
${rowsOfHours}${condition === '' ? '' : `\n  AND ${condition}`}
GROUP BY starts_at, ${names}`;
}

const sumsOfHours = `env_id = {env_id:String}
  AND toStartOfHour(starts_at) IN (SELECT toDateTime(arrayJoin({hours:Array(UInt32)}), 'UTC'))
  AND build IN (SELECT toUInt64(arrayJoin({builds:Array(String)})))`;

const hourDigests = defineQuery({
  name: 'verify.hours',
  sql: cubes
    .flatMap((cube) => [
      sideSql(cube, 'expected', rowsOf(cube)),
      sideSql(cube, 'found', rollupRows(cube, cube.levels[0], 'toStartOfHour(starts_at)', sumsOfHours)),
    ])
    .join('\nUNION ALL\n'),
  params: z.object({ env_id: z.string(), hours: z.array(z.number().int()), builds: z.array(z.string()) }),
  row: digestRow,
});

type SealedFacts = HourFacts & { readonly seal: NewestSeal };

/** An hour that is as its seal says at this moment, and whose rows are there. */
function holds(facts: HourFacts): facts is SealedFacts {
  return facts.seal !== null && facts.isSealed && facts.isSettled && !facts.isExpired;
}

async function readHolding(client: StoreClient, { envId, hours }: HoursToVerify, options: StatementOptions) {
  return (await readHourFacts(client, envId, hours, options)).filter(holds);
}

/**
 * Holds hours against their rows: what is stored against what was sealed and listed, by number, id and content; each cube
 * against the rows that it sums up, to the row; entries against decisions. Says nothing of an hour unless the same seal
 * holds before and after. Reads the rows of all of them: not too many at once. Throws `STORE_*`.
 */
export async function verifyHours(
  client: StoreClient,
  wanted: HoursToVerify,
  options: StatementOptions = {},
): Promise<Verification> {
  const { envId } = wanted;
  const before = await readHolding(client, wanted, options);
  if (before.length === 0) return { verified: [], differences: [] };
  const behind = { ...options, settings: { ...behindLiveRows, ...options.settings } };
  const hours = before.map(({ hourStartMs }) => hourStartMs);
  const stored = await readStoredHours(client, envId, hours, behind);
  const builds = before.map(({ seal }) => seal.build);
  const params = { env_id: envId, hours: hours.map((startMs) => startMs / secondMs), builds };
  const digests = await runQuery(client, hourDigests, params, behind);
  const after = new Map(
    (await readHolding(client, wanted, options)).map((hour) => [hour.hourStartMs, hour.seal.build]),
  );
  const held = before.filter(({ hourStartMs, seal }) => after.get(hourStartMs) === seal.build);
  const differences = held.flatMap(({ hourStartMs: startMs, seal, listing }): Difference[] => {
    const span: VerifiedSpan = { envId, span: 'hour', startMs };
    const rows = stored(startMs);
    const ofRows = compareRows(seal, listing, rows).map((one) => ({ ...span, ...one }));
    // Other rows than were summed up have other sums: that is one difference.
    if (rows.content !== seal.content) return ofRows;
    return [...ofRows, ...compareDigests(span, digests, cubes)];
  });
  return { verified: held.map(({ hourStartMs: startMs }) => ({ envId, span: 'hour', startMs })), differences };
}
