import type { Json, TupleRow } from '../facts.ts';
import { plainId } from '../ids.ts';
import type { Backend } from './backend.ts';
import { detailedAssignment, detailedInstance, detailedTuple, splitInstance, userWithRoles } from './fact-details.ts';
import { notFound } from './fault.ts';
import { paginated, slice } from './paging.ts';
import { Params } from './params.ts';
import type { EndpointName, Route } from './route.ts';
import { checkScope } from './scope-check.ts';

const base = '/v2/facts/:proj/:env';

interface FactList {
  /** The last part of the path, and the endpoint's name. */
  readonly name: EndpointName;
  /** The rows that the parameters ask for; reads what it knows and refuses the rest. */
  readonly matching: (facts: Backend['facts'], nowMs: number, params: Params) => readonly Json[];
  /** A row with what `detailed` adds to it. */
  readonly shapeOf: (facts: Backend['facts'], nowMs: number) => (row: Json) => Json;
  readonly mostPerPage?: number;
}

/** A list that comes bare or counted, plain or detailed, and its `/detailed` twin, which is always both. */
function listRoutes({ matching, mostPerPage, name, shapeOf }: FactList): Route[] {
  return [
    {
      endpoint: name,
      path: `${base}/${name}`,
      answer: ({ facts, scope }, { nowMs, params: path, url }) => {
        checkScope(scope, path);
        const params = new Params(url);
        const paging = params.paging(mostPerPage);
        const counted = params.boolean('include_total_count') ?? false;
        const detailed = params.boolean('detailed') ?? false;
        const rows = matching(facts, nowMs, params);
        const shape = detailed ? shapeOf(facts, nowMs) : same;
        return counted ? paginated(rows, paging, shape) : slice(rows, paging).map(shape);
      },
    },
    {
      endpoint: name,
      path: `${base}/${name}/detailed`,
      answer: ({ facts, scope }, { nowMs, params: path, url }) => {
        checkScope(scope, path);
        const params = new Params(url);
        const paging = params.paging(mostPerPage);
        return paginated(matching(facts, nowMs, params), paging, shapeOf(facts, nowMs));
      },
    },
  ];
}

const assignments: FactList = {
  name: 'role_assignments',
  mostPerPage: 1000,
  shapeOf: detailedAssignment,
  matching: (facts, nowMs, params) => {
    const users = params.texts('user');
    const roles = params.texts('role');
    const tenants = params.texts('tenant');
    const resource = params.text('resource');
    const instance = params.text('resource_instance');
    params.check();
    return facts.roleAssignments(nowMs).filter((row) => {
      const held = String(row.resource_instance ?? '');
      return (
        (!users || users.some((user) => user === row.user || isId(row.user_id, user))) &&
        (!roles || roles.some((role) => role === row.role || isId(row.role_id, role))) &&
        (!tenants || tenants.some((tenant) => tenant === row.tenant || isId(row.tenant_id, tenant))) &&
        (resource === undefined || splitInstance(held)[0] === resource) &&
        (instance === undefined || held === instance || isId(row.resource_instance_id, instance))
      );
    });
  },
};

const tuples: FactList = {
  name: 'relationship_tuples',
  shapeOf: detailedTuple,
  matching: (facts, nowMs, params) => {
    const asked = (['tenant', 'subject', 'relation', 'object', 'object_type', 'subject_type'] as const).flatMap(
      (name) => {
        const value = params.text(name);
        return value === undefined ? [] : [{ name, value }];
      },
    );
    params.check();
    return facts
      .relationshipTuples(nowMs)
      .filter((row) => asked.every(({ name, value }) => tupleMeets(row, name, value)));
  },
};

const instances: FactList = {
  name: 'resource_instances',
  shapeOf: detailedInstance,
  matching: (facts, nowMs, params) => {
    const tenant = params.text('tenant');
    const resource = params.text('resource');
    const search = params.texts('search');
    params.check();
    return facts
      .resourceInstances(nowMs)
      .filter(
        (row) =>
          (tenant === undefined || row.tenant === tenant || isId(row.tenant_id, tenant)) &&
          (resource === undefined || row.resource === resource || isId(row.resource_id, resource)) &&
          (!search || search.some((key) => key === row.key || isId(row.id, key))),
      );
  },
};

const users: Route = {
  endpoint: 'users',
  path: `${base}/users`,
  answer: ({ facts, scope }, { nowMs, params: path, url }) => {
    checkScope(scope, path);
    const params = new Params(url);
    const paging = params.paging();
    const search = params.text('search')?.toLowerCase();
    const operator = params.choice('search_operator', ['contains', 'startswith', 'endswith'], 'contains');
    const role = params.text('role');
    const withRoles = params.boolean('include_resource_instance_roles') ?? false;
    params.check();
    const holders =
      role === undefined
        ? undefined
        : new Set(
            facts
              .roleAssignments(nowMs)
              .filter((row) => role === '' || row.role === role)
              .map((row) => row.user),
          );
    const rows = facts.users(nowMs).filter((row) => {
      const holds = holders === undefined || holders.has(row.key) === (role !== '');
      return holds && (search === undefined || searchable(row).some((text) => meets(text, operator, search)));
    });
    return paginated(rows, paging, withRoles ? userWithRoles(facts, nowMs) : undefined);
  },
};

const user: Route = {
  endpoint: 'users',
  path: `${base}/users/:id`,
  answer: ({ facts, scope }, { nowMs, params }) => {
    checkScope(scope, params);
    const { id = '' } = params;
    const row = facts.users(nowMs).find((one) => one.key === id || isId(one.id, id));
    if (!row) throw notFound(`the user '${id}'`);
    return row;
  },
};

const instance: Route = {
  endpoint: 'resource_instances',
  path: `${base}/resource_instances/:id`,
  answer: ({ facts, scope }, { nowMs, params: path, url }) => {
    checkScope(scope, path);
    const { id = '' } = path;
    const params = new Params(url);
    const detailed = params.boolean('detailed') ?? false;
    params.check();
    const row = facts.resourceInstances(nowMs).find((one) => `${one.resource}:${one.key}` === id || isId(one.id, id));
    if (!row) throw notFound(`the resource instance '${id}'`);
    return detailed ? detailedInstance(facts, nowMs)(row) : row;
  },
};

const tenants: Route = {
  endpoint: 'tenants',
  path: `${base}/tenants`,
  answer: ({ facts, scope }, { nowMs, params: path, url }) => {
    checkScope(scope, path);
    const params = new Params(url);
    const paging = params.paging();
    const counted = params.boolean('include_total_count') ?? false;
    const search = params.text('search')?.toLowerCase() ?? '';
    params.check();
    const rows = facts.tenants(nowMs).filter((row) => `${row.key} ${String(row.name)}`.toLowerCase().includes(search));
    return counted ? paginated(rows, paging) : slice(rows, paging);
  },
};

/** Everything under `/v2/facts/{p}/{e}`: the present only, as Permit shows it. */
export const factRoutes: readonly Route[] = [
  users,
  user,
  ...listRoutes(assignments),
  ...listRoutes(tuples),
  ...listRoutes(instances),
  instance,
  tenants,
];

function tupleMeets(row: TupleRow, name: string, value: string): boolean {
  if (name === 'subject_type') return splitInstance(row.subject)[0] === value;
  if (name === 'object_type') return splitInstance(row.object)[0] === value;
  return row[name] === value || isId(row[`${name}_id`], value);
}

function searchable(row: Json): string[] {
  return [row.email, row.key, row.first_name, row.last_name].flatMap((value) =>
    typeof value === 'string' ? [value.toLowerCase()] : [],
  );
}

function meets(text: string, operator: 'contains' | 'startswith' | 'endswith', search: string): boolean {
  if (operator === 'contains') return text.includes(search);
  return operator === 'startswith' ? text.startsWith(search) : text.endsWith(search);
}

function isId(id: unknown, text: string): boolean {
  const plain = plainId(text);
  return plain !== undefined && typeof id === 'string' && plainId(id) === plain;
}

function same(row: Json): Json {
  return row;
}
