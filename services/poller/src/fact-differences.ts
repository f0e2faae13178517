import { type Fact, type FactKind, type GrantRecord, grantRecordKey, type Listing } from '@custody/decision';
import type { ListedCeiling, ListedConsent, ListedIdentity, ListedToolLevel } from '@custody/permit';

/** What distinguishes facts, without the times that they held. */
type Content<F> = F extends Fact
  ? Omit<F, 'env_id' | 'valid_from' | 'first_seen' | 'last_seen' | 'first_missing'>
  : never;

/** A fact as it is listed now. */
export type ListedFact = Content<Fact> & { readonly createdAt: string | null };

export function consentFact({ grantId, agentKey, humanKey, server, level, createdAt }: ListedConsent): ListedFact {
  return { kind: 'consent', grant_id: grantId, agent_key: agentKey, human_key: humanKey, server, level, createdAt };
}

export function ceilingFact({ grantId, humanKey, server, level, createdAt }: ListedCeiling): ListedFact {
  return { kind: 'ceiling', grant_id: grantId, human_key: humanKey, server, level, createdAt };
}

export function toolLevelFact({ grantId, server, tool, level, createdAt }: ListedToolLevel): ListedFact {
  return { kind: 'tool_level', grant_id: grantId, server, tool, level, createdAt };
}

export function identityFact({ grantId, userKey, name, email, createdAt }: ListedIdentity): ListedFact {
  return { kind: 'identity', grant_id: grantId, user_key: userKey, name, email, createdAt };
}

/** One complete listing of a kind. */
export interface CompleteListing {
  readonly envId: string;
  readonly kind: FactKind;
  readonly facts: readonly ListedFact[];
  /** RFC 3339. Whatever it lists was there at some moment between the two. */
  readonly beganAt: string;
  readonly completedAt: string;
}

export interface KnownFacts {
  /** Facts of the kind that have not ended, by `grant_id`. */
  readonly current: ReadonlyMap<string, Fact>;
  /** Keys of facts that have ended: their records must not be written over. */
  readonly endedKeys: ReadonlySet<string>;
  /** The listing before; `null` for the first. */
  readonly listing: Listing | null;
}

function sameContent(known: Fact, { createdAt: _, ...listed }: ListedFact): boolean {
  const fields = known as unknown as Readonly<Record<string, unknown>>;
  return Object.entries(listed).every(([name, value]) => fields[name] === value);
}

/** The source may write a time of creation late or not at all; two different ones are two grants. */
function sameCreation(known: Fact, { createdAt }: ListedFact): boolean {
  return createdAt === null || known.valid_from === null || known.valid_from === createdAt;
}

function begin(listing: CompleteListing, fact: ListedFact, validFrom: string | null): Fact {
  const { createdAt: _, ...content } = fact;
  const { envId, beganAt, completedAt } = listing;
  // It was there at some moment of the listing: surely no later than its end, and until its beginning at least.
  const seen = { first_seen: completedAt, last_seen: beganAt, first_missing: null };
  return { ...content, env_id: envId, valid_from: validFrom, ...seen } as Fact;
}

function end(known: Fact, before: Listing | null, { completedAt }: CompleteListing): Fact {
  const isNewer = before !== null && before.completed_at > known.last_seen;
  return { ...known, last_seen: isNewer ? before.completed_at : known.last_seen, first_missing: completedAt };
}

/**
 * What a complete listing says that was not known: facts that appeared, ended, or changed (the old one ends, another
 * begins), and last the listing itself, by which everything unchanged is known to have been there.
 *
 * A fact that takes the place of one with the same id begins when it was first seen: its time of creation is that of its
 * predecessor, and would write over its record.
 */
export function factDifferences(listing: CompleteListing, known: KnownFacts): GrantRecord[] {
  const records: GrantRecord[] = [];
  const listedIds = new Set<string>();
  for (const fact of listing.facts) {
    if (listedIds.has(fact.grant_id)) continue;
    listedIds.add(fact.grant_id);
    const current = known.current.get(fact.grant_id);
    if (current !== undefined && sameContent(current, fact) && sameCreation(current, fact)) continue;
    if (current !== undefined) records.push(end(current, known.listing, listing));
    records.push(successor(listing, fact, current, known));
  }
  for (const [id, current] of known.current) {
    if (!listedIds.has(id)) records.push(end(current, known.listing, listing));
  }
  records.push(listingRecord(listing, known.listing));
  return records;
}

/**
 * The newest time is when the listing began: what ended while its pages were read is not claimed to have been there at
 * its end. The first one is when it was complete, as `first_seen` of what it held is.
 */
function listingRecord({ envId, kind, beganAt, completedAt }: CompleteListing, before: Listing | null): Listing {
  const first = before?.first_completed_at ?? completedAt;
  return { kind: 'listing', env_id: envId, of: kind, first_completed_at: first, completed_at: beganAt };
}

function successor(listing: CompleteListing, fact: ListedFact, current: Fact | undefined, known: KnownFacts): Fact {
  const next = begin(listing, fact, fact.createdAt);
  const key = grantRecordKey(next);
  const isTaken = known.endedKeys.has(key) || (current !== undefined && grantRecordKey(current) === key);
  return isTaken ? begin(listing, fact, listing.completedAt) : next;
}
