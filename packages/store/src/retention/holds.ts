import { randomUUID } from 'node:crypto';
import { hourMs, hourOf, secondMs, type TimeRange } from '@custody/decision';
import { CustodyError } from '@custody/runtime';
import { z } from 'zod';
import type { StatementOptions, StoreClient } from '../client.ts';
import { storeErrors } from '../errors.ts';
import { defineQuery, runQuery } from '../query.ts';

/** Rows that are kept whatever the policies say: of every hour that the range touches. */
export interface HoldToPlace extends TimeRange {
  /** Absent: of all environments, those to come as well. */
  readonly envId?: string | undefined;
  readonly reason: string;
  /** Who says so. */
  readonly who: string;
}

const allHolds = defineQuery({
  name: 'retention.holds',
  sql: `SELECT toString(hold_id) AS hold_id, held_env_id AS env_id, held_from AS from, held_to AS to, held_why AS reason,
  placed_by, placed_at, is_released, released_why, released_by, if(is_released, toNullable(released_at), NULL) AS released_at
FROM custody_internal.holds
ORDER BY is_released, holds.placed_at DESC`,
  params: z.object({}),
  row: z.object({
    hold_id: z.string(),
    env_id: z.string(),
    from: z.string(),
    to: z.string(),
    reason: z.string(),
    placed_by: z.string(),
    placed_at: z.string(),
    is_released: z.boolean(),
    released_why: z.string(),
    released_by: z.string(),
    released_at: z.string().nullable(),
  }),
});

/** A hold: `env_id` is `''` for all environments, times are RFC 3339, hours half-open. */
export type Hold = z.infer<typeof allHolds.row>;

/** Every hold that was ever placed, those in force first, the newest first. */
export function readHolds(client: StoreClient, options: StatementOptions = {}): Promise<Hold[]> {
  return runQuery(client, allHolds, {}, options);
}

/** Keeps the rows of the hours that a range touches, from the next step of any expiry on. Resolves with the hold's id. */
export async function placeHold(
  client: StoreClient,
  { envId = '', fromMs, toMs, reason, who }: HoldToPlace,
  options: StatementOptions = {},
): Promise<string> {
  const hold_id = randomUUID();
  const range = { from_hour: hourOf(fromMs) / secondMs, to_hour: (hourOf(toMs - 1) + hourMs) / secondMs };
  const row = { hold_id, action: 'placed', env_id: envId, ...range, reason, who };
  await client.insert('retention.hold', 'custody_internal.legal_holds', [row], options);
  return hold_id;
}

/**
 * Ends a hold, named by its id or the beginning of it: what it kept goes with the next expiry. Throws `STORE_NO_SUCH_HOLD`
 * where none in force, or more than one, is meant.
 */
export async function releaseHold(
  client: StoreClient,
  { id, reason, who }: { readonly id: string; readonly reason: string; readonly who: string },
  options: StatementOptions = {},
): Promise<Hold> {
  const holds = await readHolds(client, options);
  const [hold, ...others] = holds.filter(
    ({ hold_id, is_released }) => !is_released && id !== '' && hold_id.startsWith(id.toLowerCase()),
  );
  if (hold === undefined || others.length > 0) {
    const what = hold === undefined ? 'No hold in force' : `${others.length + 1} holds in force`;
    throw new CustodyError(
      storeErrors.STORE_NO_SUCH_HOLD,
      `${what} with an id that begins with ${JSON.stringify(id)}.`,
    );
  }
  const row = { hold_id: hold.hold_id, action: 'released', reason, who };
  await client.insert('retention.release', 'custody_internal.legal_holds', [row], options);
  return hold;
}
