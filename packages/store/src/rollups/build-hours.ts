import { secondMs } from '@custody/decision';
import { z } from 'zod';
import type { StatementOptions, StoreClient } from '../client.ts';
import { hexDigitsSql, idsXorSql } from '../ids-xor.ts';
import { defineQuery, runQuery } from '../query.ts';
import { buildName } from './build-name.ts';
import { type Cube, cubes, levelStart } from './cubes.ts';
import { summingUp } from './summing-up.ts';

export interface HoursToBuild {
  readonly envId: string;
  /** Starts, milliseconds; of one month, so that the rows lie in one partition. */
  readonly hours: readonly number[];
  /** A UUID: what another attempt writes never mixes with what this one does. */
  readonly attempt: string;
}

/** An hour that was summed up. */
export interface HourBuild {
  readonly hourStartMs: number;
  /** Names its rows in the rollups: an UInt64, as text. */
  readonly build: string;
  /** How many decisions are stored. */
  readonly stored: number;
  /** The ids of them XORed, 32 hexadecimal digits. */
  readonly idsXor: string;
  /** Digest of the rows in whatever order, 32 hexadecimal digits: what was stored again as it was changes nothing. */
  readonly content: string;
}

/** The rows of hours, in SQL: `{env_id:String}`, `{hours:Array(UInt32)}` in unix seconds. */
export const rowsOfHours = `FROM custody_internal.decisions AS d FINAL
WHERE d.env_id = {env_id:String}
  AND toStartOfHour(occurred_at) IN (SELECT toDateTime(arrayJoin({hours:Array(UInt32)}), 'UTC'))`;

// What follows from the start and the environment is no part of what is grouped by: a third of the work.
function fillSql({ table, columns, levels: [finest], condition }: Cube): string {
  const names = columns.join(', ');
  return `INSERT INTO ${table} (env_id, level, starts_at, build, ${names}, decisions, first_at, last_at)
SELECT {env_id:String}, '${finest}', ${levelStart[finest]('occurred_at')} AS start,
  ${buildName('hour', levelStart.hour('start'))}, ${names}, count(), min(occurred_at), max(occurred_at)
${rowsOfHours}${condition === '' ? '' : `\n  AND ${condition}`}
GROUP BY start, ${names}`;
}

/** Texts of a row that are stored with dictionaries: all but when and by which knowledge it was written. */
const texts = [
  ...['env_id', 'env_name', 'tenant', 'agent_key', 'agent_name', 'human_key', 'human_name', 'human_email'],
  ...['attribution', 'evidence', 'server', 'resource', 'tool', 'reason', 'reason_code', 'trust_level'],
  ...['ceiling_level', 'required_level', 'consent_id'],
];

/**
 * What a reader can see of a row, as a number. A text of a dictionary is hashed once, whatever the number of rows that
 * have it, and its place among the columns is in the odd factor: summing up takes two fifths of what hashing all of each row does.
 */
const visible = `sipHash128(occurred_at, decision_id, human_candidates, decision, consented_at,
  ${texts.map((name, index) => `sipHash64(d.${name}) * ${2 * index + 1}`).join(' + ')})`;

/** Of the rows of an hour: their number, the XOR of their ids and the digest of what they say, in SQL. */
export const storedSql = `count() AS stored,
  ${idsXorSql} AS ids_xor,
  ${hexDigitsSql(`groupBitXor(reinterpretAsUInt128(${visible}))`)} AS content`;

const sumUp = defineQuery({
  name: 'rollups.sum_up',
  sql: `SELECT
  toUnixTimestamp(toStartOfHour(occurred_at)) AS hour_seconds,
  toString(${buildName('hour', 'hour_seconds')}) AS build,
  ${storedSql}
${rowsOfHours}
GROUP BY hour_seconds`,
  params: z.object({ env_id: z.string(), hours: z.array(z.number().int()), attempt: z.uuid() }),
  row: z.object({
    hour_seconds: z.number(),
    build: z.string(),
    stored: z.number(),
    ids_xor: z.string(),
    content: z.string(),
  }),
});

const nothing = { build: '0', stored: 0, idsXor: '0'.repeat(32), content: '0'.repeat(32) };

/**
 * Sums up what is stored of hours, under builds that count nowhere until a seal names them. An hour without decisions has
 * no rows and the build 0. Throws `STORE_*`; what was written until then is of no use and does no harm.
 */
export async function buildHours(
  client: StoreClient,
  { envId, hours, attempt }: HoursToBuild,
  options: StatementOptions = {},
): Promise<HourBuild[]> {
  if (hours.length === 0) return [];
  const params = { env_id: envId, hours: hours.map((startMs) => startMs / secondMs), attempt };
  const settings = { ...summingUp, ...options.settings };
  for (const cube of cubes) {
    await client.command(`rollups.${cube.name}`, fillSql(cube), params, { ...options, settings });
  }
  const rows = await runQuery(client, sumUp, params, { ...options, settings });
  const found = new Map(
    rows.map(({ hour_seconds, build, stored, ids_xor: idsXor, content }) => [
      hour_seconds * secondMs,
      { build, stored, idsXor, content },
    ]),
  );
  return hours.map((hourStartMs) => ({ hourStartMs, ...(found.get(hourStartMs) ?? nothing) }));
}
