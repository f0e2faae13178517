import { hourMs, secondMs, type TimeRange } from '@custody/decision';
import { z } from 'zod';
import type { StatementOptions, StoreClient } from '../client.ts';
import { asksForNames, isEnvironmentAsked, readEnvironmentNames, splitEnvironments } from '../plan/environments.ts';
import { sealBookOf } from '../plan/seal-book.ts';
import { secondsOf } from '../plan/snapshot.ts';
import { defineQuery, runQuery } from '../query.ts';
import type { Selection } from './selection.ts';

const expiredHours = defineQuery({
  name: 'expired.hours',
  sql: `SELECT env_id, min(toUnixTimestamp(hour)) AS first, max(toUnixTimestamp(hour)) AS last
FROM custody_internal.expired_hours
WHERE hour >= toDateTime({from:UInt32}, 'UTC') AND hour <= toDateTime({last:UInt32}, 'UTC')
GROUP BY env_id`,
  params: z.object({ from: z.number().int(), last: z.number().int() }),
  row: z.object({ env_id: z.string(), first: z.number(), last: z.number() }),
});

/** What was found of environments that a selection asks for; their names are read only where it goes by them. */
async function askedAmong<Found>(
  client: StoreClient,
  found: readonly Found[],
  envIdOf: (one: Found) => string,
  selection: Selection,
  options: StatementOptions,
): Promise<Found[]> {
  if (found.length === 0) return [];
  const { about } = splitEnvironments(selection);
  const names = asksForNames(about) ? await readEnvironmentNames(client, options) : new Map<string, string[]>();
  return found.filter((one) => isEnvironmentAsked(about, envIdOf(one), names.get(envIdOf(one))));
}

/**
 * What of a selection's range expired in its environments, from the first hour to the last; `null` for nothing. Rows of it
 * are gone, or go soon. Throws `STORE_*`.
 */
export async function readExpiredRange(
  client: StoreClient,
  selection: Selection,
  options: StatementOptions = {},
): Promise<TimeRange | null> {
  const { range } = selection;
  const found = await runQuery(client, expiredHours, secondsOf(range), options);
  const asked = await askedAmong(client, found, ({ env_id }) => env_id, selection, options);
  if (asked.length === 0) return null;
  return {
    fromMs: Math.max(range.fromMs, Math.min(...asked.map(({ first }) => first)) * secondMs),
    toMs: Math.min(range.toMs, Math.max(...asked.map(({ last }) => last)) * secondMs + hourMs),
  };
}

/** The same by what is known of hours anyway, as of a look after `sinceMs`, by `performance.now()`. Throws `STORE_*`. */
export async function findExpiredRange(
  client: StoreClient,
  selection: Selection,
  { sinceMs, ...options }: StatementOptions & { readonly sinceMs?: number } = {},
): Promise<TimeRange | null> {
  const { range } = selection;
  const book = sealBookOf(client);
  await book.refresh(range, options, sinceMs);
  const hasAny = book.snapshot(range).filter(({ expiredHours }) => expiredHours.size > 0);
  const asked = await askedAmong(client, hasAny, ({ envId }) => envId, selection, options);
  if (asked.length === 0) return null;
  let [firstMs, lastMs] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const { expiredHours } of asked) {
    for (const hour of expiredHours) [firstMs, lastMs] = [Math.min(firstMs, hour), Math.max(lastMs, hour)];
  }
  return { fromMs: Math.max(range.fromMs, firstMs), toMs: Math.min(range.toMs, lastMs + hourMs) };
}
