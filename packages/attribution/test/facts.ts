import type { Ceiling, Consent, Decision, FactKind, GrantRecord, Listing, ToolLevel } from '@custody/decision';
import { GrantHistory } from '../src/index.ts';

export const envId = 'env';

/** `12:05` on the day of the tests. */
export function at(clock: string): string {
  return `2026-03-10T${clock.length === 5 ? `${clock}:00` : clock}.000Z`;
}

export function ms(clock: string): number {
  return Date.parse(at(clock));
}

/** Listed from 10:00 to 14:00 unless said otherwise, and still there. */
const validity = {
  env_id: envId,
  valid_from: null,
  first_seen: at('10:00'),
  last_seen: at('14:00'),
  first_missing: null,
};

export function consent(human: string, server: string, level: Consent['level'], rest: Partial<Consent> = {}): Consent {
  const names = { agent_key: 'agent|a', human_key: `human|${human}`, server, level };
  const grant_id = `${rest.agent_key ?? 'agent|a'}:${human}:${server}:${level}`;
  return { kind: 'consent', grant_id, ...validity, valid_from: at('08:00'), ...names, ...rest };
}

export function ceiling(human: string, server: string, level: Ceiling['level'], rest: Partial<Ceiling> = {}): Ceiling {
  const grant_id = `${human}:${server}:${level}`;
  return { kind: 'ceiling', grant_id, ...validity, human_key: `human|${human}`, server, level, ...rest };
}

export function tool(
  server: string,
  name: string,
  level: ToolLevel['level'],
  rest: Partial<ToolLevel> = {},
): ToolLevel {
  return {
    kind: 'tool_level',
    grant_id: `${server}:${name}#${level}`,
    ...validity,
    server,
    tool: name,
    level,
    ...rest,
  };
}

export function user(human: string, rest: object = {}): GrantRecord {
  const names = { grant_id: `human|${human}`, user_key: `human|${human}`, name: human, email: `${human}@acme.example` };
  return { kind: 'identity', ...validity, ...names, ...rest };
}

export function listing(of: FactKind, from = '10:00', to = '14:00'): Listing {
  return { kind: 'listing', env_id: envId, of, first_completed_at: at(from), completed_at: at(to) };
}

/** All four kinds listed from 10:00 to 14:00. */
export const listings: readonly Listing[] = [
  ...(['consent', 'ceiling', 'tool_level', 'identity'] as const).map((of) => listing(of)),
];

export function history(...records: GrantRecord[]): GrantHistory {
  const made = new GrantHistory();
  for (const record of records) made.apply(record);
  return made;
}

/** An allowed call of `linear:create_issue` by `agent|a` at noon. */
export function decision(rest: Partial<Decision> = {}): Decision {
  const server = rest.server ?? 'linear';
  return {
    id: '0e82b2e3-d2ed-42c1-ae0c-525256b052f0',
    occurredAtMs: ms('12:00'),
    agentKey: 'agent|a',
    agentName: 'Cursor',
    server,
    resource: `${server}:${server}`,
    tool: 'create_issue',
    tenant: 'default',
    verdict: 'allow',
    reason: '',
    reasonCode: '',
    evidenceHumans: [],
    ...rest,
  };
}
