import { z } from 'zod';

/** The documented response shapes: required fields present, every other one absent, null or of its type. */

const id = z.string().regex(/^([0-9a-f]{32}|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12})$/);
const time = z.iso.datetime({ offset: true });
const text = z.string().nullish();
const object = z.record(z.string(), z.unknown());
const scope = { organization_id: id, project_id: id, environment_id: id };
const dates = { created_at: time, updated_at: time };

const rawData = z.union([
  z.looseObject({
    engine: z.literal('OPA').nullish(),
    decision_id: id,
    labels: z.looseObject({ id, version: z.string() }),
    timestamp: time,
    path: z.string(),
    metrics: z.record(z.string(), z.int()),
  }),
  z.looseObject({ engine: z.literal('AVP'), timestamp: time, tenant: z.string(), input: object, result: object }),
  z.looseObject({ engine: z.literal('GENERIC'), timestamp: time, decision: z.boolean() }),
  z.strictObject({ timestamp: time.nullish() }),
]);

const entry = z.looseObject({
  id,
  timestamp: time,
  created_at: time.nullish(),
  query: text,
  user_key: text,
  user_email: text,
  user_name: text,
  resource_type: text,
  tenant: text,
  action: text,
  decision: z.boolean().nullish(),
  reason: text,
  org_id: id,
  project_id: id,
  env_id: id,
  pdp_config_id: id.nullish(),
  raw_data: rawData.nullish(),
});

const keyed = z.looseObject({ id, key: z.string(), ...dates });
const objects = z.looseObject({
  organization_object: keyed.nullish(),
  project_object: keyed.nullish(),
  environment_object: keyed.nullish(),
  pdp_config_object: z.object({ id, name: z.string() }).nullish(),
  user_object: keyed.nullish(),
  action_object: keyed.nullish(),
  resource_type_object: keyed.nullish(),
  tenant_object: keyed.nullish(),
});

const counts = { total_count: z.int().min(0), page_count: z.int().min(0) };
const page = (row: z.ZodType) => z.strictObject({ data: z.array(row), ...counts });

const assignment = z.strictObject({
  id,
  user: z.string(),
  role: z.string(),
  tenant: text,
  resource_instance: text,
  resource_instance_id: id.nullish(),
  user_id: id,
  role_id: id,
  tenant_id: id,
  ...scope,
  created_at: time,
});
const named = z.looseObject({ id, key: z.string(), name: z.string() });
const detailedAssignment = z.strictObject({
  id,
  role: named,
  user: z.looseObject({ id, key: z.string(), email: text, first_name: text, last_name: text }),
  tenant: named,
  resource_instance: z.looseObject({ id, key: z.string(), resource: z.string() }).nullish(),
  ...scope,
  created_at: time,
});
const tuple = z.looseObject({
  subject: z.string(),
  relation: z.string(),
  object: z.string(),
  id,
  tenant: z.string(),
  subject_id: id,
  relation_id: id,
  object_id: id,
  tenant_id: id,
  ...scope,
  ...dates,
});
const block = z.looseObject({ key: z.string(), tenant: z.string(), resource: z.string() });
const keyName = z.looseObject({ key: z.string(), name: z.string() });
const detailedTuple = tuple.extend({
  subject_details: block,
  relation_details: keyName,
  object_details: block,
  tenant_details: keyName,
});
const user = z.strictObject({
  key: z.string(),
  id,
  ...scope,
  associated_tenants: z
    .array(z.looseObject({ tenant: z.string(), roles: z.array(z.string()), status: z.enum(['active', 'pending']) }))
    .nullish(),
  roles: z.array(z.object({ role: z.string(), tenant: z.string() })).nullish(),
  ...dates,
  email: z.email().nullish(),
  first_name: text,
  last_name: text,
  attributes: object.nullish(),
});
const instance = z.looseObject({
  key: z.string(),
  tenant: z.string(),
  resource: z.string(),
  id,
  ...scope,
  ...dates,
  resource_id: id,
  tenant_id: id,
});
const role = z.looseObject({
  name: z.string(),
  permissions: z.array(z.string()).nullish(),
  extends: z.array(z.string()).nullish(),
  granted_to: z
    .looseObject({
      id,
      users_with_role: z.array(
        z.looseObject({
          role_id: id,
          resource_id: id,
          relation_id: id,
          role: z.string(),
          on_resource: z.string(),
          linked_by_relation: z.string(),
        }),
      ),
    })
    .nullish(),
  key: z.string(),
  id,
  ...scope,
  resource_id: id,
  resource: z.string(),
  ...dates,
});
const resource = z.looseObject({
  key: z.string(),
  id,
  ...scope,
  ...dates,
  name: z.string(),
  actions: z.record(z.string(), z.looseObject({ id })).nullish(),
  roles: z.record(z.string(), role).nullish(),
  relations: z.record(z.string(), z.looseObject({ resource_id: id, resource: z.string() })).nullish(),
});
const tenant = z.looseObject({ key: z.string(), id, ...scope, ...dates, last_action_at: time, name: z.string() });

export const auditLogPage = page(entry).extend({ pagination_count: z.int().min(0) });
export const detailedEntry = entry.extend({ raw_data: rawData, objects: objects.nullish() });
export const keyScope = z.strictObject({ organization_id: id, project_id: id.nullish(), environment_id: id.nullish() });

/** Path under `/v2/{area}/{project}/{environment}` and the shape of its answer. */
export const listShapes: readonly (readonly [path: string, shape: z.ZodType])[] = [
  ['facts/users', page(user)],
  ['facts/users?include_resource_instance_roles=true&per_page=100', page(user)],
  ['facts/users/human%7Calice', user],
  ['facts/role_assignments?per_page=1000', z.array(assignment)],
  ['facts/role_assignments?include_total_count=true', page(assignment)],
  ['facts/role_assignments?detailed=true', z.array(detailedAssignment)],
  ['facts/role_assignments/detailed?per_page=1000', page(detailedAssignment)],
  ['facts/relationship_tuples?per_page=100', z.array(tuple)],
  ['facts/relationship_tuples?include_total_count=true', page(tuple)],
  ['facts/relationship_tuples?detailed=true', z.array(detailedTuple)],
  ['facts/relationship_tuples/detailed', page(detailedTuple)],
  ['facts/resource_instances?per_page=100', z.array(instance)],
  ['facts/resource_instances?include_total_count=true&resource=user_profile', page(instance)],
  ['facts/resource_instances/detailed', page(instance.extend({ relationships: z.array(object) }))],
  ['facts/resource_instances/linear:linear', instance],
  ['facts/tenants', z.array(tenant)],
  ['facts/tenants?include_total_count=true', page(tenant)],
  ['schema/resources?per_page=100', z.array(resource)],
  ['schema/resources?include_total_count=true', page(resource)],
  ['schema/resources/linear', resource],
  ['schema/resources/user_profile/roles?per_page=100', z.array(role)],
  ['pdps/configs', z.array(z.looseObject({ id, ...scope, client_secret: z.string() }))],
];
