import { z } from 'zod';
import { reservedWindowsPrefix } from './source-claim.ts';

const count = z.number().int().nonnegative();

/** How blind the poller of one environment is, as of a moment; a value of the windows topic beside the hours. */
export const coverageRecord = z.object({
  env_id: z.string(),
  env_name: z.string(),
  as_of: z.string(),
  /** Younger than the lateness and the time to settle: normal. */
  open_seconds: z.number().nonnegative(),
  /** Older, and not proven. */
  blind_seconds: z.number().nonnegative(),
  /** Known not to be readable. */
  unreadable_seconds: z.number().nonnegative(),
  /** Distinct ids listed by the last full pass of each window. */
  rows_listed: count,
  /** Of those, in windows that are proven. */
  rows_read: count,
  /** What the source counted beyond what it listed, in windows that are not proven. */
  rows_missing: count,
  /** Start of the oldest stretch that is neither proven nor unreadable; `null` where there is none. */
  oldest_open: z.string().nullable(),
  /** Since the first start. */
  requests_spent: count,
  requests_refused: count,
  /** The rate in force; `null`: no limit. */
  requests_per_minute: z.number().nonnegative().nullable(),
  /** Decisions whose detailed entry is still to be read. These four are absent from records of older pollers. */
  evidence_owed: count.optional(),
  /** Time of the oldest of them, which Permit deletes first; `null` where nothing is owed. */
  evidence_oldest_owed: z.string().nullable().optional(),
  /** Detailed entries read, and found to be deleted by Permit before they were, since the first start. */
  evidence_read: count.optional(),
  evidence_deleted_first: count.optional(),
  /**
   * Everything that the source listed of this time was handed on, as far as the newest reading shows: it moves on with
   * every poll. Absent from records of older pollers; `null` until something was read.
   */
  read_from: z.string().nullable().optional(),
  read_until: z.string().nullable().optional(),
  /** Kinds of facts whose newest listing failed: their last known state stays. */
  facts_unreadable: z.array(z.string()).optional(),
});
export type CoverageRecord = z.infer<typeof coverageRecord>;

/** Reserved as readers of hours have to skip it: see `isReservedWindowsKey`. */
export function coverageKey(envId: string): string {
  return `${reservedWindowsPrefix}coverage/${envId}`;
}
