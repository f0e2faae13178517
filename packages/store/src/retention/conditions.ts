import { dayMs, secondMs } from '@custody/decision';
import { z } from 'zod';
import type { EnvironmentRetention, RetentionDays, RetentionKind } from './policy.ts';

/** The tables of each kind, all with `env_id` and `occurred_at`, in partitions of a month. */
export const tablesOf: Readonly<Record<RetentionKind, readonly string[]>> = {
  decisions: ['decisions'],
  entries: ['entries', 'entry_details'],
};

/** A WITH clause: the holds in force, for `isHeld`. */
export const heldRanges = `(
  SELECT groupArray((held_env_id, held_from, held_to)) FROM custody_internal.holds WHERE NOT is_released
) AS held`;

/** Whether an hour is under a hold, in SQL: of the columns `env_id` and `hour`. */
export const isHeld = `arrayExists(hold -> (hold.1 = '' OR hold.1 = env_id) AND hour >= hold.2 AND hour < hold.3, held)`;

/** Whether an hour is older than its environment's policy, in SQL; never where there is none. */
export const isOld = `toUnixTimestamp(hour) < mapFromArrays({envs:Array(String)}, {cutoffs:Array(UInt32)})[toString(env_id)]`;

/**
 * Whether an hour of `hour_states` may expire, in SQL: sealed, with a seal that holds, for a day at least. Whatever else
 * looks at fresh decisions, flips say, has come to them by then.
 */
export const isReady = `is_sealed AND is_settled AND as_of < fromUnixTimestamp64Milli({ready_ms:Int64}, 'UTC')`;

export const policyParams = z.object({
  envs: z.array(z.string()),
  cutoffs: z.array(z.number().int()),
  ready_ms: z.number().int(),
});

/** The first moment that is kept: the beginning of a UTC day, milliseconds, so that rows go by whole days. */
export function keptFromMs(days: number, nowMs: number): number {
  return Math.max(0, Math.floor((nowMs - days * dayMs) / dayMs) * dayMs);
}

/** When rows of the day expire, milliseconds. */
export function expiresAtMs(days: number, dayStartMs: number): number {
  return dayStartMs + (days + 1) * dayMs;
}

/** Values for `isOld` and `isReady`. */
export function policyValues(environments: readonly EnvironmentRetention[], kind: RetentionKind, nowMs: number) {
  const limited = environments.flatMap(({ envId, retention }): [string, number][] => {
    const days: RetentionDays = retention[kind];
    return days === null ? [] : [[envId, keptFromMs(days, nowMs) / secondMs]];
  });
  return {
    envs: limited.map(([envId]) => envId),
    cutoffs: limited.map(([, cutoff]) => cutoff),
    ready_ms: nowMs - dayMs,
  };
}
