import {
  agentKeyOf,
  agentsPerKind,
  beforeAllMs,
  type Decisions,
  firstListingMs,
  firstMissingMs,
  humanOf,
  type Kind,
  lastListingMs,
  lastSeenMs,
  type MadeDecision,
  startMs,
} from './decisions.ts';

/** Records as a poller appends them, by the public contract of the topics alone. */
export interface MadeRecord {
  readonly key: string;
  readonly value: Uint8Array | null;
  readonly headers: Readonly<Record<string, string>>;
}

export const envId = 'env-invariants';
const encoder = new TextEncoder();
const iso = (ms: number) => new Date(ms).toISOString();

function headersOf(hourOfMs: number, mode: 'live' | 'backfill'): Record<string, string> {
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

function entryOf({ n, id, atMs, agentKey, kind, agent, server, decision }: MadeDecision, form: Form): object {
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
    action: 'create_issue',
    tenant: 'default',
    decision: decision === 'unknown' ? null : decision === 'allow',
    reason: form === 'detailed' ? reasonOf(n) : reasonOf(n).replace(': detailed', ': listed'),
    ...(isNamed && { raw_data: { result: { debug } } }),
  };
}

/** `more`: fields beside those that the decision is made of. */
export function decisionRecord(made: MadeDecision, form: Form, more: object = {}): MadeRecord {
  const value = encoder.encode(JSON.stringify({ ...entryOf(made, form), ...more }));
  const usual = headersOf(form === 'again' ? made.atMs + 3_600_000 : made.atMs, form === 'again' ? 'backfill' : 'live');
  const detailed = { 'custody-form': 'detailed', 'custody-listed-at': iso(made.atMs) };
  return { key: made.agentKey, value, headers: form === 'detailed' ? { ...usual, ...detailed } : usual };
}

/** A record that cannot be understood; each has a key of its own. */
export function garbageRecord(n: number, decisions: Decisions): MadeRecord {
  const good = { ...decisions.at(0), id: `ffffffff-ffff-4fff-8fff-${n.toString(16).padStart(12, '0')}` };
  const key = `garbage-${n}`;
  const headers = headersOf(startMs, 'live');
  const json = (value: unknown) => ({ key, value: encoder.encode(JSON.stringify(value)), headers });
  const entry = entryOf(good, 'listed');
  const faults: readonly (() => MadeRecord)[] = [
    () => ({ key, value: Uint8Array.of(0xff, 0xfe, 0x00, 0x80, n % 256), headers }),
    () => ({ key, value: encoder.encode(`{"id": "${n}", "trunc`), headers }),
    () => ({ key, value: new Uint8Array(0), headers }),
    () => ({ key, value: null, headers }),
    () => ({ key, value: encoder.encode(JSON.stringify(entry)), headers: { 'custody-env-id': envId } }),
    () => ({ key, value: encoder.encode(JSON.stringify(entry)), headers: { ...headers, 'custody-mode': 'guess' } }),
    () => json([n]),
    () => json({ ...entry, id: `no-uuid-${n}` }),
    () => json({ ...entry, timestamp: 'yesterday' }),
    () => json({ ...entry, user_key: n }),
  ];
  return (faults[n % faults.length] as () => MadeRecord)();
}

function grant(key: string, value: object): MadeRecord {
  return { key: `${envId}/${key}`, value: encoder.encode(JSON.stringify({ env_id: envId, ...value })), headers: {} };
}

const lasting = {
  valid_from: iso(beforeAllMs),
  first_seen: iso(firstListingMs),
  last_seen: iso(lastListingMs),
  first_missing: null,
};
const revoked = { ...lasting, last_seen: iso(lastSeenMs), first_missing: iso(firstMissingMs) };

function listing(of: string): MadeRecord {
  const times = { first_completed_at: iso(firstListingMs), completed_at: iso(lastListingMs) };
  return grant(`listing/${of}`, { kind: 'listing', of, ...times });
}

function toolLevel(server: string): MadeRecord {
  const id = `tool-${server}`;
  const validity = { ...lasting, valid_from: null };
  const value = { kind: 'tool_level', grant_id: id, ...validity, server, tool: 'create_issue', level: 'medium' };
  return grant(`tool_level/${id}/${lasting.first_seen}`, value);
}

function consent(kind: Kind, agent: number, human: string, server = 'linear', validity: object = lasting): MadeRecord {
  const id = `consent-${agentKeyOf(kind, agent)}-${human}-${server}`;
  const who = { agent_key: agentKeyOf(kind, agent), human_key: human, server, level: 'high' };
  return grant(`consent/${id}/${lasting.valid_from}`, { kind: 'consent', grant_id: id, ...validity, ...who });
}

function ceiling(human: string, server = 'linear'): MadeRecord {
  const id = `ceiling-${human}-${server}`;
  const value = { kind: 'ceiling', grant_id: id, ...lasting, human_key: human, server, level: 'high' };
  return grant(`ceiling/${id}/${lasting.valid_from}`, value);
}

/** What is listed before the first decision. */
export function earlyGrants(): MadeRecord[] {
  const ofAgent = (agent: number): MadeRecord[] => {
    const human = (kind: Kind, which: 'a' | 'b' = 'a') => humanOf(kind, agent, which);
    return [
      consent('one human', agent, human('one human')),
      consent('by server', agent, human('by server')),
      consent('by server', agent, human('by server', 'b'), 'github'),
      ceiling(human('by server', 'b'), 'github'),
      consent('revoked', agent, human('revoked'), 'linear', revoked),
      consent('shared', agent, human('shared')),
      consent('shared', agent, human('shared', 'b')),
      ceiling(human('shared', 'b')),
      consent('revocation learned late', agent, human('revocation learned late')),
      ...(['one human', 'by server', 'revoked', 'shared'] as const).map((kind) => ceiling(human(kind))),
      ...(['consent learned late', 'revocation learned late'] as const).map((kind) => ceiling(human(kind))),
    ];
  };
  return [
    ...['consent', 'ceiling', 'tool_level', 'identity'].map(listing),
    toolLevel('linear'),
    toolLevel('github'),
    ...Array.from({ length: agentsPerKind }, (_, agent) => ofAgent(agent)).flat(),
  ];
}

/** What is learned after decisions that it touches. */
export function lateGrants(): MadeRecord[] {
  return Array.from({ length: agentsPerKind }, (_, agent) => {
    const late = (kind: Kind, validity: object) => consent(kind, agent, humanOf(kind, agent), 'linear', validity);
    return [late('consent learned late', lasting), late('revocation learned late', revoked)];
  }).flat();
}
