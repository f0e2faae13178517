import type { EntryRecord } from './entry-source.ts';
import type { FactsSource, Json } from './facts.ts';
import type { Scope } from './scope.ts';

/** The detailed form of an entry: `raw_data` always, `objects` mostly, sometimes empty, sometimes left out. */
export function auditLogDetail(entry: EntryRecord, facts: FactsSource, scope: Scope, nowMs: number): Json {
  const listed = JSON.parse(entry.text()) as Json;
  const detailed = { ...listed, raw_data: listed.raw_data ?? { timestamp: listed.timestamp } };
  const share = Number.parseInt(entry.id.slice(-2), 16) % 10;
  if (share === 0) return detailed;
  return { ...detailed, objects: share === 1 ? {} : objectsOf(entry, facts, scope, nowMs) };
}

function objectsOf(entry: EntryRecord, facts: FactsSource, scope: Scope, nowMs: number): Json {
  const stamp = { created_at: scope.createdAt, updated_at: scope.createdAt };
  const user = facts.users(nowMs).find((row) => row.key === entry.userKey);
  const type = facts.resources(nowMs).find((row) => row.key === entry.type);
  const actions = (type?.actions ?? {}) as Record<string, Json | undefined>;
  const action = actions[entry.action ?? ''];
  return {
    organization_object: { id: scope.organizationId, key: 'acme', name: 'Acme', ...stamp },
    project_object: { id: scope.projectId, key: scope.projectKey, name: scope.projectKey, ...stamp },
    environment_object: { id: scope.environmentId, key: scope.environmentKey, name: scope.environmentKey, ...stamp },
    pdp_config_object: { id: scope.pdpId, name: 'Cloud PDP' },
    user_object: user ? userObject(user, entry, facts, nowMs) : null,
    action_object: action ? { id: action.id, key: entry.action, name: action.name, ...stamp } : null,
    resource_type_object: type ? { id: type.id, key: type.key, name: type.name, attributes: [], ...stamp } : null,
    tenant_object: { id: scope.tenantId, key: 'default', name: 'Default Tenant', attributes: null, ...stamp },
  };
}

function userObject(user: Json, entry: EntryRecord, facts: FactsSource, nowMs: number): Json {
  const { id, key, email, first_name, last_name, attributes, created_at, updated_at } = user;
  const roles = facts
    .roleAssignments(nowMs)
    .filter((row) => row.user === entry.userKey)
    .map((row) => ({ subject_str: row.user, relation_str: row.role, object_str: row.resource_instance }));
  return { id, key, email, first_name, last_name, attributes, roles, created_at, updated_at };
}
