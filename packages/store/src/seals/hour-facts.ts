import { secondMs } from '@custody/decision';
import { z } from 'zod';
import { type SealedHour, sealStates } from './seal.ts';

/** What the windows of an hour say, as they are stored. */
export interface ListedFacts {
  /** No second between the beginning of history and the end of the hour is without a window, or in an open one. */
  readonly isProven: boolean;
  /** Whether history begins after the hour does, and before its end. */
  readonly beginsInside: boolean;
  /** Listed in windows that are not open. */
  readonly listed: number;
  readonly deletedAtSource: number;
  readonly unreadableSeconds: number;
  /** The ids of `listed`, XORed; `''` where a window does not tell them. */
  readonly listedIdsXor: string;
  readonly updatedAtMs: number;
}

/** The seal that counts of an hour. */
export interface NewestSeal extends SealedHour {
  readonly build: string;
}

/** All that the store knows of an hour, but its rows. */
export interface HourFacts {
  readonly envId: string;
  readonly hourStartMs: number;
  /** `null` where no window was ever stored. */
  readonly listing: ListedFacts | null;
  /** When something was last said to be stored or changed in it, microseconds by the store's clock; 0: never. */
  readonly saidAtUs: number;
  /** Whether nothing is being changed in it. */
  readonly isSettled: boolean;
  /** Whether it has a seal, and nothing was said since that was made. */
  readonly isSealed: boolean;
  readonly isExpired: boolean;
  readonly seal: NewestSeal | null;
}

/** The same as a row of the statement that reads it. */
export const factsRow = z.object({
  env_id: z.string(),
  hour_seconds: z.number(),
  is_listed: z.number(),
  is_proven: z.number(),
  begins_inside: z.number(),
  listed: z.number(),
  deleted_at_source: z.number(),
  unreadable_seconds: z.number(),
  listed_ids_xor: z.string(),
  updated_ms: z.number(),
  said_us: z.number(),
  is_settled: z.coerce.boolean(),
  is_sealed: z.coerce.boolean(),
  is_expired: z.coerce.boolean(),
  has_seal: z.number(),
  build: z.string(),
  revision: z.number(),
  state: z.enum(sealStates),
  stored: z.number(),
  sealed_listed: z.number(),
  dead_letters: z.number(),
  missing: z.number(),
  sealed_deleted: z.number(),
  sealed_unreadable: z.number(),
  sealed_ids_xor: z.string(),
  reasons: z.array(z.string()),
  content: z.string(),
  digest: z.string(),
  previous_digest: z.string(),
});

export function factsOf(row: z.infer<typeof factsRow>): HourFacts {
  const listing: ListedFacts = {
    isProven: row.is_proven === 1,
    beginsInside: row.begins_inside === 1,
    listed: row.listed,
    deletedAtSource: row.deleted_at_source,
    unreadableSeconds: row.unreadable_seconds,
    listedIdsXor: row.listed_ids_xor,
    updatedAtMs: row.updated_ms,
  };
  const seal: NewestSeal = {
    build: row.build,
    revision: row.revision,
    state: row.state,
    stored: row.stored,
    listed: row.sealed_listed,
    deadLetters: row.dead_letters,
    missing: row.missing,
    deletedAtSource: row.sealed_deleted,
    unreadableSeconds: row.sealed_unreadable,
    listedIdsXor: row.sealed_ids_xor,
    reasons: row.reasons,
    content: row.content,
    digest: row.digest,
    previousDigest: row.previous_digest,
  };
  return {
    envId: row.env_id,
    hourStartMs: row.hour_seconds * secondMs,
    listing: row.is_listed === 1 ? listing : null,
    saidAtUs: row.said_us,
    isSettled: row.is_settled,
    isSealed: row.is_sealed,
    isExpired: row.is_expired,
    seal: row.has_seal === 1 ? seal : null,
  };
}
