import { type FactKind, factKinds, formatTimestamp } from '@custody/decision';
import { z } from 'zod';
import type { StatementOptions, StoreClient } from '../client.ts';
import { defineQuery, runQuery } from '../query.ts';

/** An hour whose stored rows change, or may have changed. */
export interface TouchedHour {
  readonly envId: string;
  readonly hourStartMs: number;
  /** In the grants topic: what the changed rows know. */
  readonly position: number;
  /** The kind of fact that was learned. */
  readonly why: string;
}

/**
 * Notes that rows of the hours change. Once before they do, `isSettled` false, and once after: whoever sums an hour up
 * waits in between.
 */
export async function touchHours(
  client: StoreClient,
  hours: readonly TouchedHour[],
  isSettled: boolean,
  options: StatementOptions = {},
): Promise<void> {
  if (hours.length === 0) return;
  const rows = hours.map(({ envId, hourStartMs, position, why }) => ({
    env_id: envId,
    hour: hourStartMs / 1_000,
    position,
    why,
    is_settled: isSettled,
  }));
  await client.insert('reattribution.touch', 'custody_internal.touched_hours', rows, options);
}

const hoursUnsettled = defineQuery({
  name: 'reattribution.unsettled',
  sql: `SELECT env_id, toUnixTimestamp(hour) AS hour_seconds, position, why
FROM custody_internal.touched_hours FINAL
WHERE NOT is_settled`,
  params: z.object({}),
  row: z.object({ env_id: z.string(), hour_seconds: z.number(), position: z.number(), why: z.string() }),
});

/** Hours that were about to change when whoever did it ended. */
export async function readUnsettledHours(client: StoreClient, options: StatementOptions = {}): Promise<TouchedHour[]> {
  const rows = await runQuery(client, hoursUnsettled, {}, options);
  return rows.map(({ env_id: envId, hour_seconds, position, why }) => ({
    ...{ envId, position, why },
    hourStartMs: hour_seconds * 1_000,
  }));
}

/** What a job changed in an hour: a row of `custody.attribution_corrections`. */
export interface Correction {
  readonly env_id: string;
  /** Start, unix seconds. */
  readonly hour: number;
  readonly job_id: string;
  readonly cause_kind: string;
  readonly cause: string;
  readonly causes: number;
  readonly agent_key: string;
  readonly range_from: string;
  readonly range_to: string;
  readonly rows: number;
  readonly changed: number;
  readonly changes: readonly {
    readonly attribution_before: string;
    readonly human_before: string;
    readonly attribution_after: string;
    readonly human_after: string;
    readonly rows: number;
  }[];
  readonly grants_position: number;
  readonly started_at: string;
  /** `null` before the change. */
  readonly finished_at: string | null;
}

/** Idempotent: of one job and hour the last one written stays. */
export async function writeCorrections(
  client: StoreClient,
  corrections: readonly Correction[],
  options: StatementOptions = {},
): Promise<void> {
  if (corrections.length === 0) return;
  await client.insert('reattribution.corrections', 'custody_internal.corrections', corrections, options);
}

const finish = `INSERT INTO custody_internal.corrections
SELECT * REPLACE(fromUnixTimestamp64Milli({at_ms:Int64}, 'UTC') AS finished_at, now64(6, 'UTC') AS written_at)
FROM custody_internal.corrections AS c FINAL
WHERE isNull(c.finished_at)`;

/** Ends what was begun by somebody who ended in between, once its work is known to be done. */
export async function finishCorrections(
  client: StoreClient,
  atMs: number,
  options: StatementOptions = {},
): Promise<void> {
  await client.command('reattribution.finish', finish, { at_ms: atMs }, options);
}

/** How far the grants topic is worked off: `listedAtMs` by environment and kind, and the position after it. */
export interface ReattributionProgress {
  readonly position: number;
  readonly listings: readonly { readonly envId: string; readonly kind: FactKind; readonly listedAtMs: number }[];
}

const progressRead = defineQuery({
  name: 'reattribution.progress',
  sql: `SELECT env_id, kind, toUnixTimestamp64Milli(listed_at) AS listed_ms, position
FROM custody_internal.reattribution_progress FINAL`,
  params: z.object({}),
  row: z.object({ env_id: z.string(), kind: z.enum(factKinds), listed_ms: z.number(), position: z.number() }),
});

export async function readProgress(
  client: StoreClient,
  options: StatementOptions = {},
): Promise<ReattributionProgress> {
  const rows = await runQuery(client, progressRead, {}, options);
  return {
    position: Math.max(0, ...rows.map(({ position }) => position)),
    listings: rows.map(({ env_id: envId, kind, listed_ms: listedAtMs }) => ({ envId, kind, listedAtMs })),
  };
}

/** Written after the work that it claims; of an environment and kind the highest position stays. */
export async function writeProgress(
  client: StoreClient,
  { position, listings }: ReattributionProgress,
  options: StatementOptions = {},
): Promise<void> {
  if (listings.length === 0) return;
  const rows = listings.map(({ envId, kind, listedAtMs }) => ({
    ...{ env_id: envId, kind, position },
    listed_at: formatTimestamp(listedAtMs),
  }));
  await client.insert('reattribution.progress', 'custody_internal.reattribution_progress', rows, options);
}
