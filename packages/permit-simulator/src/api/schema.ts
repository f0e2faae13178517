import type { Json, KeyedRow } from '../facts.ts';
import { plainId } from '../ids.ts';
import type { Backend } from './backend.ts';
import { notFound } from './fault.ts';
import { paginated, slice } from './paging.ts';
import { Params } from './params.ts';
import type { Route } from './route.ts';
import { checkScope } from './scope-check.ts';

const base = '/v2/schema/:proj/:env/resources';

/** Resource types with actions and roles, and a type's roles: bare arrays unless counts are asked for. */
export const schemaRoutes: readonly Route[] = [
  {
    endpoint: 'resources',
    path: base,
    answer: ({ facts, scope }, { nowMs, params: path, url }) => {
      checkScope(scope, path);
      const params = new Params(url);
      const paging = params.paging();
      const counted = params.boolean('include_total_count') ?? false;
      const search = params.text('search')?.toLowerCase() ?? '';
      params.boolean('include_built_in');
      params.check();
      const rows = facts
        .resources(nowMs)
        .filter((row) => `${row.key} ${String(row.name)}`.toLowerCase().includes(search));
      return counted ? paginated(rows, paging) : slice(rows, paging);
    },
  },
  {
    endpoint: 'resources',
    path: `${base}/:id`,
    answer: (backend, { nowMs, params }) => {
      checkScope(backend.scope, params);
      return find(backend, params.id ?? '', nowMs);
    },
  },
  {
    endpoint: 'resources',
    path: `${base}/:id/roles`,
    answer: (backend, { nowMs, params: path, url }) => {
      checkScope(backend.scope, path);
      const params = new Params(url);
      const paging = params.paging();
      const counted = params.boolean('include_total_count') ?? false;
      params.check();
      const rows = Object.values((find(backend, path.id ?? '', nowMs).roles ?? {}) as Record<string, Json>);
      return counted ? paginated(rows, paging) : slice(rows, paging);
    },
  },
];

function find({ facts }: Backend, id: string, nowMs: number): KeyedRow {
  const row = facts.resources(nowMs).find((one) => one.key === id || plainId(one.id) === plainId(id));
  if (!row) throw notFound(`the resource '${id}'`);
  return row;
}
