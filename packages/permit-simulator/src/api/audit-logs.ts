import { auditLogDetail } from '../detail.ts';
import { plainId } from '../ids.ts';
import type { ListQuery } from '../list-query.ts';
import { listEntries } from '../listing.ts';
import { mix32 } from '../rng.ts';
import { servedText } from '../served-text.ts';
import { auditLogCounts } from './audit-log-counts.ts';
import type { Backend } from './backend.ts';
import { invalid, notFound, overreached } from './fault.ts';
import { Params } from './params.ts';
import { EntryPage, type Route, type RouteRequest } from './route.ts';
import { checkScope } from './scope-check.ts';

const queries = ['check', 'get_user_permissions', 'get_authorized_users', 'none'] as const;

/** `GET /v2/pdps/{p}/{e}/audit_logs` and `/{log_id}`. Entries are served byte for byte as their source has them. */
export const auditLogRoutes: readonly Route[] = [
  {
    endpoint: 'audit_logs',
    path: '/v2/pdps/:proj/:env/audit_logs',
    answer: (backend, request) => {
      checkScope(backend.scope, request.params);
      const query = parseQuery(request.url, backend);
      if (query.page * query.perPage > backend.mostResults) throw overreached(backend.mostResults);
      return page(backend, query, request);
    },
  },
  {
    endpoint: 'audit_log_detail',
    path: '/v2/pdps/:proj/:env/audit_logs/:id',
    answer: ({ arrivals, entries, facts, scope }, { nowMs, params }) => {
      checkScope(scope, params);
      const id = plainId(params.id ?? '');
      if (id === undefined) {
        throw invalid([{ loc: ['path', 'log_id'], msg: 'value is not a valid uuid', type: 'type_error.uuid' }]);
      }
      const entry = entries.find(id);
      if (!entry || !arrivals.isListed(entry, nowMs)) throw notFound(`the audit log with the id '${params.id}'`);
      return auditLogDetail(entry, facts, scope, nowMs);
    },
  },
];

function parseQuery(url: string, { variants }: Backend): ListQuery {
  const params = new Params(url, variants.arrays === 'brackets-too');
  const query: ListQuery = {
    ...params.paging(),
    sortBy: params.choice('sort_by', ['None', 'timestamp'], 'timestamp'),
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

function page(backend: Backend, query: ListQuery, { nowMs, number }: RouteRequest): EntryPage {
  const { arrivals, entries: source, mostResults: reachable, seed, variants } = backend;
  const nonce = mix32(seed ^ mix32(number));
  const { entries, total } = listEntries({ source, arrivals, variants, nowMs, nonce }, query);
  const texts = entries.map((entry) => servedText(entry, variants, nonce));
  const counts = JSON.stringify(auditLogCounts({ total, perPage: query.perPage, reachable, variants, nonce }));
  const tail = counts === '{}' ? '' : `,${counts.slice(1, -1)}`;
  return new EntryPage(`{"data":[${texts.join(',')}]${tail}}`, entries);
}
