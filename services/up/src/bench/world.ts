import {
  type Consent,
  dayMs,
  type FactKind,
  factKinds,
  formatTimestamp,
  type GrantRecord,
  type TrustLevel,
} from '@custody/decision';
import { bitsOf } from './random.ts';

export const envName = 'benchmark';
export const agentCount = 600;
export const humanCount = 150;
export const serverCount = 12;
export const toolsPerServer = 20;

/** The year of all benchmark data: a past one, so that nothing depends on the day of the run. */
export const yearStartMs = Date.UTC(2025, 0, 1);
export const yearEndMs = Date.UTC(2026, 0, 1);

export const serversPerConsenter = 4;
const agentsPerSharedOne = 10;
const listingIntervalMs = 30_000;

export const servers = [
  ...['linear', 'github', 'slack', 'notion', 'jira', 'gmail'],
  ...['drive', 'salesforce', 'postgres', 'sentry', 'stripe', 'zendesk'],
] as const;

/** Sixteen tools within the level that everybody consents to, then four above it. */
const verbs: readonly (readonly [string, TrustLevel])[] = [
  ['list', 'low'],
  ['get', 'low'],
  ['create', 'medium'],
  ['update', 'medium'],
  ['delete', 'high'],
];
const nouns = ['issue', 'comment', 'project', 'member'] as const;
export const tools = verbs.flatMap(([verb, level]) => nouns.map((noun) => ({ name: `${verb}_${noun}`, level })));
export const permittedTools = tools.filter(({ level }) => level !== 'high').length;
export const consentLevel = 'medium';
export const ceilingLevel = 'high';

export function agentKey(agent: number): string {
  return `agent|client_${agent.toString(16).padStart(4, '0')}c0ffee${agent.toString().padStart(6, '0')}`;
}

export function agentName(agent: number): string {
  return `Assistant ${agent}`;
}

export function humanSubject(human: number): string {
  return `auth0|${(0x5eed_0000 + human).toString(16)}`;
}

export function humanKey(human: number): string {
  return `human|${humanSubject(human)}`;
}

export function humanName(human: number): string {
  return `Person ${human}`;
}

export function humanEmail(human: number): string {
  return `person.${human}@example.com`;
}

/** Who consented to an agent: one human, and two for one agent in ten, whose calls stay ambiguous. */
export function humansOf(agent: number): number[] {
  const first = agent % humanCount;
  return agent % agentsPerSharedOne === agentsPerSharedOne - 1 ? [first, (first + 1) % humanCount] : [first];
}

/** The servers that an agent was given, as numbers. */
export function serversOf(agent: number, seed: number): number[] {
  const first = bitsOf(seed, agent, 101) % serverCount;
  return Array.from({ length: serversPerConsenter }, (_, n) => (first + n) % serverCount);
}

export function consentId(agent: number, human: number, server: number): string {
  return `consent-${agent}-${human}-${server}`;
}

type Period = Pick<Consent, 'valid_from' | 'first_seen' | 'last_seen' | 'first_missing'>;

/** The year cut into equal periods: each is listed shortly after it begins, and missed shortly after it ended. */
function periodsOf(count: number): Period[] {
  const lengthMs = (yearEndMs - yearStartMs) / count;
  return Array.from({ length: count }, (_, n) => {
    const fromMs = yearStartMs + n * lengthMs;
    const endMs = fromMs + lengthMs;
    const ends = n < count - 1;
    return {
      valid_from: formatTimestamp(fromMs),
      first_seen: formatTimestamp(fromMs),
      last_seen: formatTimestamp(ends ? endMs - listingIntervalMs : yearEndMs),
      first_missing: ends ? formatTimestamp(endMs) : null,
    };
  });
}

function listings(envId: string): GrantRecord[] {
  const listing = (of: FactKind) => ({
    kind: 'listing' as const,
    env_id: envId,
    of,
    first_completed_at: formatTimestamp(yearStartMs - dayMs),
    completed_at: formatTimestamp(yearEndMs + dayMs),
  });
  return factKinds.map(listing);
}

function identities(envId: string): GrantRecord[] {
  const [always] = periodsOf(1) as [Period];
  const identity = { kind: 'identity' as const, env_id: envId, ...always };
  const humans = Array.from({ length: humanCount }, (_, n) => ({
    ...identity,
    grant_id: humanKey(n),
    user_key: humanKey(n),
    name: humanName(n),
    email: humanEmail(n),
  }));
  const agents = Array.from({ length: agentCount }, (_, n) => ({
    ...identity,
    grant_id: agentKey(n),
    user_key: agentKey(n),
    name: agentName(n),
    email: '',
  }));
  return [...humans, ...agents];
}

function* grantsDuring(envId: string, seed: number, period: Period): Generator<GrantRecord> {
  const shared = { env_id: envId, ...period };
  for (let agent = 0; agent < agentCount; agent += 1) {
    for (const human of humansOf(agent)) {
      for (const n of serversOf(agent, seed)) {
        const place = { server: servers[n] ?? '', agent_key: agentKey(agent), human_key: humanKey(human) };
        yield { kind: 'consent', grant_id: consentId(agent, human, n), ...shared, ...place, level: consentLevel };
      }
    }
  }
  for (const server of servers) {
    for (let human = 0; human < humanCount; human += 1) {
      const grantId = `ceiling-${human}-${server}`;
      yield { kind: 'ceiling', grant_id: grantId, ...shared, human_key: humanKey(human), server, level: ceilingLevel };
    }
    for (const { name, level } of tools) {
      yield { kind: 'tool_level', grant_id: `${server}/${name}`, ...shared, server, tool: name, level };
    }
  }
}

/**
 * What the grants topic holds for the year: names, consents, ceilings and tool levels, each granted `renewals` times in
 * a row, so that the history of every agent, human and tool is so much longer.
 */
export function grantRecords(envId: string, seed: number, renewals = 1): GrantRecord[] {
  const grants = periodsOf(renewals).flatMap((period) => [...grantsDuring(envId, seed, period)]);
  return [...listings(envId), ...identities(envId), ...grants];
}
