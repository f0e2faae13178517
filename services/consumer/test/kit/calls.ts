import { createHash } from 'node:crypto';
import { formatTimestamp, type GrantRecord, grantRecordKey, hourMs } from '@custody/decision';
import type { NewRecord } from '@custody/log';
import { headersFor, jsonRecord } from './topic-log.ts';

/** Midday of a day: times of these tests are hours before and after it. */
export const noonMs = Date.UTC(2026, 10, 14, 12);

export const at = (hours: number) => formatTimestamp(noonMs + Math.round(hours * hourMs));

export interface Call {
  readonly n: number;
  readonly atHours: number;
  readonly agent?: string;
  readonly server?: string;
  readonly tool?: string;
  readonly isDenied?: boolean;
  /** Whom the debug output names. */
  readonly humans?: readonly string[];
}

/** Of no other environment: the consumer knows ids by their time. */
function idOf(envId: string, n: number): string {
  const hex = createHash('sha256').update(`${envId}/${n}`).digest('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}

/** A record of the decisions topic. */
export function callRecord(envId: string, call: Call): NewRecord {
  const {
    n,
    atHours,
    agent = 'agent|a',
    server = 'linear',
    tool = 'create_issue',
    isDenied = false,
    humans = [],
  } = call;
  const sources = humans.map((subject) => ({ resource: `user_profile:${subject}` }));
  const debug = { rebac: { allowing_roles: [{ role: `${server}#low`, sources }] } };
  const timestamp = at(atHours);
  const raw = humans.length === 0 ? {} : { raw_data: { timestamp, result: { allow: !isDenied, debug } } };
  const entry = {
    id: idOf(envId, n),
    timestamp,
    user_key: agent,
    resource_type: server,
    action: tool,
    decision: !isDenied,
  };
  return { key: agent, value: Buffer.from(JSON.stringify({ ...entry, ...raw })), headers: headersFor(envId) };
}

export function grantValue(record: GrantRecord): NewRecord {
  return jsonRecord(grantRecordKey(record), record);
}

/** Complete listings of every kind, as of some hour; the first ones are of ten hours before noon. */
export function listings(envId: string, hours: number): GrantRecord[] {
  const times = { first_completed_at: at(-10), completed_at: at(hours) };
  return (['consent', 'ceiling', 'tool_level', 'identity'] as const).map((of) => ({
    ...{ kind: 'listing' as const, env_id: envId, of },
    ...times,
  }));
}

export interface Held {
  /** Hours from noon. */
  readonly from?: number;
  readonly seen?: number;
  readonly lastSeen?: number;
  readonly missing?: number;
}

function validity(envId: string, { from = -20, seen = -10, lastSeen = seen, missing }: Held) {
  const first_missing = missing === undefined ? null : at(missing);
  return { env_id: envId, valid_from: at(from), first_seen: at(seen), last_seen: at(lastSeen), first_missing };
}

export function consentOf(envId: string, subject: string, held: Held = {}, agent = 'agent|a'): GrantRecord {
  const who = { agent_key: agent, human_key: `human|${subject}`, server: 'linear', level: 'high' as const };
  return { kind: 'consent', grant_id: `${agent}:${subject}`, ...validity(envId, held), ...who };
}

export function userOf(envId: string, subject: string, name: string, held: Held = {}): GrantRecord {
  const user = { user_key: `human|${subject}`, name, email: `${subject}@acme.example` };
  return { kind: 'identity', grant_id: `human|${subject}:${name}`, ...validity(envId, held), ...user };
}

export function toolOf(
  envId: string,
  tool: string,
  level: 'low' | 'medium' | 'high',
  held: Held = {},
  server = 'linear',
): GrantRecord {
  const grant_id = `${server}:${tool}#${level}`;
  return { kind: 'tool_level', grant_id, ...validity(envId, held), valid_from: null, server, tool, level };
}

export function ceilingOf(
  envId: string,
  subject: string,
  level: 'low' | 'medium' | 'high',
  held: Held = {},
): GrantRecord {
  const what = { human_key: `human|${subject}`, server: 'linear', level };
  return { kind: 'ceiling', grant_id: `${subject}:linear#${level}`, ...validity(envId, held), ...what };
}
