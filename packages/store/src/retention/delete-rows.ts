import { secondMs } from '@custody/decision';
import { type Clock, CustodyError } from '@custody/runtime';
import { z } from 'zod';
import type { StatementOptions, StoreClient } from '../client.ts';
import { storeErrors } from '../errors.ts';
import { defineQuery, runQuery } from '../query.ts';
import { behindLiveRows } from '../reattribution/rows-in-scope.ts';
import type { RetentionKind } from './policy.ts';

/** Rows of one month of a table that are in hours to be deleted. */
export interface RowsToDelete {
  readonly kind: RetentionKind;
  readonly table: string;
  /** As 202611. */
  readonly month: number;
}

const deletable = `SELECT env_id, hour FROM custody_internal.deletable_hours WHERE kind = {kind:String}`;

function partsQuery(table: string) {
  return defineQuery({
    name: `retention.parts_of_${table}`,
    // By the primary key first, then beside the marks. A part that a merge replaces meanwhile has no size.
    sql: `SELECT r.part AS part, r.env_id AS env_id, r.going AS going, r.late AS late, r.hours AS hours,
  p.rows AS part_rows, p.bytes_on_disk AS part_bytes
FROM (
  SELECT _part AS part, t.env_id AS env_id, count() AS going, countIf(t.ingested_at > d.expired_at) AS late,
    groupUniqArray(toUnixTimestamp(d.hour)) AS hours
  FROM custody_internal.${table} AS t
  INNER JOIN (
    SELECT env_id, hour, expired_at FROM custody_internal.deletable_hours
    WHERE kind = {kind:String} AND toYYYYMM(hour) = {month:UInt32}
  ) AS d ON d.env_id = t.env_id AND d.hour = toStartOfHour(t.occurred_at)
  WHERE toYYYYMM(t.occurred_at) = {month:UInt32} AND (t.env_id, toStartOfHour(t.occurred_at)) IN (${deletable})
  GROUP BY part, env_id
) AS r
LEFT JOIN (
  SELECT name, rows, bytes_on_disk FROM system.parts
  WHERE database = 'custody_internal' AND table = '${table}' AND active
) AS p ON p.name = r.part
SETTINGS join_use_nulls = 0`,
    params: z.object({ kind: z.string(), month: z.number().int() }),
    row: z.object({
      part: z.string(),
      env_id: z.string(),
      going: z.number(),
      late: z.number(),
      hours: z.array(z.number()),
      part_rows: z.number(),
      part_bytes: z.number(),
    }),
  });
}

/** Rows of a part and an environment that have to go; `part_rows` is 0 where the part was merged away meanwhile. */
export type PartRows = z.infer<ReturnType<typeof partsQuery>['row']>;

/** Where the rows are that have to go. */
export function readParts(
  client: StoreClient,
  { kind, table, month }: RowsToDelete,
  options: StatementOptions = {},
): Promise<PartRows[]> {
  return runQuery(client, partsQuery(table), { kind, month }, { ...options, settings: behindLiveRows });
}

const unfinished = defineQuery({
  name: 'retention.under_way',
  sql: `SELECT latest_fail_reason AS reason FROM system.mutations
WHERE database = 'custody_internal' AND table = {table:String} AND NOT is_done`,
  params: z.object({ table: z.string() }),
  row: z.object({ reason: z.string() }),
});

const lookEveryMs = secondMs;

/** Waits for what rewrites the table. Throws `STORE_DELETION_FAILS` with the store's reason where that does not succeed. */
async function rewritten(client: StoreClient, table: string, clock: Clock, options: StatementOptions): Promise<void> {
  for (;;) {
    const found = await runQuery(client, unfinished, { table }, options);
    if (found.length === 0) return;
    const failing = found.find(({ reason }) => reason !== '');
    if (failing !== undefined) {
      throw new CustodyError(storeErrors.STORE_DELETION_FAILS, `${table}: ${failing.reason.slice(0, 500)}`);
    }
    await clock.sleep(lookEveryMs, options.signal);
  }
}

/** The store's code for a part that is not there. */
const noSuchPart = 232;

/** Drops a part whose every row has to go; false where a merge was quicker. What is inserted meanwhile is in other parts. */
async function dropPart(client: StoreClient, table: string, part: string, options: StatementOptions): Promise<boolean> {
  try {
    await client.command(
      'retention.drop_part',
      `ALTER TABLE custody_internal.${table} DROP PART {part:String}`,
      { part },
      options,
    );
    return true;
  } catch (error) {
    if (error instanceof CustodyError && error.fields.store_code === noSuchPart) return false;
    throw error;
  }
}

/** Parts whose rows have to go, every one. */
function wholeParts(rows: readonly PartRows[]): string[] {
  const parts = Map.groupBy(rows, ({ part }) => part);
  return [...parts].flatMap(([part, ofPart]) => {
    const going = ofPart.reduce((sum, { going: count }) => sum + count, 0);
    return going === ofPart[0]?.part_rows ? [part] : [];
  });
}

/**
 * Deletes what `readParts` found and what came since. Parts that go as a whole are dropped, which costs nothing: a month
 * that is over for every environment is not read again. The rest is one rewrite of the month's other parts, so that the
 * rows are off the disk when it resolves. Hours under a hold by then stay.
 */
export async function deleteRows(
  client: StoreClient,
  { kind, table, month }: RowsToDelete,
  found: readonly PartRows[],
  clock: Clock,
  options: StatementOptions = {},
): Promise<void> {
  await rewritten(client, table, clock, options);
  const whole = wholeParts(found);
  let isRest = found.some(({ part }) => !whole.includes(part));
  for (const part of whole) if (!(await dropPart(client, table, part, options))) isRest = true;
  if (!isRest) return;
  const sql = `ALTER TABLE custody_internal.${table} DELETE IN PARTITION ID {month:String}
WHERE (env_id, toStartOfHour(occurred_at)) IN (${deletable})`;
  await client.command(`retention.delete_${table}`, sql, { kind, month: String(month) }, options);
  await rewritten(client, table, clock, options);
}
