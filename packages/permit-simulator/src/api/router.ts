import findMyWay, { type HTTPVersion } from 'find-my-way';
import { accountRoutes } from './account.ts';
import { auditLogRoutes } from './audit-logs.ts';
import { factRoutes } from './facts.ts';
import type { Route } from './route.ts';
import { schemaRoutes } from './schema.ts';

export interface FoundRoute {
  readonly route: Route;
  readonly params: Readonly<Record<string, string>>;
}

/** One router for every simulator: routes know no world until they are asked. */
// Keys hold long client ids, and a percent-encoded one is three times its length.
const router = findMyWay<HTTPVersion.V1>({ maxParamLength: 1500 });
const unused = () => undefined;
for (const route of [...accountRoutes, ...auditLogRoutes, ...factRoutes, ...schemaRoutes]) {
  router.on('GET', route.path, unused, route);
}

/** The route of a request's URL, with decoded parameters; undefined where there is none. */
export function findRoute(method: string, url: string): FoundRoute | undefined {
  if (method !== 'GET') return undefined;
  const at = url.indexOf('?');
  const found = router.find('GET', at < 0 ? url : url.slice(0, at));
  if (!found?.store) return undefined;
  return { route: found.store as Route, params: found.params as Readonly<Record<string, string>> };
}
