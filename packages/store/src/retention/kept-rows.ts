import { dayMs, secondMs } from '@custody/decision';
import { z } from 'zod';
import type { StatementOptions, StoreClient } from '../client.ts';
import { defineQuery, runQuery } from '../query.ts';
import { behindLiveRows } from '../reattribution/rows-in-scope.ts';
import { cubes } from '../rollups/cubes.ts';
import { tablesOf } from './conditions.ts';

/** What a person looks at: the kinds that may expire, and the sums that stay. */
export type KeptKind = 'decisions' | 'entries' | 'rollups';

/** How much of a kind an environment has. */
export interface KeptRows {
  readonly rows: number;
  /** On disk: the rows' share of their parts. */
  readonly bytes: number;
  /** Of the oldest and the newest row, milliseconds. */
  readonly oldestMs: number;
  readonly newestMs: number;
  /** Rows of the last days up to the newest one, and how many days those are. */
  readonly recentRows: number;
  readonly recentDays: number;
}

const shareColumns = z.object({
  env_id: z.string(),
  rows: z.number(),
  bytes: z.number(),
  oldest_ms: z.number(),
  newest_ms: z.number(),
  recent_rows: z.number(),
});

const never = 4_294_967_295;

/** `internalTable` without its database; `at` is when a row is of, `isExact` whether that is to the hour. */
function keptQuery(internalTable: string, at: string, isExact: string) {
  return defineQuery({
    name: `retention.kept_${internalTable}`,
    sql: `SELECT r.env_id AS env_id, sum(r.part_share) AS rows, sum(if(p.rows > 0, r.part_share * p.bytes_on_disk / p.rows, 0)) AS bytes,
  min(r.oldest) AS oldest_ms, max(r.newest) AS newest_ms, sum(r.recent) AS recent_rows
FROM (
  SELECT _part AS part, env_id, count() AS part_share,
    min(if(${isExact}, toUnixTimestamp(${at}), ${never})) * 1000 AS oldest, toUnixTimestamp(max(${at})) * 1000 AS newest, countIf(toUnixTimestamp(${at}) >= {since:UInt32}) AS recent
  FROM custody_internal.${internalTable}
  GROUP BY part, env_id
) AS r
LEFT JOIN (
  SELECT name, rows, bytes_on_disk FROM system.parts
  WHERE database = 'custody_internal' AND table = '${internalTable}' AND active
) AS p ON p.name = r.part
GROUP BY env_id
SETTINGS join_use_nulls = 0`,
    params: z.object({ since: z.number().int() }),
    row: shareColumns,
  });
}

const queries: Readonly<Record<KeptKind, readonly ReturnType<typeof keptQuery>[]>> = {
  decisions: tablesOf.decisions.map((table) => keptQuery(table, 'occurred_at', 'true')),
  entries: tablesOf.entries.map((table) => keptQuery(table, 'occurred_at', 'true')),
  rollups: cubes.map(({ table }) => keptQuery(table.replace('custody_internal.', ''), 'starts_at', `level <= 'hour'`)),
};

const mostRecentDays = 30;

function together(parts: readonly z.infer<typeof shareColumns>[], nowMs: number): KeptRows {
  const sum = (of: (part: z.infer<typeof shareColumns>) => number) =>
    parts.reduce((total, part) => total + of(part), 0);
  const oldestMs = Math.min(...parts.map(({ oldest_ms }) => oldest_ms));
  return {
    rows: sum(({ rows }) => rows),
    bytes: Math.round(sum(({ bytes }) => bytes)),
    oldestMs,
    newestMs: Math.max(...parts.map(({ newest_ms }) => newest_ms)),
    recentRows: sum(({ recent_rows }) => recent_rows),
    // Of a history that has just begun, a day at least: an hour says nothing of a year.
    recentDays: Math.min(mostRecentDays, Math.max(1, (nowMs - oldestMs) / dayMs)),
  };
}

/** How much of a kind each environment has, by its id; those that have nothing are absent. */
export async function readKept(
  client: StoreClient,
  kind: KeptKind,
  nowMs: number,
  options: StatementOptions = {},
): Promise<ReadonlyMap<string, KeptRows>> {
  const since = Math.max(0, Math.floor((nowMs - mostRecentDays * dayMs) / secondMs));
  const parts: z.infer<typeof shareColumns>[] = [];
  for (const query of queries[kind]) {
    parts.push(...(await runQuery(client, query, { since }, { ...options, settings: behindLiveRows })));
  }
  return new Map([...Map.groupBy(parts, ({ env_id }) => env_id)].map(([envId, own]) => [envId, together(own, nowMs)]));
}
