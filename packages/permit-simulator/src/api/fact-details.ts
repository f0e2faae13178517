import type { FactsSource, InstanceRow, Json, RoleAssignmentRow, TupleRow } from '../facts.ts';

/** A role assignment with its user, role, tenant and instance in full. */
export function detailedAssignment(facts: FactsSource, nowMs: number): (row: Json) => Json {
  const users = byKey(facts.users(nowMs));
  const tenants = byKey(facts.tenants(nowMs));
  const instances = byInstance(facts.resourceInstances(nowMs));
  return (plain) => {
    const row = plain as RoleAssignmentRow;
    const user = users.get(row.user);
    const instance = instances.get(String(row.resource_instance));
    const tenant = tenants.get(String(row.tenant));
    return {
      id: row.id,
      role: { id: row.role_id, key: row.role, name: row.role, permissions: null },
      user: {
        id: row.user_id,
        key: row.user,
        email: user?.email ?? null,
        first_name: user?.first_name ?? null,
        last_name: user?.last_name ?? null,
        attributes: user?.attributes ?? null,
      },
      tenant: { id: row.tenant_id, key: row.tenant, name: tenant?.name ?? row.tenant, attributes: null },
      resource_instance: instance
        ? { id: instance.id, key: instance.key, resource: instance.resource, attributes: instance.attributes ?? {} }
        : null,
      organization_id: row.organization_id,
      project_id: row.project_id,
      environment_id: row.environment_id,
      created_at: row.created_at,
    };
  };
}

/** A relationship tuple with both instances, the relation and the tenant in full. */
export function detailedTuple(facts: FactsSource, nowMs: number): (row: Json) => Json {
  const instances = byInstance(facts.resourceInstances(nowMs));
  const block = (name: string, tenant: unknown) => {
    const [resource = '', key = ''] = splitInstance(name);
    return { key, tenant, resource, attributes: instances.get(name)?.attributes ?? {} };
  };
  return (plain) => {
    const row = plain as TupleRow;
    return {
      ...row,
      subject_details: block(row.subject, row.tenant),
      relation_details: { key: row.relation, name: row.relation, description: null },
      object_details: block(row.object, row.tenant),
      tenant_details: { key: row.tenant, name: 'Default Tenant', description: null, attributes: null },
    };
  };
}

/** A resource instance with the tuples that it is the object of. */
export function detailedInstance(facts: FactsSource, nowMs: number): (row: Json) => Json {
  return (plain) => {
    const row = plain as InstanceRow;
    const name = `${row.resource}:${row.key}`;
    const relationships = facts
      .relationshipTuples(nowMs)
      .filter((tuple) => tuple.object === name)
      .map(({ subject, relation, object }) => ({ subject, relation, object }));
    return { ...row, relationships };
  };
}

/** A user with the instance roles that it holds now. */
export function userWithRoles(facts: FactsSource, nowMs: number): (row: Json) => Json {
  const assignments = facts.roleAssignments(nowMs);
  return (row) => {
    const roles = assignments
      .filter((assignment) => assignment.user === row.key)
      .map((assignment) => {
        const [resource, instance] = splitInstance(String(assignment.resource_instance));
        return { resource_instance: instance, resource, role: assignment.role };
      });
    return {
      ...row,
      associated_tenants: [{ tenant: 'default', roles: [], status: 'active', resource_instance_roles: roles }],
    };
  };
}

/** `type:key` in two; a key may contain colons. */
export function splitInstance(name: string): [type: string, key: string] {
  const at = name.indexOf(':');
  return at < 0 ? ['', name] : [name.slice(0, at), name.slice(at + 1)];
}

function byKey<T extends { readonly key: string }>(rows: readonly T[]): Map<string, T> {
  return new Map(rows.map((row) => [row.key, row]));
}

function byInstance(rows: readonly InstanceRow[]): Map<string, InstanceRow> {
  return new Map(rows.map((row) => [`${row.resource}:${row.key}`, row]));
}
