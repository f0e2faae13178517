import { secondMs } from '@custody/decision';
import { z } from 'zod';
import type { StatementOptions, StoreClient } from '../client.ts';
import { defineQuery, runQuery } from '../query.ts';
import { buildName } from './build-name.ts';
import { type Cube, cubes, type Level } from './cubes.ts';
import { summingUp } from './summing-up.ts';

/** A day or a month, UTC. */
export interface SpanToBuild {
  readonly envId: string;
  readonly span: 'day' | 'month';
  /** Milliseconds. */
  readonly startMs: number;
  /** A UUID: what another attempt writes never mixes with what this one does. */
  readonly attempt: string;
}

const parts = { day: 'hour', month: 'day' } as const;
const ends = { day: 'INTERVAL 1 DAY', month: 'INTERVAL 1 MONTH' } as const;

const start = `toDateTime({start:UInt32}, 'UTC')`;

/** Only seals that were there before the statement, as a further condition: `{sealed_until:Int64}`. */
const sealedBefore = `
      AND sealed_at <= fromUnixTimestamp64Micro({sealed_until:Int64}, 'UTC')`;

/** A day's rows of a cube as its hours have them, or a month's as its days do, in SQL: `{env_id:String}`, `{start:UInt32}`. */
export function spanPartsSql(cube: Cube, span: SpanToBuild['span'], ofBuilds = ''): string {
  const names = cube.columns.join(', ');
  return `SELECT {env_id:String} AS env_id, ${start} AS starts_at,
  ${names}, sum(r.decisions) AS decisions, min(r.first_at) AS first_at, max(r.last_at) AS last_at
FROM ${cube.table} AS r
WHERE r.level = '${levelBefore(cube, span)}' AND r.env_id = {env_id:String} AND r.starts_at >= ${start} AND r.starts_at < ${start} + ${ends[span]}
  AND r.build IN (
    SELECT argMax(build, (is_last, as_of, build)) FROM custody_internal.written_seals
    WHERE env_id = {env_id:String} AND span = '${parts[span]}'
      AND starts_at >= ${start} AND starts_at < ${start} + ${ends[span]}${ofBuilds}
    GROUP BY starts_at)
GROUP BY ${names}`;
}

function spanSql(cube: Cube, span: SpanToBuild['span']): string {
  const names = cube.columns.join(', ');
  return `INSERT INTO ${cube.table} (env_id, level, starts_at, build, ${names}, decisions, first_at, last_at)
SELECT env_id, '${span}' AS level, starts_at, ${buildName(span, start)} AS build, ${names}, decisions, first_at, last_at
FROM (
${spanPartsSql(cube, span, sealedBefore)})`;
}

const nameOf = defineQuery({
  name: 'rollups.name',
  sql: `SELECT toString(if({span:String} = 'day', ${buildName('day', start)}, ${buildName('month', start)})) AS build,
  (SELECT toUnixTimestamp64Micro(max(sealed_at)) FROM custody_internal.written_seals) AS sealed_until`,
  params: z.object({ env_id: z.string(), span: z.enum(['day', 'month']), start: z.number().int(), attempt: z.uuid() }),
  row: z.object({ build: z.string(), sealed_until: z.number() }),
});

/** Of the cubes that have the level: what it is summed up from. */
function levelBefore({ levels }: Cube, span: Level): Level | undefined {
  return levels[levels.indexOf(span) - 1];
}

/**
 * Sums up a day from the builds that its hours' newest seals name, or a month from those of its days, under a build that
 * counts nowhere until a seal names it. Only seals count that were there before: a statement sees rows of rollups before it
 * looks at seals, and would lack those of a build that another sealer names in between. `build` is an UInt64, as text. Throws
 * `STORE_*`.
 */
export async function buildSpan(
  client: StoreClient,
  { envId, span, startMs, attempt }: SpanToBuild,
  options: StatementOptions = {},
): Promise<{ readonly build: string }> {
  const own = { env_id: envId, span, start: startMs / secondMs, attempt };
  const [named] = await runQuery(client, nameOf, own, options);
  const params = { ...own, sealed_until: named?.sealed_until ?? 0 };
  const settings = { ...summingUp, ...options.settings };
  for (const cube of cubes) {
    if (!cube.levels.includes(span)) continue;
    const sql = spanSql(cube, span);
    await client.command(`rollups.${cube.name}.${span}`, sql, params, { ...options, settings });
  }
  return { build: named?.build ?? '0' };
}
