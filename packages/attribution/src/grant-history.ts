import {
  type Fact,
  type FactKind,
  type GrantRecord,
  grantRecordKey,
  type Identity,
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

function addTo(groups: Map<string, Set<string>>, group: string, member: string): void {
  const members = groups.get(group);
  if (members === undefined) groups.set(group, new Set([member]));
  else members.add(member);
}

/** Sets the value of a key within a short list: agents hold few consents, and a list costs less than a map each. */
function upsert<T extends { readonly key: string }>(lists: Map<string, T[]>, group: string, value: T): void {
  const list = lists.get(group);
  if (list === undefined) {
    lists.set(group, [value]);
    return;
  }
  const at = list.findIndex(({ key }) => key === value.key);
  if (at < 0) list.push(value);
  else list[at] = value;
}

/** Parts joined by a character that no key contains, so that no two pairs share a group. */
function groupOf(...parts: string[]): string {
  return parts.join('\u0000');
}

/**
 * All that is known of who might do what when: the values of the grants topic, the newest of each key. Applying records
 * of distinct keys in another order gives the same history. Look-ups cost the few grants of one agent, human or tool.
 */
export class GrantHistory {
  readonly #consents = new Map<string, KnownGrant[]>();
  readonly #ceilings = new Map<string, KnownGrant[]>();
  readonly #toolLevels = new Map<string, KnownGrant[]>();
  /** Tools of a server, to tell an MCP server from any other resource. */
  readonly #tools = new Map<string, Set<string>>();
  readonly #servers = new Map<string, Set<string>>();
  readonly #identities = new Map<string, KnownIdentity[]>();
  readonly #listings = new Map<string, ListingTimes>();
  /** One string object per distinct text: thousands of grants name the same few humans and servers. */
  readonly #texts = new Map<string, string>();

  #intern(text: string): string {
    const known = this.#texts.get(text);
    if (known !== undefined) return known;
    this.#texts.set(text, text);
    return text;
  }

  /** Takes a value of the grants topic. Throws a `RangeError` for a time that `grantRecord` would have refused. */
  apply(record: GrantRecord): void {
    if (record.kind === 'listing') {
      this.#listings.set(groupOf(record.env_id, record.of), listingTimesOf(record));
    } else if (record.kind === 'identity') this.#applyIdentity(record);
    else this.#applyGrant(record);
  }

  #applyIdentity(record: Identity): void {
    const { name, email } = record;
    const value = { key: grantRecordKey(record), name, email, ...validityOf(record) };
    upsert(this.#identities, groupOf(record.env_id, record.user_key), value);
  }

  #applyGrant(record: Exclude<GrantRecord, { kind: 'listing' | 'identity' }>): void {
    const server = this.#intern(record.server);
    const humanKey = record.kind === 'tool_level' ? '' : this.#intern(record.human_key);
    const { grant_id: grantId, level, env_id: envId } = record;
    const grant = { key: grantRecordKey(record), grantId, humanKey, server, level, ...validityOf(record) };
    if (record.kind === 'consent') upsert(this.#consents, groupOf(envId, record.agent_key), grant);
    else if (record.kind === 'ceiling') upsert(this.#ceilings, groupOf(envId, humanKey, server), grant);
    else {
      upsert(this.#toolLevels, groupOf(envId, server, record.tool), grant);
      addTo(this.#servers, envId, server);
      addTo(this.#tools, groupOf(envId, server), record.tool);
    }
  }

  #at(grants: readonly KnownGrant[] | undefined, envId: string, of: FactKind, atMs: number): GrantAt[] {
    const listing = this.listing(envId, of);
    const found: GrantAt[] = [];
    for (const grant of grants ?? []) {
      const held = heldAt(grant, listing, atMs);
      if (held !== 'absent') found.push({ grant, held });
    }
    return found;
  }

  /** The consents that the agent held, or may have held, at the moment, in no particular order; likewise below. */
  consentsOf(envId: string, agentKey: string, atMs: number): GrantAt[] {
    return this.#at(this.#consents.get(groupOf(envId, agentKey)), envId, 'consent', atMs);
  }

  ceilingsOf(envId: string, humanKey: string, server: string, atMs: number): GrantAt[] {
    return this.#at(this.#ceilings.get(groupOf(envId, humanKey, server)), envId, 'ceiling', atMs);
  }

  toolLevels(envId: string, server: string, tool: string, atMs: number): GrantAt[] {
    return this.#at(this.#toolLevels.get(groupOf(envId, server, tool)), envId, 'tool_level', atMs);
  }

  /** Whether the resource had, or may have had, a tool with a trust level at the moment. */
  isServer(envId: string, server: string, atMs: number): boolean {
    const tools = this.#tools.get(groupOf(envId, server)) ?? [];
    return [...tools].some((tool) => this.toolLevels(envId, server, tool, atMs).length > 0);
  }

  /** Whether any MCP server was there at the moment, or may have been: without one, no resource is known to be none. */
  hasServers(envId: string, atMs: number): boolean {
    return [...(this.#servers.get(envId) ?? [])].some((server) => this.isServer(envId, server, atMs));
  }

  /** The newest name and address of a user; kept after the user is gone, since decisions outlive users. */
  identity(envId: string, userKey: string): KnownIdentity | undefined {
    const versions = this.#identities.get(groupOf(envId, userKey)) ?? [];
    return versions.reduce<KnownIdentity | undefined>((a, b) => (a === undefined || isNewer(b, a) ? b : a), undefined);
  }

  /** Whether the user existed, or may have existed, at the moment. */
  isUser(envId: string, userKey: string, atMs: number): boolean {
    const listing = this.listing(envId, 'identity');
    const versions = this.#identities.get(groupOf(envId, userKey)) ?? [];
    return versions.some((version) => heldAt(version, listing, atMs) !== 'absent');
  }

  /**
   * Every time that any fact tells which may bear on the calls of one agent, whoever held it when: its consents, the
   * ceilings of these humans on the server, and the humans as users.
   */
  *factsAbout(envId: string, agentKey: string, server: string, humans: Iterable<string>): Generator<Validity> {
    const consents = this.#consents.get(groupOf(envId, agentKey)) ?? [];
    yield* consents;
    for (const human of new Set([...humans, ...consents.map(({ humanKey }) => humanKey)])) {
      yield* this.#ceilings.get(groupOf(envId, human, server)) ?? [];
      yield* this.#identities.get(groupOf(envId, human)) ?? [];
    }
  }

  /** The levels of every tool of the environment, whenever they held. */
  *everyToolLevel(envId: string): Generator<Validity> {
    const ofEnvironment = groupOf(envId, '');
    for (const [group, levels] of this.#toolLevels) if (group.startsWith(ofEnvironment)) yield* levels;
  }

  listing(envId: string, of: FactKind): ListingTimes | undefined {
    return this.#listings.get(groupOf(envId, of));
  }
}

function isNewer(a: KnownIdentity, b: KnownIdentity): boolean {
  if (a.lastSeenMs !== b.lastSeenMs) return a.lastSeenMs > b.lastSeenMs;
  if (a.firstSeenMs !== b.firstSeenMs) return a.firstSeenMs > b.firstSeenMs;
  return a.key > b.key;
}
