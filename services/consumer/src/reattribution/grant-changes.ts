import { type ListingTimes, listingTimesOf, periodOfDifference, type Validity, validityOf } from '@custody/attribution';
import {
  type Fact,
  type FactKind,
  type GrantRecord,
  grantRecordKey,
  type Listing,
  type TimeRange,
} from '@custody/decision';
import type { ReattributionProgress } from '@custody/store';

/** Whose decisions a change may bear on; a user is a caller, a human behind calls and the owner of a per-user server. */
export type ChangeScope =
  | { readonly kind: 'all' }
  | { readonly kind: 'agent' | 'server' | 'user'; readonly key: string };

/** Something that was learned of grants, and the decisions whose attribution it may change. */
export interface GrantChange {
  readonly envId: string;
  readonly scope: ChangeScope;
  /** Of the decisions' time; its ends may be infinite. */
  readonly range: TimeRange;
  readonly cause: { readonly kind: FactKind | 'listing'; readonly id: string };
  /** In the grants topic, after the record. */
  readonly position: number;
  /** Whether it is no news, but the next listing that confirms what the one before it showed. */
  readonly isConfirmation: boolean;
}

type Effect = Pick<GrantChange, 'scope' | 'range' | 'isConfirmation'>;

interface Known {
  readonly fact: Fact;
  readonly validity: Validity;
}

const always: TimeRange = { fromMs: Number.NEGATIVE_INFINITY, toMs: Number.POSITIVE_INFINITY };
const everything: Effect = { scope: { kind: 'all' }, range: always, isConfirmation: false };

function contentOf({ valid_from: _v, first_seen: _f, last_seen: _l, first_missing: _m, ...content }: Fact): string {
  return JSON.stringify(Object.entries(content).sort());
}

function scopeOf(fact: Fact): ChangeScope {
  if (fact.kind === 'consent') return { kind: 'agent', key: fact.agent_key };
  return fact.kind === 'identity' ? { kind: 'user', key: fact.user_key } : { kind: 'server', key: fact.server };
}

/**
 * Tells of each value of the grants topic which decisions it may bear on, by what was known before it. Values up to the
 * position of the progress are only remembered: they are worked off. It may say too much, never too little: until
 * everything has been applied, a value without a predecessor may have had one that the topic no longer holds.
 */
export class GrantChanges {
  readonly #workedOff: number;
  readonly #facts = new Map<string, Known>();
  /** Keys of tool levels, by environment. */
  readonly #toolLevels = new Map<string, Set<string>>();
  readonly #listings = new Map<string, Listing>();
  /** Newest listings that are worked off, for those whose own value is gone; milliseconds. */
  readonly #listedAtMs: ReadonlyMap<string, number>;
  #isCaughtUp = false;

  constructor({ position, listings }: ReattributionProgress) {
    this.#workedOff = position;
    this.#listedAtMs = new Map(listings.map(({ envId, kind, listedAtMs }) => [`${envId}/${kind}`, listedAtMs]));
  }

  /** Everything that the topic held has been applied: what is not known from now on was never there. */
  caughtUp(): void {
    this.#isCaughtUp = true;
  }

  /** The newest listings, as far as they were applied. */
  listings(): ReattributionProgress['listings'] {
    return [...this.#listings.values()].map((record) => ({
      envId: record.env_id,
      kind: record.of,
      listedAtMs: listingTimesOf(record).newestMs,
    }));
  }

  /** Applies a value; `position` is the one after it. */
  apply(record: GrantRecord, position: number): GrantChange[] {
    const isListing = record.kind === 'listing';
    const effects = isListing ? this.#list(record) : this.#learn(record);
    if (position <= this.#workedOff) return [];
    const id = isListing ? `listing of ${record.of}` : record.grant_id;
    return effects.map((effect) => ({
      ...effect,
      ...{ envId: record.env_id, position, cause: { kind: record.kind, id } },
    }));
  }

  #list(record: Listing): Effect[] {
    const key = `${record.env_id}/${record.of}`;
    const known = this.#listings.get(key);
    this.#listings.set(key, record);
    // Of users only the existence counts, which no listing changes that shows them still.
    if (record.of === 'identity') return [];
    const after = listingTimesOf(record);
    const before = known === undefined ? undefined : listingTimesOf(known);
    const newestMs = before?.newestMs ?? this.#listedAtMs.get(key);
    // The first listing of a kind tells of all time what there is, and that there is no more.
    if (newestMs === undefined || (before !== undefined && before.firstMs !== after.firstMs)) return [everything];
    const fromMs = Math.min(newestMs, after.newestMs) + 1;
    const range = { fromMs, toMs: Math.max(newestMs, after.newestMs) + 1 };
    return range.fromMs < range.toMs ? [{ scope: { kind: 'all' }, range, isConfirmation: true }] : [];
  }

  #learn(fact: Fact): Effect[] {
    const key = grantRecordKey(fact);
    const before = this.#facts.get(key);
    const after: Known = { fact, validity: validityOf(fact) };
    this.#facts.set(key, after);
    const range = this.#rangeOf(before, after);
    const effect = { scope: scopeOf(fact), range: range ?? always, isConfirmation: false };
    if (fact.kind === 'tool_level') {
      this.#toolLevelsOf(fact.env_id).add(key);
      if (range === null) return [];
      return this.#isAnyToolThroughout(fact.env_id, key, range) ? [effect] : [{ ...effect, scope: { kind: 'all' } }];
    }
    return range === null ? [] : [effect];
  }

  /** When it matters that a fact is known as it is now; `null`: never. */
  #rangeOf(before: Known | undefined, { fact, validity }: Known): TimeRange | null {
    const isOther = before !== undefined && contentOf(before.fact) !== contentOf(fact);
    // The name that a user has now is shown in all time.
    if (fact.kind === 'identity' && (before === undefined || isOther)) return always;
    if (isOther || (before === undefined && !this.#isCaughtUp)) {
      return { ...always, fromMs: validity.validFromMs ?? always.fromMs };
    }
    return periodOfDifference(before?.validity ?? null, validity, this.#timesOf(fact.env_id, fact.kind));
  }

  #timesOf(envId: string, kind: FactKind): ListingTimes | undefined {
    const record = this.#listings.get(`${envId}/${kind}`);
    return record === undefined ? undefined : listingTimesOf(record);
  }

  #toolLevelsOf(envId: string): Set<string> {
    const known = this.#toolLevels.get(envId) ?? new Set();
    this.#toolLevels.set(envId, known);
    return known;
  }

  /** Whether another tool was there all the while: then the change leaves it as it is that there are servers at all. */
  #isAnyToolThroughout(envId: string, changedKey: string, { fromMs, toMs }: TimeRange): boolean {
    const listing = this.#timesOf(envId, 'tool_level');
    for (const key of this.#toolLevelsOf(envId)) {
      const other = key === changedKey ? undefined : this.#facts.get(key);
      const time = other === undefined ? null : periodOfDifference(null, other.validity, listing);
      if (time !== null && time.fromMs <= fromMs && toMs <= time.toMs) return true;
    }
    return false;
  }
}
