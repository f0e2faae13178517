import { secondMs } from '@custody/decision';
import { z } from 'zod';
import type { StatementOptions, StoreClient } from '../client.ts';
import { defineQuery, runQuery } from '../query.ts';
import { canonicalSeal, sealDigest, sealStates } from '../seals/seal.ts';

/** A seal that does not fit into the chain of its hour. */
export interface BrokenLink {
  readonly envId: string;
  readonly hourStartMs: number;
  readonly revision: number;
  /** `digest`: it is not made of what the seal says; `previous`: there is no seal that it follows. */
  readonly fault: 'digest' | 'previous';
}

/** A month of seals, as `yyyymm`. */
export interface MonthOfChains {
  readonly month: number;
  readonly seals: number;
  readonly broken: readonly BrokenLink[];
}

const months = defineQuery({
  name: 'verify.months_of_seals',
  sql: `SELECT DISTINCT toYYYYMM(starts_at) AS month FROM custody_internal.seals WHERE span = 'hour' ORDER BY month`,
  params: z.object({}),
  row: z.object({ month: z.number() }),
});

// One that was looked at anew and says the same is the same link.
const links = defineQuery({
  name: 'verify.links',
  sql: `SELECT DISTINCT env_id, toUnixTimestamp(starts_at) AS start, revision, state, stored, listed,
  dead_letters AS deadLetters, missing, deleted_at_source AS deletedAtSource, unreadable_seconds AS unreadableSeconds,
  listed_ids_xor AS listedIdsXor, reasons, content, digest, previous_digest AS previousDigest
FROM custody_internal.seals
WHERE span = 'hour' AND toYYYYMM(starts_at) = {month:UInt32}
ORDER BY env_id, start, revision`,
  params: z.object({ month: z.number().int() }),
  row: z.object({
    ...{ env_id: z.string(), start: z.number(), revision: z.number(), state: z.enum(sealStates) },
    ...{ stored: z.number(), listed: z.number(), deadLetters: z.number(), missing: z.number() },
    ...{ deletedAtSource: z.number(), unreadableSeconds: z.number(), listedIdsXor: z.string() },
    ...{ reasons: z.array(z.string()), content: z.string(), digest: z.string(), previousDigest: z.string() },
  }),
});
type Link = z.infer<typeof links.row>;

/** The first fault of a link, whose hour has these. */
function faultOf(link: Link, ofHour: readonly Link[]): BrokenLink['fault'] | null {
  const { env_id, start, revision, digest, previousDigest } = link;
  const canonical = canonicalSeal(env_id, start * secondMs, revision, link);
  if (digest !== sealDigest(previousDigest, canonical)) return 'digest';
  if (revision === 1) return previousDigest === '' ? null : 'previous';
  // Two who sealed at once may both have followed one seal: each is a link of its own.
  const isThere = ofHour.some((other) => other.revision === revision - 1 && other.digest === previousDigest);
  return isThere ? null : 'previous';
}

/** Finds what is broken in the chains of some seals of hours. Pure. */
function brokenAmong(seals: readonly Link[]): BrokenLink[] {
  const hours = Map.groupBy(seals, ({ env_id, start }) => JSON.stringify([env_id, start]));
  return [...hours.values()].flatMap((ofHour) =>
    ofHour.flatMap((link) => {
      const fault = faultOf(link, ofHour);
      const { env_id: envId, start, revision } = link;
      return fault === null ? [] : [{ envId, hourStartMs: start * secondMs, revision, fault }];
    }),
  );
}

/**
 * Looks at every seal of an hour that was ever written, month by month: whether its digest is that of what it says, and whether
 * the seal is there that it follows. Throws `STORE_*`.
 */
export async function* verifyChains(
  client: StoreClient,
  options: StatementOptions = {},
): AsyncGenerator<MonthOfChains> {
  for (const { month } of await runQuery(client, months, {}, options)) {
    const seals = await runQuery(client, links, { month }, options);
    yield { month, seals: seals.length, broken: brokenAmong(seals) };
  }
}
