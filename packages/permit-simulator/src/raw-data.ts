import type { EntryOptions, SimulatedEntry } from './entry.ts';
import { hyphened } from './ids.ts';
import { levelOf } from './level.ts';
import { effective, type Verdict } from './policy.ts';
import type { Rng } from './rng.ts';
import { nanoTime } from './time-text.ts';

/** Engines whose logs Permit keeps; `Dummy` is a log that could not be parsed. */
export type Engine = 'OPA' | 'AVP' | 'GENERIC' | 'Dummy';

type Json = Record<string, unknown>;

/** The engine's own log of a decision. */
export function rawData(
  entry: SimulatedEntry,
  options: EntryOptions,
  rng: Rng,
  path: string,
  reason: string | null,
): Json {
  const timestamp = nanoTime(entry.micros, rng.int(0, 999));
  if (options.engine === 'GENERIC') return generic(entry, options, rng, timestamp);
  if (options.engine === 'AVP') return avp(entry, rng, timestamp);
  const evalNs = rng.int(180_000, 2_400_000);
  return {
    ...(rng.chance(0.95) && { engine: 'OPA' }),
    decision_id: uuid(rng),
    labels: { id: hyphened(options.scope.pdpId), version: rng.chance(0.9) ? '0.9.4' : '0.9.2' },
    timestamp,
    path,
    input: input(entry, options, rng),
    result: result(entry, options, rng, reason),
    metrics: {
      timer_rego_input_parse_ns: rng.int(20_000, 90_000),
      timer_rego_query_eval_ns: evalNs,
      timer_server_handler_ns: evalNs + rng.int(90_000, 400_000),
    },
  };
}

function input(entry: SimulatedEntry, options: EntryOptions, rng: Rng): Json {
  const { user } = options;
  const { userKey: key, type, action } = entry;
  const face = rng.chance(0.3) ? { firstName: user.firstName, lastName: user.lastName, email: user.email } : {};
  if (entry.query !== 'check') return { user: { key }, tenants: ['default'], resource_types: null };
  return {
    user: { key, ...face, ...(rng.chance(0.5) && { attributes: null }) },
    action,
    resource: { type, key: type, tenant: 'default', attributes: null, context: {} },
    context: {},
    ...(rng.chance(0.4) && { sdk: null }),
  };
}

function result(entry: SimulatedEntry, options: EntryOptions, rng: Rng, reason: string | null): Json {
  if (entry.query !== 'check') return { permissions: {} };
  if (entry.decision === null) return { error: 'evaluation timed out' };
  const debug = rng.chance(0.92) ? { debug: debugOf(entry, options.verdict, reason) } : {};
  return { allow: entry.decision, ...debug };
}

/** What the debugger says: for an allowed call which profiles it derives the role from, else the code. */
function debugOf(entry: SimulatedEntry, verdict: Verdict, reason: string | null): Json {
  const rebacReason = reason === null ? {} : { reason };
  if (!verdict.allowed) {
    const denied = { allow: false, code: verdict.code, ...rebacReason };
    return { rbac: { allow: false, code: verdict.code }, rebac: denied };
  }
  const rbac = { allow: false, code: 'no_permission' };
  return { rbac, rebac: { allow: true, ...rebacReason, allowing_roles: allowingRoles(entry, verdict) } };
}

function allowingRoles(entry: SimulatedEntry, verdict: Verdict): Json[] {
  const resource = `${entry.type}:${entry.type}`;
  const able = verdict.authorities.filter((authority) => effective(authority) >= verdict.required);
  if (able.length === 0) {
    return [{ resource, role: `${entry.type}#owner`, sources: [{ type: 'role_assignment', role: 'owner', resource }] }];
  }
  const ranks = [...new Set(able.map(effective))];
  return ranks.map((rank) => ({
    resource,
    role: `${entry.type}#${levelOf(rank)}`,
    sources: able
      .filter((authority) => effective(authority) === rank)
      .map(({ subject, consent, ceiling }) => ({
        type: 'role_derivation',
        role: `user_profile#${entry.type}-${levelOf(consent)}`,
        resource: `user_profile:${subject}`,
        relation: levelOf(ceiling),
      })),
  }));
}

function generic(entry: SimulatedEntry, options: EntryOptions, rng: Rng, timestamp: string): Json {
  return {
    engine: 'GENERIC',
    timestamp,
    decision: entry.decision ?? false,
    decision_id: uuid(rng),
    process_time_ms: rng.int(0, 12),
    user_key: entry.userKey,
    user_name: options.user.name,
    action: entry.action,
    resource_type: entry.type,
    tenant: 'default',
    input: { source: 'custom-integration' },
  };
}

function avp(entry: SimulatedEntry, rng: Rng, timestamp: string): Json {
  return {
    engine: 'AVP',
    timestamp,
    tenant: 'default',
    process_time_ms: rng.int(2, 30),
    input: { principal: entry.userKey, action: entry.action, resource: entry.type },
    result: { decision: entry.decision ? 'ALLOW' : 'DENY' },
  };
}

function uuid(rng: Rng): string {
  const hex = Array.from({ length: 4 }, () => rng.uint32().toString(16).padStart(8, '0')).join('');
  return hyphened(`${hex.slice(0, 12)}4${hex.slice(13, 16)}a${hex.slice(17)}`);
}
