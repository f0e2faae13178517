import type { Json, KeyedRow } from './facts.ts';
import { idOf } from './ids.ts';
import { type Level, levels, rankOf } from './level.ts';
import { profileActions } from './policy.ts';
import type { Scope } from './scope.ts';
import { methodClasses, type Server, type Workflow, workflows } from './servers.ts';

/** Ids and stamps that every row of an environment carries. */
export function stamps(scope: Scope): { organization_id: string; project_id: string; environment_id: string } {
  return {
    organization_id: scope.organizationId,
    project_id: scope.projectId,
    environment_id: scope.environmentId,
  };
}

/** The resource types of an environment: servers, workflows and the profile of a human. */
export function resourceRows(seed: number, scope: Scope, servers: readonly Server[]): KeyedRow[] {
  return [
    profileType(seed, scope, servers),
    ...servers.map((server) => serverType(seed, scope, server)),
    ...workflows.map((workflow) => workflowType(seed, scope, workflow)),
  ];
}

function serverType(seed: number, scope: Scope, server: Server): KeyedRow {
  const roles = levels.map((level, index) => {
    const permissions = server.tools.filter((tool) => tool.rank === rankOf(level)).map((tool) => tool.key);
    const below = levels[index - 1];
    const derived = { id: idOf(seed, 'derived', server.key, level), users_with_role: rules(seed, server.key, level) };
    return role(seed, scope, server.key, level, permissions, below ? [below] : [], derived);
  });
  const relations = Object.fromEntries(
    levels.map((level) => [
      level,
      {
        description: null,
        resource_id: idOf(seed, 'resource', 'user_profile'),
        relation_name: level,
        resource: 'user_profile',
      },
    ]),
  );
  return resource(
    seed,
    scope,
    server.key,
    server.name,
    actionsOf(
      seed,
      server.key,
      server.tools.map((tool) => tool.key),
    ),
    roles,
    relations,
  );
}

/** min(consent, ceiling) as the derivation rules that make it: every pair whose lesser is this level. */
function rules(seed: number, server: string, level: Level): Json[] {
  const pairs = levels.flatMap((consent) => levels.map((ceiling) => ({ consent, ceiling })));
  return pairs
    .filter(({ consent, ceiling }) => Math.min(rankOf(consent), rankOf(ceiling)) === rankOf(level))
    .map(({ consent, ceiling }) => ({
      role_id: idOf(seed, 'role', 'user_profile', `${server}-${consent}`),
      resource_id: idOf(seed, 'resource', 'user_profile'),
      relation_id: idOf(seed, 'relation', server, ceiling),
      role: `${server}-${consent}`,
      on_resource: 'user_profile',
      linked_by_relation: ceiling,
      when: { no_direct_roles_on_object: false },
    }));
}

function profileType(seed: number, scope: Scope, servers: readonly Server[]): KeyedRow {
  const consentRoles = servers.flatMap((server) =>
    levels.map((level) => role(seed, scope, 'user_profile', `${server.key}-${level}`, [], [])),
  );
  const owner = role(seed, scope, 'user_profile', 'owner', profileActions, []);
  const actions = actionsOf(seed, 'user_profile', profileActions);
  return resource(seed, scope, 'user_profile', 'User profile', actions, [owner, ...consentRoles], {});
}

function workflowType(seed: number, scope: Scope, workflow: Workflow): KeyedRow {
  const roles = [
    role(seed, scope, workflow.key, 'reader', methodClasses.slice(0, 1), []),
    role(seed, scope, workflow.key, 'writer', methodClasses.slice(1), ['reader']),
  ];
  return resource(seed, scope, workflow.key, workflow.name, actionsOf(seed, workflow.key, methodClasses), roles, {});
}

function resource(
  seed: number,
  scope: Scope,
  key: string,
  name: string,
  actions: Json,
  roles: readonly KeyedRow[],
  relations: Json,
): KeyedRow {
  return {
    key,
    id: idOf(seed, 'resource', key),
    ...stamps(scope),
    created_at: scope.createdAt,
    updated_at: scope.createdAt,
    name,
    urn: null,
    description: null,
    actions,
    attributes: {},
    roles: Object.fromEntries(roles.map((row) => [row.key, row])),
    relations,
    action_groups: {},
  };
}

function role(
  seed: number,
  scope: Scope,
  type: string,
  key: string,
  permissions: readonly string[],
  below: readonly string[],
  derived: Json | null = null,
): KeyedRow {
  return {
    name: key,
    description: null,
    permissions,
    attributes: null,
    extends: below,
    granted_to: derived,
    key,
    id: idOf(seed, 'role', type, key),
    ...stamps(scope),
    resource_id: idOf(seed, 'resource', type),
    resource: type,
    created_at: scope.createdAt,
    updated_at: scope.createdAt,
  };
}

function actionsOf(seed: number, type: string, keys: readonly string[]): Json {
  return Object.fromEntries(
    keys.map((key) => [key, { name: key, description: null, id: idOf(seed, 'action', type, key), key }]),
  );
}
