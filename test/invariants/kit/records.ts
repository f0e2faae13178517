import { agentKeyOf, agentsPerKind, humanOf, type Kind, type MadeDecision, tools, type World } from './decisions.ts';

/** Records as a poller appends them, by the public contract of the topics alone. */
export interface MadeRecord {
  readonly key: string;
  readonly value: Uint8Array | null;
  readonly headers: Readonly<Record<string, string>>;
}

const encoder = new TextEncoder();
const iso = (ms: number) => new Date(ms).toISOString();

function headersOf({ envId }: World, hourOfMs: number, mode: 'live' | 'backfill'): Record<string, string> {
  return {
    'custody-env-id': envId,
    'custody-env-name': 'production',
    'custody-hour': iso(Math.floor(hourOfMs / 3_600_000) * 3_600_000),
    'custody-read-at': iso(hourOfMs + 5_000),
    'custody-mode': mode,
  };
}

/** `again`: for another window and with its id in the other form, as a second reading may list it. */
export type Form = 'listed' | 'again' | 'detailed';

export function reasonOf(n: number): string {
  return `decision ${n}, as detailed or listed: ${n % 10 === 3 ? 'detailed' : 'listed'}`;
}

function entryOf({ n, id, atMs, agentKey, kind, agent, server, tool, decision }: MadeDecision, form: Form): object {
  const debug = {
    rebac: { allowing_roles: [{ sources: [{ resource: `user_profile:${humanOf(kind, agent).slice(6)}` }] }] },
  };
  const isNamed = form === 'detailed' && kind === 'shared' && decision === 'allow';
  return {
    id: form === 'again' ? id.replaceAll('-', '').toUpperCase() : id,
    // Cut to the millisecond, never rounded.
    timestamp: iso(atMs).replace('Z', n % 4 === 0 ? '987Z' : 'Z'),
    user_key: agentKey,
    resource_type: server,
    action: tool,
    tenant: 'default',
    decision: decision === 'unknown' ? null : decision === 'allow',
    reason: form === 'detailed' ? reasonOf(n) : reasonOf(n).replace(': detailed', ': listed'),
    ...(isNamed && { raw_data: { result: { debug } } }),
  };
}

/** `more`: fields beside those that the decision is made of. */
export function decisionRecord(made: MadeDecision, form: Form, more: object = {}): MadeRecord {
  const value = encoder.encode(JSON.stringify({ ...entryOf(made, form), ...more }));
  const usual = headersOf(
    made.world,
    form === 'again' ? made.atMs + 3_600_000 : made.atMs,
    form === 'again' ? 'backfill' : 'live',
  );
  const detailed = { 'custody-form': 'detailed', 'custody-listed-at': iso(made.atMs) };
  return { key: made.agentKey, value, headers: form === 'detailed' ? { ...usual, ...detailed } : usual };
}

/** A record that cannot be understood; each has a key of its own. */
export function garbageRecord(n: number, like: MadeDecision): MadeRecord {
  const good = { ...like, id: `ffffffff-ffff-4fff-8fff-${n.toString(16).padStart(12, '0')}` };
  const key = `garbage-${n}`;
  const headers = headersOf(like.world, like.atMs, 'live');
  const json = (value: unknown) => ({ key, value: encoder.encode(JSON.stringify(value)), headers });
  const entry = entryOf(good, 'listed');
  const faults: readonly (() => MadeRecord)[] = [
    () => ({ key, value: Uint8Array.of(0xff, 0xfe, 0x00, 0x80, n % 256), headers }),
    () => ({ key, value: encoder.encode(`{"id": "${n}", "trunc`), headers }),
    () => ({ key, value: new Uint8Array(0), headers }),
    () => ({ key, value: null, headers }),
    () => ({ key, value: encoder.encode(JSON.stringify(entry)), headers: { 'custody-env-id': like.world.envId } }),
    () => ({ key, value: encoder.encode(JSON.stringify(entry)), headers: { ...headers, 'custody-mode': 'guess' } }),
    () => json([n]),
    () => json({ ...entry, id: `no-uuid-${n}` }),
    () => json({ ...entry, timestamp: 'yesterday' }),
    () => json({ ...entry, user_key: n }),
  ];
  return (faults[n % faults.length] as () => MadeRecord)();
}

/** Bytes that nobody will ever understand, read for the hour of another entry; different ones by number. */
export function noiseRecord(n: number, like: MadeDecision): MadeRecord {
  const value = encoder.encode(`{"entry": "${n} of ${like.world.envId}", "trunc`);
  return { key: `noise-${n}`, value, headers: headersOf(like.world, like.atMs, 'live') };
}

/** The entry of a decision in a form that is not understood: with its id and time, and a user that is no text. */
export function brokenRecord(made: MadeDecision): MadeRecord {
  return decisionRecord(made, 'listed', { user_key: made.n });
}

/** What was refused, replayed once it can be understood. */
export function mendedRecord(made: MadeDecision, origin: string): MadeRecord {
  const record = decisionRecord(made, 'listed');
  return { ...record, headers: { ...record.headers, 'custody-origin': origin, 'custody-attempt': '1' } };
}

/** The grants of a world, as they are listed. */
class WorldGrants {
  readonly #envId: string;
  readonly #lasting;
  readonly revoked;
  readonly #listed;

  constructor({ envId, beforeAllMs, firstListingMs, lastListingMs, lastSeenMs, firstMissingMs }: World) {
    this.#envId = envId;
    this.#lasting = {
      valid_from: iso(beforeAllMs),
      first_seen: iso(firstListingMs),
      last_seen: iso(lastListingMs),
      first_missing: null,
    };
    this.revoked = { ...this.#lasting, last_seen: iso(lastSeenMs), first_missing: iso(firstMissingMs) };
    this.#listed = { first_completed_at: iso(firstListingMs), completed_at: iso(lastListingMs) };
  }

  listing(of: string): MadeRecord {
    return this.#grant(`listing/${of}`, { kind: 'listing', of, ...this.#listed });
  }

  toolLevel(server: string, tool: string): MadeRecord {
    const id = `tool-${server}-${tool}`;
    const validity = { ...this.#lasting, valid_from: null };
    const value = { kind: 'tool_level', grant_id: id, ...validity, server, tool, level: 'medium' };
    return this.#grant(`tool_level/${id}/${validity.first_seen}`, value);
  }

  consent(kind: Kind, agent: number, human: string, server = 'linear', validity: object = this.#lasting): MadeRecord {
    const id = `consent-${agentKeyOf(kind, agent)}-${human}-${server}`;
    const who = { agent_key: agentKeyOf(kind, agent), human_key: human, server, level: 'high' };
    const value = { kind: 'consent', grant_id: id, ...validity, ...who };
    return this.#grant(`consent/${id}/${this.#lasting.valid_from}`, value);
  }

  ceiling(human: string, server = 'linear'): MadeRecord {
    const id = `ceiling-${human}-${server}`;
    const value = { kind: 'ceiling', grant_id: id, ...this.#lasting, human_key: human, server, level: 'high' };
    return this.#grant(`ceiling/${id}/${this.#lasting.valid_from}`, value);
  }

  #grant(key: string, value: object): MadeRecord {
    const bytes = encoder.encode(JSON.stringify({ env_id: this.#envId, ...value }));
    return { key: `${this.#envId}/${key}`, value: bytes, headers: {} };
  }
}

/** What is listed before the first decision. */
export function earlyGrants(world: World): MadeRecord[] {
  const grants = new WorldGrants(world);
  const ofAgent = (agent: number): MadeRecord[] => {
    const human = (kind: Kind, which: 'a' | 'b' = 'a') => humanOf(kind, agent, which);
    return [
      grants.consent('one human', agent, human('one human')),
      grants.consent('by server', agent, human('by server')),
      grants.consent('by server', agent, human('by server', 'b'), 'github'),
      grants.ceiling(human('by server', 'b'), 'github'),
      grants.consent('revoked', agent, human('revoked'), 'linear', grants.revoked),
      grants.consent('shared', agent, human('shared')),
      grants.consent('shared', agent, human('shared', 'b')),
      grants.ceiling(human('shared', 'b')),
      grants.consent('revocation learned late', agent, human('revocation learned late')),
      ...(['one human', 'by server', 'revoked', 'shared'] as const).map((kind) => grants.ceiling(human(kind))),
      ...(['consent learned late', 'revocation learned late'] as const).map((kind) => grants.ceiling(human(kind))),
    ];
  };
  return [
    ...['consent', 'ceiling', 'tool_level', 'identity'].map((of) => grants.listing(of)),
    ...tools.flatMap((tool) => [grants.toolLevel('linear', tool), grants.toolLevel('github', tool)]),
    ...Array.from({ length: agentsPerKind }, (_, agent) => ofAgent(agent)).flat(),
  ];
}

/** What is learned after decisions that it touches. */
export function lateGrants(world: World): MadeRecord[] {
  const grants = new WorldGrants(world);
  return Array.from({ length: agentsPerKind }, (_, agent) => {
    const own = (kind: Kind) => humanOf(kind, agent);
    return [
      grants.consent('consent learned late', agent, own('consent learned late')),
      grants.consent('revocation learned late', agent, own('revocation learned late'), 'linear', grants.revoked),
    ];
  }).flat();
}
