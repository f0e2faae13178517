import { secondMs } from '@custody/decision';
import { z } from 'zod';
import type { StatementOptions, StoreClient } from '../client.ts';
import { defineQuery, runQuery } from '../query.ts';
import { buildName } from './build-name.ts';
import { type Cube, cubes, type Level, levelStart } from './cubes.ts';
import { summingUp } from './summing-up.ts';

/** Days or months, UTC. */
export interface SpansToBuild {
  readonly envId: string;
  readonly span: 'day' | 'month';
  /** Milliseconds, in order. */
  readonly starts: readonly number[];
  /** A UUID: what another attempt writes never mixes with what this one does. */
  readonly attempt: string;
  /** Which sums of their parts count: those that seals name, or interim ones too. Default: those of seals. */
  readonly by?: SumsOf;
}

/** A day or a month, UTC. */
export interface SpanToBuild extends Omit<SpansToBuild, 'starts'> {
  /** Milliseconds. */
  readonly startMs: number;
}

export interface SpanBuild {
  readonly startMs: number;
  /** Names its rows in the rollups: an UInt64, as text. */
  readonly build: string;
}

const parts = { day: 'hour', month: 'day' } as const;
const ends = { day: 'INTERVAL 1 DAY', month: 'INTERVAL 1 MONTH' } as const;

/** Sums that seals name, or all. */
export type SumsOf = 'seals' | 'sums';

const namings = {
  seals: { table: 'custody_internal.written_seals', at: 'sealed_at' },
  sums: { table: 'custody_internal.written_sums', at: 'named_at' },
} as const;

const startsSql = 'arrayJoin({starts:Array(UInt32)})';

/** Up to when sums have been named, microseconds, in SQL. */
function namedUntilSql(by: SumsOf): string {
  const { table, at } = namings[by];
  return `(SELECT toUnixTimestamp64Micro(max(${at})) FROM ${table})`;
}

/** Up to when seals have been written, microseconds, in SQL. */
export const sealedUntilSql = namedUntilSql('seals');

/** That an instant lies in one of the spans; between the first and the last one for the primary key. */
function within(instant: string, span: SpansToBuild['span']): string {
  return `${instant} >= toDateTime({starts:Array(UInt32)}[1], 'UTC')
    AND ${instant} < toDateTime({starts:Array(UInt32)}[-1], 'UTC') + ${ends[span]}
    AND ${levelStart[span](instant)} IN (SELECT toDateTime(${startsSql}, 'UTC'))`;
}

/**
 * Rows of days of a cube as their hours have them, or of months as their days do, in SQL: `{env_id:String}`, and
 * `{starts:Array(UInt32)}` in unix seconds and in order. Only what was named up to `{sealed_until:Int64}` counts, which was
 * read before: a statement sees rows of rollups before it looks at seals, and would lack those of a build that is named in
 * between.
 */
export function spanPartsSql(cube: Cube, span: SpansToBuild['span'], by: SumsOf = 'seals'): string {
  const names = cube.columns.join(', ');
  const { table, at } = namings[by];
  return `SELECT {env_id:String} AS env_id, ${levelStart[span]('r.starts_at')} AS span_start,
  ${names}, sum(r.decisions) AS decisions, min(r.first_at) AS first_at, max(r.last_at) AS last_at
FROM ${cube.table} AS r
WHERE r.level = '${levelBefore(cube, span)}' AND r.env_id = {env_id:String} AND ${within('r.starts_at', span)}
  AND r.build IN (
    SELECT argMax(build, (is_last, as_of, build)) FROM ${table}
    WHERE env_id = {env_id:String} AND span = '${parts[span]}' AND ${within('starts_at', span)}
      AND ${at} <= fromUnixTimestamp64Micro({sealed_until:Int64}, 'UTC')
    GROUP BY starts_at)
GROUP BY span_start, ${names}`;
}

function spanSql(cube: Cube, span: SpansToBuild['span'], by: SumsOf): string {
  const names = cube.columns.join(', ');
  return `INSERT INTO ${cube.table} (env_id, level, starts_at, build, ${names}, decisions, first_at, last_at)
SELECT env_id, '${span}' AS level, span_start, ${buildName(span, 'span_start')} AS build, ${names}, decisions, first_at, last_at
FROM (
${spanPartsSql(cube, span, by)})`;
}

function namesQuery(by: SumsOf) {
  return defineQuery({
    name: 'rollups.names',
    sql: `SELECT ${startsSql} AS start,
  toString(if({span:String} = 'day', ${buildName('day', 'start')}, ${buildName('month', 'start')})) AS build,
  ${namedUntilSql(by)} AS sealed_until`,
    params: z.object({
      env_id: z.string(),
      span: z.enum(['day', 'month']),
      starts: z.array(z.number().int()),
      attempt: z.uuid(),
    }),
    row: z.object({ start: z.number(), build: z.string(), sealed_until: z.number() }),
  });
}
const namesOf = { seals: namesQuery('seals'), sums: namesQuery('sums') };

/** Of the cubes that have the level: what it is summed up from. */
function levelBefore({ levels }: Cube, span: Level): Level | undefined {
  return levels[levels.indexOf(span) - 1];
}

/**
 * Sums up days from the builds that their hours' newest sums have, or months from those of their days, under builds that
 * count nowhere until they are named. Throws `STORE_*`.
 */
export async function buildSpans(
  client: StoreClient,
  { envId, span, starts, attempt, by = 'seals' }: SpansToBuild,
  options: StatementOptions = {},
): Promise<SpanBuild[]> {
  const own = { env_id: envId, span, starts: starts.map((startMs) => startMs / secondMs), attempt };
  const named = await runQuery(client, namesOf[by], own, options);
  const params = { ...own, sealed_until: named[0]?.sealed_until ?? 0 };
  const settings = { ...summingUp, ...options.settings };
  for (const cube of cubes) {
    if (!cube.levels.includes(span)) continue;
    const sql = spanSql(cube, span, by);
    await client.command(`rollups.${cube.name}.${span}`, sql, params, { ...options, settings });
  }
  return named.map(({ start, build }) => ({ startMs: start * secondMs, build }));
}

/** The same of one; its build, an UInt64 as text. Throws `STORE_*`. */
export async function buildSpan(
  client: StoreClient,
  { startMs, ...span }: SpanToBuild,
  options: StatementOptions = {},
): Promise<{ readonly build: string }> {
  const [found] = await buildSpans(client, { ...span, starts: [startMs] }, options);
  return { build: found?.build ?? '0' };
}
