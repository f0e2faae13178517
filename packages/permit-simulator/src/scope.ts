import { hyphened, idOf } from './ids.ts';

/** The organisation, project and environment that a simulator serves, and the key that opens it. Ids without hyphens. */
export interface Scope {
  readonly organizationId: string;
  readonly projectId: string;
  readonly projectKey: string;
  readonly environmentId: string;
  readonly environmentKey: string;
  readonly pdpId: string;
  readonly tenantId: string;
  readonly createdAt: string;
}

export function createScope(seed: number): Scope {
  return {
    organizationId: idOf(seed, 'organization'),
    projectId: idOf(seed, 'project'),
    projectKey: 'mcp-gateway',
    environmentId: idOf(seed, 'environment'),
    environmentKey: 'simulator',
    pdpId: idOf(seed, 'pdp'),
    tenantId: idOf(seed, 'tenant'),
    createdAt: '2025-02-03T09:14:51+00:00',
  };
}

/** The key that a simulator accepts unless it is told another: a function of the seed, no secret. */
export function defaultApiKey(seed: number): string {
  return `permit_key_simulator_${hyphened(idOf(seed, 'key')).replaceAll('-', '')}`;
}
