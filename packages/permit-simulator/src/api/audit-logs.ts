import type { FastifyInstance } from 'fastify';
import { auditLogDetail } from '../detail.ts';
import { plainId } from '../ids.ts';
import { type ListQuery, listEntries } from '../listing.ts';
import type { Backend } from './backend.ts';
import { invalid, notFound, overreached } from './fault.ts';
import { Params } from './params.ts';
import { checkScope, type ScopeParams } from './scope-check.ts';

const reachable = 10_000;
const queries = ['check', 'get_user_permissions', 'get_authorized_users', 'none'] as const;

/** `GET /v2/pdps/{p}/{e}/audit_logs` and `/{log_id}`. Entries are served byte for byte as their source has them. */
export function auditLogRoutes(app: FastifyInstance, backend: Backend): void {
  app.get<{ Params: ScopeParams }>('/v2/pdps/:proj/:env/audit_logs', (request, reply) => {
    checkScope(backend.scope, request.params);
    const query = parseQuery(request.url);
    if (query.page * query.perPage > reachable) throw overreached();
    return reply.type('application/json').send(page(backend, query));
  });

  app.get<{ Params: ScopeParams & { id: string } }>('/v2/pdps/:proj/:env/audit_logs/:id', (request) => {
    checkScope(backend.scope, request.params);
    const id = plainId(request.params.id);
    if (id === undefined) {
      throw invalid([{ loc: ['path', 'log_id'], msg: 'value is not a valid uuid', type: 'type_error.uuid' }]);
    }
    const nowMs = backend.now();
    const entry = backend.entries.find(id);
    if (!entry || entry.visibleAtMs > nowMs) throw notFound(`the audit log with the id '${request.params.id}'`);
    return auditLogDetail(entry, backend.facts, backend.scope, nowMs);
  });
}

function parseQuery(url: string): ListQuery {
  const params = new Params(url);
  params.choice('sort_by', ['None', 'timestamp'], 'timestamp');
  const query: ListQuery = {
    ...params.paging(),
    fromSeconds: params.integer('timestamp_from'),
    toSeconds: params.integer('timestamp_to'),
    users: params.texts('users', 500),
    decision: params.boolean('decision'),
    resources: params.texts('resources'),
    tenant: params.text('tenant'),
    action: params.text('action'),
    pdpId: params.id('pdp_id'),
    query: params.choice('query', queries, 'check'),
  };
  params.check();
  return query;
}

function page(backend: Backend, query: ListQuery): string {
  const { variants } = backend;
  const { entries, total } = listEntries(backend.entries, query, variants, backend.now());
  const texts = entries.map((entry) => (variants.rawDataOnList ? entry.text() : withoutRawData(entry.text())));
  const within = Math.min(total, reachable);
  const counts = {
    total_count: variants.totalCount === 'capped' ? within : total,
    page_count: Math.ceil(within / query.perPage),
    pagination_count: within,
  };
  const tail = variants.totalCount === 'absent' ? '' : `,${JSON.stringify(counts).slice(1, -1)}`;
  return `{"data":[${texts.join(',')}]${tail}}`;
}

function withoutRawData(text: string): string {
  const { raw_data, input, result, ...rest } = JSON.parse(text) as Record<string, unknown>;
  return JSON.stringify(rest);
}
