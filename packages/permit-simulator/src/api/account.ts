import type { Json } from '../facts.ts';
import { hyphened } from '../ids.ts';
import { stamps } from '../schema-rows.ts';
import type { Scope } from '../scope.ts';
import { slice } from './paging.ts';
import { Params } from './params.ts';
import type { Route } from './route.ts';
import { checkProject, checkScope } from './scope-check.ts';

/** What the key may see: the project, the environment, its PDP. */
export const accountRoutes: readonly Route[] = [
  {
    endpoint: 'scope',
    path: '/v2/api-key/scope',
    answer: ({ keyScope, scope }) => ({
      organization_id: dashed(scope.organizationId),
      project_id: keyScope === 'organization' ? null : dashed(scope.projectId),
      environment_id: keyScope === 'environment' ? dashed(scope.environmentId) : null,
    }),
  },
  {
    endpoint: 'projects',
    path: '/v2/projects',
    answer: ({ scope }, { url }) => onePage(url, project(scope)),
  },
  {
    endpoint: 'projects',
    path: '/v2/projects/:proj',
    answer: ({ scope }, { params }) => {
      checkProject(scope, params);
      return project(scope);
    },
  },
  {
    endpoint: 'environments',
    path: '/v2/projects/:proj/envs',
    answer: ({ scope }, { params, url }) => {
      checkProject(scope, params);
      return onePage(url, environment(scope));
    },
  },
  {
    endpoint: 'environments',
    path: '/v2/projects/:proj/envs/:env',
    answer: ({ scope }, { params }) => {
      checkScope(scope, params);
      return environment(scope);
    },
  },
  {
    endpoint: 'pdp_configs',
    path: '/v2/pdps/:proj/:env/configs',
    answer: ({ scope }, { params, url }) => {
      checkScope(scope, params);
      return onePage(url, pdpConfig(scope));
    },
  },
];

function onePage(url: string, row: Json): Json[] {
  const params = new Params(url);
  const paging = params.paging();
  params.check();
  return slice([row], paging);
}

function project(scope: Scope): Json {
  return {
    key: scope.projectKey,
    urn_namespace: null,
    id: scope.projectId,
    organization_id: scope.organizationId,
    created_at: scope.createdAt,
    updated_at: scope.createdAt,
    name: scope.projectKey,
    description: '',
    settings: {},
    active_policy_repo_id: null,
  };
}

function environment(scope: Scope): Json {
  return {
    key: scope.environmentKey,
    id: scope.environmentId,
    organization_id: scope.organizationId,
    project_id: scope.projectId,
    created_at: scope.createdAt,
    updated_at: scope.createdAt,
    name: scope.environmentKey,
    description: null,
    custom_branch_name: null,
    jwks: null,
    settings: null,
    email_configuration: null,
  };
}

function pdpConfig(scope: Scope): Json {
  return {
    id: scope.pdpId,
    name: 'Cloud PDP',
    ...stamps(scope),
    client_secret: 'not-a-secret',
    opal_server_access_token: null,
    num_shards: 0,
    debug_audit_logs: true,
    min_pdp_version: null,
  };
}

function dashed(id: string): string {
  return id.length === 32 ? hyphened(id) : id;
}
