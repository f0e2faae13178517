import { randomUUID } from 'node:crypto';
import { formatTimestamp, hourMs, secondMs, type TimeRange } from '@custody/decision';
import type { Clock } from '@custody/runtime';
import type { StatementOptions, StoreClient } from '../client.ts';
import { tablesOf } from './conditions.ts';
import { deleteRows, type PartRows, readParts } from './delete-rows.ts';
import { readEnvironments } from './environments.ts';
import { markExpired, monthsToExpire } from './mark-expired.ts';
import { type RetentionKind, type RetentionPolicies, retentionKinds, retentionOf } from './policy.ts';

/** Rows of an environment's month that went, or go; the range is from the first to the last of their hours. */
export interface Expiry extends TimeRange {
  readonly envId: string;
  readonly table: string;
  readonly hours: number;
  /** Versions of a row that were not merged yet count each. */
  readonly rows: number;
  /** Of those, stored after their hour had expired. */
  readonly lateRows: number;
  /** On disk, about. */
  readonly bytes: number;
}

export interface ExpireParts {
  readonly client: StoreClient;
  readonly policies: RetentionPolicies;
  readonly clock: Clock;
  /** Told of each deletion once it is done. */
  readonly onExpired?: (expiry: Expiry) => void;
}

function expiriesOf(table: string, found: readonly PartRows[]): Expiry[] {
  const environments = Map.groupBy(found, ({ env_id }) => env_id);
  return [...environments].map(([envId, rows]) => {
    const hours = [...new Set(rows.flatMap(({ hours: seconds }) => seconds))].sort((a, b) => a - b);
    const sum = (of: (row: PartRows) => number) => rows.reduce((total, row) => total + of(row), 0);
    return {
      ...{ envId, table, hours: hours.length },
      fromMs: (hours[0] ?? 0) * secondMs,
      toMs: (hours.at(-1) ?? 0) * secondMs + hourMs,
      rows: sum(({ going }) => going),
      lateRows: sum(({ late }) => late),
      bytes: Math.round(
        sum(({ going, part_rows, part_bytes }) => (part_rows > 0 ? (part_bytes * going) / part_rows : 0)),
      ),
    };
  });
}

/** What is written down of an expiry, before it and after it. */
function recordOf(
  expiryId: string,
  { envId, table, fromMs, toMs, ...expiry }: Expiry,
  days: number | null,
  beganAt: string,
) {
  return {
    ...{ expiry_id: expiryId, env_id: envId, table, from_hour: fromMs / secondMs, to_hour: toMs / secondMs },
    ...{ hours: expiry.hours, rows: expiry.rows, late_rows: expiry.lateRows, bytes: expiry.bytes },
    ...{ policy_days: days, began_at: beganAt },
  };
}

/**
 * Lets everything go whose time has come: decisions and entries older than their environment's policy, in hours whose seal
 * holds for a day at least and which are under no hold. Month by month, the oldest first: hours are marked, then their rows
 * are deleted, and each step looks for holds anew. May be repeated, given up at any moment, and run by two at once. Resolves
 * with the names of policies that no environment bears. Throws `STORE_*`.
 */
export async function expire(
  { client, policies, clock, onExpired }: ExpireParts,
  options: StatementOptions = {},
): Promise<{ readonly unknown: readonly string[] }> {
  const { environments, unknown } = retentionOf(policies, await readEnvironments(client, options));
  const nowMs = clock.now();
  const daysOf = (kind: RetentionKind, envId: string) =>
    environments.find((environment) => environment.envId === envId)?.retention[kind] ?? null;

  async function deleteMonth(kind: RetentionKind, table: string, month: number): Promise<void> {
    const found = await readParts(client, { kind, table, month }, options);
    if (found.length === 0) return;
    const [id, beganAt] = [randomUUID(), formatTimestamp(clock.now())];
    const expiries = expiriesOf(table, found);
    const write = (finishedAt: string | null) =>
      client.insert(
        'retention.expiries',
        'custody_internal.expiries',
        expiries.map((one) => ({ ...recordOf(id, one, daysOf(kind, one.envId), beganAt), finished_at: finishedAt })),
        options,
      );
    await write(null);
    await deleteRows(client, { kind, table, month }, found, clock, options);
    await write(formatTimestamp(clock.now()));
    for (const expiry of expiries) onExpired?.(expiry);
  }

  // Entries first: whoever finds a decision finds its entry, unless that has a shorter life.
  for (const kind of [...retentionKinds].reverse()) {
    const step = { kind, environments, nowMs };
    for (const month of await monthsToExpire(client, step, options)) {
      await markExpired(client, step, month, options);
      for (const table of tablesOf[kind]) await deleteMonth(kind, table, month);
    }
  }
  return { unknown };
}
