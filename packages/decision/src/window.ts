import { z } from 'zod';

/**
 * How long after the lateness a stretch may wait to be proven, seconds: windows close in slices, and a slice has to be
 * read. Coverage counts time as blind only after both, so that blindness is 0 in health.
 */
export const settlingSeconds = 60;

/** How a window is known to hold all that the source listed. */
export const proofs = ['count', 'reread'] as const;
export type Proof = (typeof proofs)[number];

export const windowStates = ['open', 'closed', 'unreadable'] as const;
export type WindowState = (typeof windowStates)[number];

/** Narrows a window whose second holds more than a query can list. */
export const facet = z.object({
  decision: z.boolean().optional(),
  action: z.string().optional(),
  resource: z.string().optional(),
  user: z.string().optional(),
});
export type Facet = z.infer<typeof facet>;

/** What one narrower request showed of a second that holds more than a query can list. */
export const sourceFacet = z.object({
  facet,
  state: z.enum(windowStates),
  /** Distinct ids that it listed, those of the padding included: facets may overlap, their sum is nothing. */
  listed: z.number().int().nonnegative(),
  /** What the source counted for it; `null` where it gave no usable count. */
  counted: z.number().int().nonnegative().nullable(),
});
export type SourceFacet = z.infer<typeof sourceFacet>;

/** A half-open range of source time inside one UTC hour, and what proves it read. */
export const sourceWindow = z.object({
  from: z.string(),
  to: z.string(),
  facet: facet.optional(),
  state: z.enum(windowStates),
  proof: z.enum(proofs).nullable(),
  /** Distinct ids inside `[from, to)` that the last full pass listed. */
  listed: z.number().int().nonnegative(),
  /**
   * The ids of exactly those XORed (`IdsXor`), so that what is stored can be compared by id. An entry without an id counts
   * in `listed` and adds nothing here: it ends as a dead letter. Absent where they are not known: in records of older
   * pollers, in windows joined with one of those, and in open ones that no pass has read as a whole.
   */
  ids_xor: z
    .string()
    .regex(/^[0-9a-f]{32}$/)
    .optional(),
  /**
   * What the source counted for the padded request after that pass; `null` where it gave no usable count. Windows that
   * were joined after closing carry the sum of theirs, each with its own padding.
   */
  counted: z.number().int().nonnegative().nullable(),
  /**
   * Entries that the source no longer lists: handed on earlier, or counted while a pass read the window and deleted before
   * it came to them. Those of the second kind nobody has.
   */
  deleted_at_source: z.number().int().nonnegative(),
  /** When the last full pass began. */
  read_at: z.string().nullable(),
  /** Why it is unreadable, or why it was opened again; `''` otherwise. */
  reason: z.string(),
  /** The facets through which a second was read that holds more than a query can list; absent for any other window. */
  facets: z.array(sourceFacet).optional(),
  /**
   * Distinct ids that the last full pass listed beside the window, in the padding of its request: before `from`, and at
   * `to` or later. With `listed`, what a later count of the same request is compared with.
   */
  listed_before: z.number().int().nonnegative().optional(),
  listed_after: z.number().int().nonnegative().optional(),
  /** When it was closed, or found to be unreadable; of windows that were joined, the last one. */
  closed_at: z.string().nullable().optional(),
  /** When the source was last asked for its count after that, to find rows that came later still. */
  verified_at: z.string().nullable().optional(),
  /** True while it is open because a repair request wants it read again. */
  repair: z.boolean().optional(),
});
export type SourceWindow = z.infer<typeof sourceWindow>;

/** A value of the windows topic: one hour of one environment, whole, rewritten on each change. */
export const hourWindows = z.object({
  env_id: z.string(),
  env_name: z.string(),
  hour: z.string(),
  /** Disjoint, in order; what of the hour they do not cover was not read yet. */
  windows: z.array(sourceWindow),
  updated_at: z.string(),
  /** The newest repair request that was taken up; the hour's windows were opened in the same record. */
  repair: z
    .object({
      requested_at: z.string(),
      reason: z.string(),
      /** Absent from records of older pollers. */
      requested_by: z.string().optional(),
      /**
       * When `custody backfill` was asked for the hour last, whoever has asked for it since; absent where it never was, and
       * from records of older pollers.
       */
      backfill_asked_at: z.string().optional(),
    })
    .optional(),
});
export type HourWindows = z.infer<typeof hourWindows>;

export function hourWindowsKey(envId: string, hour: string): string {
  return `${envId}/${hour}`;
}
