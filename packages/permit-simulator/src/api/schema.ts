import type { FastifyInstance } from 'fastify';
import type { Json, KeyedRow } from '../facts.ts';
import { plainId } from '../ids.ts';
import type { Backend } from './backend.ts';
import { notFound } from './fault.ts';
import { paginated, slice } from './paging.ts';
import { Params } from './params.ts';
import { checkScope, type ScopeParams } from './scope-check.ts';

const base = '/v2/schema/:proj/:env/resources';
/** The type of the gateway's own profiles; listed like any other, as Permit counts only its own as built in. */
type One = { Params: ScopeParams & { id: string } };

/** Resource types with actions and roles, and a type's roles: bare arrays unless counts are asked for. */
export function schemaRoutes(app: FastifyInstance, { facts, now, scope }: Backend): void {
  const find = (id: string): KeyedRow => {
    const row = facts.resources(now()).find((one) => one.key === id || plainId(one.id) === plainId(id));
    if (!row) throw notFound(`the resource '${id}'`);
    return row;
  };

  app.get<{ Params: ScopeParams }>(base, (request) => {
    checkScope(scope, request.params);
    const params = new Params(request.url);
    const paging = params.paging();
    const counted = params.boolean('include_total_count') ?? false;
    const search = params.text('search')?.toLowerCase() ?? '';
    params.boolean('include_built_in');
    params.check();
    const rows = facts
      .resources(now())
      .filter((row) => `${row.key} ${String(row.name)}`.toLowerCase().includes(search));
    return counted ? paginated(rows, paging) : slice(rows, paging);
  });

  app.get<One>(`${base}/:id`, (request) => {
    checkScope(scope, request.params);
    return find(request.params.id);
  });

  app.get<One>(`${base}/:id/roles`, (request) => {
    checkScope(scope, request.params);
    const params = new Params(request.url);
    const paging = params.paging();
    const counted = params.boolean('include_total_count') ?? false;
    params.check();
    const rows = Object.values((find(request.params.id).roles ?? {}) as Record<string, Json>);
    return counted ? paginated(rows, paging) : slice(rows, paging);
  });
}
