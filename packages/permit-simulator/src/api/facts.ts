import type { FastifyInstance } from 'fastify';
import type { Json, TupleRow } from '../facts.ts';
import { plainId } from '../ids.ts';
import type { Backend } from './backend.ts';
import { detailedAssignment, detailedInstance, detailedTuple, splitInstance, userWithRoles } from './fact-details.ts';
import { notFound } from './fault.ts';
import { paginated, slice } from './paging.ts';
import { Params } from './params.ts';
import { checkScope, type ScopeParams } from './scope-check.ts';

type Scoped = { Params: ScopeParams };
type ScopedOne = { Params: ScopeParams & { id: string } };

const base = '/v2/facts/:proj/:env';

/** Everything under `/v2/facts/{p}/{e}`: the present only, as Permit shows it. */
export function factRoutes(app: FastifyInstance, backend: Backend): void {
  userRoutes(app, backend);
  assignmentRoutes(app, backend);
  tupleRoutes(app, backend);
  instanceRoutes(app, backend);
  tenantRoutes(app, backend);
}

function userRoutes(app: FastifyInstance, { facts, now, scope }: Backend): void {
  app.get<Scoped>(`${base}/users`, (request) => {
    checkScope(scope, request.params);
    const params = new Params(request.url);
    const paging = params.paging();
    const search = params.text('search')?.toLowerCase();
    const operator = params.choice('search_operator', ['contains', 'startswith', 'endswith'], 'contains');
    const role = params.text('role');
    const withRoles = params.boolean('include_resource_instance_roles') ?? false;
    params.check();
    const nowMs = now();
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
  });

  app.get<ScopedOne>(`${base}/users/:id`, (request) => {
    checkScope(scope, request.params);
    const { id } = request.params;
    const row = facts.users(now()).find((one) => one.key === id || isId(one.id, id));
    if (!row) throw notFound(`the user '${id}'`);
    return row;
  });
}

interface FactList {
  /** The last part of the path. */
  readonly name: string;
  /** The rows that the parameters ask for; reads what it knows and refuses the rest. */
  readonly matching: (params: Params) => readonly Json[];
  /** A row with what `detailed` adds to it. */
  readonly shapeOf: (facts: Backend['facts'], nowMs: number) => (row: Json) => Json;
  readonly mostPerPage?: number;
}

/** A list that comes bare or counted, plain or detailed, and its `/detailed` twin, which is always both. */
function listRoutes(app: FastifyInstance, { facts, now, scope }: Backend, list: FactList): void {
  app.get<Scoped>(`${base}/${list.name}`, (request) => {
    checkScope(scope, request.params);
    const params = new Params(request.url);
    const paging = params.paging(list.mostPerPage);
    const counted = params.boolean('include_total_count') ?? false;
    const detailed = params.boolean('detailed') ?? false;
    const rows = list.matching(params);
    const shape = detailed ? list.shapeOf(facts, now()) : same;
    return counted ? paginated(rows, paging, shape) : slice(rows, paging).map(shape);
  });

  app.get<Scoped>(`${base}/${list.name}/detailed`, (request) => {
    checkScope(scope, request.params);
    const params = new Params(request.url);
    const paging = params.paging(list.mostPerPage);
    return paginated(list.matching(params), paging, list.shapeOf(facts, now()));
  });
}

function assignmentRoutes(app: FastifyInstance, backend: Backend): void {
  const { facts, now } = backend;
  const matching = (params: Params) => {
    const users = params.texts('user');
    const roles = params.texts('role');
    const tenants = params.texts('tenant');
    const resource = params.text('resource');
    const instance = params.text('resource_instance');
    params.check();
    return facts.roleAssignments(now()).filter((row) => {
      const held = String(row.resource_instance ?? '');
      return (
        (!users || users.some((user) => user === row.user || isId(row.user_id, user))) &&
        (!roles || roles.some((role) => role === row.role || isId(row.role_id, role))) &&
        (!tenants || tenants.some((tenant) => tenant === row.tenant || isId(row.tenant_id, tenant))) &&
        (resource === undefined || splitInstance(held)[0] === resource) &&
        (instance === undefined || held === instance || isId(row.resource_instance_id, instance))
      );
    });
  };

  listRoutes(app, backend, { name: 'role_assignments', matching, shapeOf: detailedAssignment, mostPerPage: 1000 });
}

function tupleRoutes(app: FastifyInstance, backend: Backend): void {
  const { facts, now } = backend;
  const matching = (params: Params) => {
    const asked = (['tenant', 'subject', 'relation', 'object', 'object_type', 'subject_type'] as const).flatMap(
      (name) => {
        const value = params.text(name);
        return value === undefined ? [] : [{ name, value }];
      },
    );
    params.check();
    return facts
      .relationshipTuples(now())
      .filter((row) => asked.every(({ name, value }) => tupleMeets(row, name, value)));
  };

  listRoutes(app, backend, { name: 'relationship_tuples', matching, shapeOf: detailedTuple });
}

function instanceRoutes(app: FastifyInstance, backend: Backend): void {
  const { facts, now, scope } = backend;
  const matching = (params: Params) => {
    const tenant = params.text('tenant');
    const resource = params.text('resource');
    const search = params.texts('search');
    params.check();
    return facts
      .resourceInstances(now())
      .filter(
        (row) =>
          (tenant === undefined || row.tenant === tenant || isId(row.tenant_id, tenant)) &&
          (resource === undefined || row.resource === resource || isId(row.resource_id, resource)) &&
          (!search || search.some((key) => key === row.key || isId(row.id, key))),
      );
  };

  listRoutes(app, backend, { name: 'resource_instances', matching, shapeOf: detailedInstance });

  app.get<ScopedOne>(`${base}/resource_instances/:id`, (request) => {
    checkScope(scope, request.params);
    const { id } = request.params;
    const params = new Params(request.url);
    const detailed = params.boolean('detailed') ?? false;
    params.check();
    const row = facts.resourceInstances(now()).find((one) => `${one.resource}:${one.key}` === id || isId(one.id, id));
    if (!row) throw notFound(`the resource instance '${id}'`);
    return detailed ? detailedInstance(facts, now())(row) : row;
  });
}

function tenantRoutes(app: FastifyInstance, { facts, now, scope }: Backend): void {
  app.get<Scoped>(`${base}/tenants`, (request) => {
    checkScope(scope, request.params);
    const params = new Params(request.url);
    const paging = params.paging();
    const counted = params.boolean('include_total_count') ?? false;
    const search = params.text('search')?.toLowerCase() ?? '';
    params.check();
    const rows = facts.tenants(now()).filter((row) => `${row.key} ${String(row.name)}`.toLowerCase().includes(search));
    return counted ? paginated(rows, paging) : slice(rows, paging);
  });
}

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
