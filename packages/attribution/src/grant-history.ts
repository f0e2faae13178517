import {
  type Fact,
  type FactKind,
  type GrantRecord,
  grantRecordKey,
  type Listing,
  parseTimestamp,
  type TrustLevel,
} from '@custody/decision';
import { type Held, heldAt, type ListingTimes, type Validity } from './held.ts';

/** A consent, a ceiling or a tool level, reduced to what attribution asks for. */
export interface KnownGrant extends Validity {
  /** The key of its record: unique, and the last tie-break wherever an order must not depend on that of arrival. */
  readonly key: string;
  readonly grantId: string;
  /** `''` for a tool level. */
  readonly humanKey: string;
  readonly server: string;
  readonly level: TrustLevel;
}

/** A grant at a moment; never one that was absent. */
export interface GrantAt {
  readonly grant: KnownGrant;
  readonly held: Exclude<Held, 'absent'>;
}

export interface KnownIdentity extends Validity {
  readonly key: string;
  readonly name: string;
  readonly email: string;
}

function instant(text: string, field: string): number {
  const ms = parseTimestamp(text);
  if (ms === null) throw new RangeError(`${field} is no RFC 3339 time: ${JSON.stringify(text).slice(0, 100)}`);
  return ms;
}

/** When a fact held, of its record. Throws a `RangeError` for a time that `grantRecord` would have refused. */
export function validityOf(record: Fact): Validity {
  return {
    validFromMs: record.valid_from === null ? null : instant(record.valid_from, 'valid_from'),
    firstSeenMs: instant(record.first_seen, 'first_seen'),
    lastSeenMs: instant(record.last_seen, 'last_seen'),
    firstMissingMs: record.first_missing === null ? null : instant(record.first_missing, 'first_missing'),
  };
}

/** When its kind was listed, of a listing's record. Throws as `validityOf`. */
export function listingTimesOf(record: Listing): ListingTimes {
  return {
    firstMs: instant(record.first_completed_at, 'first_completed_at'),
    newestMs: instant(record.completed_at, 'completed_at'),
  };
}

/** Sets the value of a key within a short list: agents hold few consents, and a list costs less than a map each. */
function upsert<T extends { readonly key: string }>(list: T[], value: T): void {
  const at = list.findIndex(({ key }) => key === value.key);
  if (at < 0) list.push(value);
  else list[at] = value;
}

/** The value under a key, made where there is none. */
function within<Value>(values: Map<string, Value>, key: string, make: () => Value): Value {
  const known = values.get(key);
  if (known !== undefined) return known;
  const made = make();
  values.set(key, made);
  return made;
}

const noGrants: () => KnownGrant[] = () => [];
const noGroups: () => Map<string, KnownGrant[]> = () => new Map();

/**
 * What is known of one environment. In maps within maps rather than under joined keys: a decision asks nine times, and to
 * join and hash two keys takes longer than to look both of them up.
 */
class EnvironmentFacts {
  readonly consents = new Map<string, KnownGrant[]>();
  /** By human, then by server. */
  readonly ceilings = new Map<string, Map<string, KnownGrant[]>>();
  /** By server, then by tool. */
  readonly toolLevels = new Map<string, Map<string, KnownGrant[]>>();
  readonly identities = new Map<string, KnownIdentity[]>();
  readonly listings = new Map<FactKind, ListingTimes>();
}

const nothing = new EnvironmentFacts();

/**
 * All that is known of who might do what when: the values of the grants topic, the newest of each key. Applying records
 * of distinct keys in another order gives the same history. Look-ups cost the few grants of one agent, human or tool.
 */
export class GrantHistory {
  readonly #environments = new Map<string, EnvironmentFacts>();
  /** One string object per distinct text: thousands of grants name the same few humans and servers. */
  readonly #texts = new Map<string, string>();

  #intern(text: string): string {
    return within(this.#texts, text, () => text);
  }

  #of(envId: string): EnvironmentFacts {
    return this.#environments.get(envId) ?? nothing;
  }

  /** Takes a value of the grants topic. Throws a `RangeError` for a time that `grantRecord` would have refused. */
  apply(record: GrantRecord): void {
    const facts = within(this.#environments, record.env_id, () => new EnvironmentFacts());
    if (record.kind === 'listing') facts.listings.set(record.of, listingTimesOf(record));
    else if (record.kind === 'identity') {
      const { name, email } = record;
      const value = { key: grantRecordKey(record), name, email, ...validityOf(record) };
      upsert(
        within<KnownIdentity[]>(facts.identities, record.user_key, () => []),
        value,
      );
    } else this.#applyGrant(facts, record);
  }

  #applyGrant(facts: EnvironmentFacts, record: Exclude<GrantRecord, { kind: 'listing' | 'identity' }>): void {
    const server = this.#intern(record.server);
    const humanKey = record.kind === 'tool_level' ? '' : this.#intern(record.human_key);
    const { grant_id: grantId, level } = record;
    const grant = { key: grantRecordKey(record), grantId, humanKey, server, level, ...validityOf(record) };
    upsert(groupOf(facts, record), grant);
  }

  #at(grants: readonly KnownGrant[] | undefined, listing: ListingTimes | undefined, atMs: number): GrantAt[] {
    const found: GrantAt[] = [];
    if (grants === undefined) return found;
    for (const grant of grants) {
      const held = heldAt(grant, listing, atMs);
      if (held !== 'absent') found.push({ grant, held });
    }
    return found;
  }

  /** The consents that the agent held, or may have held, at the moment, in no particular order; likewise below. */
  consentsOf(envId: string, agentKey: string, atMs: number): GrantAt[] {
    const { consents, listings } = this.#of(envId);
    return this.#at(consents.get(agentKey), listings.get('consent'), atMs);
  }

  ceilingsOf(envId: string, humanKey: string, server: string, atMs: number): GrantAt[] {
    const { ceilings, listings } = this.#of(envId);
    return this.#at(ceilings.get(humanKey)?.get(server), listings.get('ceiling'), atMs);
  }

  toolLevels(envId: string, server: string, tool: string, atMs: number): GrantAt[] {
    const { toolLevels, listings } = this.#of(envId);
    return this.#at(toolLevels.get(server)?.get(tool), listings.get('tool_level'), atMs);
  }

  /** Whether the resource had, or may have had, a tool with a trust level at the moment. */
  isServer(envId: string, server: string, atMs: number): boolean {
    const { toolLevels, listings } = this.#of(envId);
    const tools = [...(toolLevels.get(server)?.values() ?? [])];
    return tools.some((levels) => this.#at(levels, listings.get('tool_level'), atMs).length > 0);
  }

  /** Whether any MCP server was there at the moment, or may have been: without one, no resource is known to be none. */
  hasServers(envId: string, atMs: number): boolean {
    return [...this.#of(envId).toolLevels.keys()].some((server) => this.isServer(envId, server, atMs));
  }

  /** The newest name and address of a user; kept after the user is gone, since decisions outlive users. */
  identity(envId: string, userKey: string): KnownIdentity | undefined {
    let newest: KnownIdentity | undefined;
    for (const version of this.#of(envId).identities.get(userKey) ?? []) {
      if (newest === undefined || isNewer(version, newest)) newest = version;
    }
    return newest;
  }

  /** Whether the user existed, or may have existed, at the moment. */
  isUser(envId: string, userKey: string, atMs: number): boolean {
    const { identities, listings } = this.#of(envId);
    const versions = identities.get(userKey) ?? [];
    return versions.some((version) => heldAt(version, listings.get('identity'), atMs) !== 'absent');
  }

  /**
   * Every time that any fact tells which may bear on the calls of one agent, whoever held it when: its consents, the
   * ceilings of these humans on the server, and the humans as users.
   */
  *factsAbout(envId: string, agentKey: string, server: string, humans: Iterable<string>): Generator<Validity> {
    const { ceilings, identities, ...facts } = this.#of(envId);
    const consents = facts.consents.get(agentKey) ?? [];
    yield* consents;
    for (const human of new Set([...humans, ...consents.map(({ humanKey }) => humanKey)])) {
      yield* ceilings.get(human)?.get(server) ?? [];
      yield* identities.get(human) ?? [];
    }
  }

  /** The levels of every tool of the environment, whenever they held. */
  *everyToolLevel(envId: string): Generator<Validity> {
    for (const tools of this.#of(envId).toolLevels.values()) for (const levels of tools.values()) yield* levels;
  }

  listing(envId: string, of: FactKind): ListingTimes | undefined {
    return this.#of(envId).listings.get(of);
  }
}

/** The grants of the same subject, to which a grant's record belongs. */
function groupOf(
  facts: EnvironmentFacts,
  record: Exclude<GrantRecord, { kind: 'listing' | 'identity' }>,
): KnownGrant[] {
  const { server } = record;
  if (record.kind === 'consent') return within(facts.consents, record.agent_key, noGrants);
  if (record.kind === 'ceiling') {
    return within(within(facts.ceilings, record.human_key, noGroups), server, noGrants);
  }
  return within(within(facts.toolLevels, server, noGroups), record.tool, noGrants);
}

function isNewer(a: KnownIdentity, b: KnownIdentity): boolean {
  if (a.lastSeenMs !== b.lastSeenMs) return a.lastSeenMs > b.lastSeenMs;
  if (a.firstSeenMs !== b.firstSeenMs) return a.firstSeenMs > b.firstSeenMs;
  return a.key > b.key;
}
