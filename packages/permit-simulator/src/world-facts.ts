import type { Agent } from './agents.ts';
import type { FactsSource, InstanceRow, KeyedRow, RoleAssignmentRow, TupleRow, UserRow } from './facts.ts';
import type { GrantsTimeline } from './grants-timeline.ts';
import { heldAt } from './held.ts';
import type { Human } from './humans.ts';
import { idOf } from './ids.ts';
import { levelOf } from './level.ts';
import { egressRole } from './policy.ts';
import { resourceRows, stamps } from './schema-rows.ts';
import type { Scope } from './scope.ts';
import { type Server, workflows } from './servers.ts';
import { factTime } from './time-text.ts';

export interface WorldFactsOptions {
  readonly seed: number;
  readonly scope: Scope;
  readonly historyFromMs: number;
  readonly humans: readonly Human[];
  readonly agents: readonly Agent[];
  readonly servers: readonly Server[];
  readonly timeline: GrantsTimeline;
}

const yearMs = 365 * 86_400_000;

/** The simulated world's facts. Rows are rebuilt only when a grant or a registration has changed them. */
export class WorldFacts implements FactsSource {
  readonly #options: WorldFactsOptions;
  readonly #resources: readonly KeyedRow[];
  readonly #instances: readonly InstanceRow[];
  readonly #tenants: readonly KeyedRow[];
  #usersCount = -1;
  #users: readonly UserRow[] = [];
  #grantsVersion = -1;
  #assignments: readonly RoleAssignmentRow[] = [];
  #tuples: readonly TupleRow[] = [];

  constructor(options: WorldFactsOptions) {
    this.#options = options;
    this.#resources = resourceRows(options.seed, options.scope, options.servers);
    this.#instances = this.#instanceRows();
    this.#tenants = [
      {
        key: 'default',
        id: options.scope.tenantId,
        ...stamps(options.scope),
        created_at: options.scope.createdAt,
        updated_at: options.scope.createdAt,
        last_action_at: options.scope.createdAt,
        name: 'Default Tenant',
        description: null,
        attributes: null,
      },
    ];
  }

  users(nowMs: number): readonly UserRow[] {
    const agents = this.#registered(nowMs);
    if (agents.length !== this.#usersCount) {
      this.#usersCount = agents.length;
      const humans = this.#options.humans.map((human) => this.#humanRow(human));
      this.#users = [...humans, ...agents.map((agent) => this.#agentRow(agent))];
    }
    return this.#users;
  }

  roleAssignments(nowMs: number): readonly RoleAssignmentRow[] {
    this.#refreshGrants(nowMs);
    return this.#assignments;
  }

  relationshipTuples(nowMs: number): readonly TupleRow[] {
    this.#refreshGrants(nowMs);
    return this.#tuples;
  }

  resourceInstances(): readonly InstanceRow[] {
    return this.#instances;
  }

  tenants(): readonly KeyedRow[] {
    return this.#tenants;
  }

  resources(): readonly KeyedRow[] {
    return this.#resources;
  }

  #registered(nowMs: number): Agent[] {
    return this.#options.agents.filter((agent) => agent.kind !== 'unknown' && agent.registeredMs <= nowMs);
  }

  #refreshGrants(nowMs: number): void {
    const version = this.#options.timeline.version(nowMs);
    if (version === this.#grantsVersion) return;
    this.#grantsVersion = version;
    this.#assignments = this.#assignmentRows(nowMs).sort(byCreation);
    this.#tuples = this.#tupleRows(nowMs).sort(byCreation);
  }

  #assignmentRows(nowMs: number): RoleAssignmentRow[] {
    const { agents, historyFromMs, humans, timeline } = this.#options;
    const owners = humans.map((human) =>
      this.#assignment(human.key, 'owner', 'user_profile', human.subject, historyFromMs - yearMs),
    );
    const egress = agents
      .filter((agent) => agent.kind === 'egress')
      .flatMap((agent) =>
        workflows.map(({ key }) =>
          this.#assignment(agent.key, egressRole(agent.key, key), key, key, agent.registeredMs),
        ),
      );
    const consents = timeline.consents.flatMap((slot) => {
      const held = heldAt(slot.held, nowMs);
      if (!held) return [];
      const role = `${slot.server}-${levelOf(held.rank)}`;
      return [this.#assignment(slot.agentKey, role, 'user_profile', slot.subject, held.fromMs)];
    });
    return [...owners, ...egress, ...consents];
  }

  #assignment(user: string, role: string, type: string, instance: string, sinceMs: number): RoleAssignmentRow {
    const { scope, seed } = this.#options;
    return {
      id: idOf(seed, 'assignment', user, role, instance, sinceMs),
      user,
      role,
      tenant: 'default',
      resource_instance: `${type}:${instance}`,
      resource_instance_id: idOf(seed, 'instance', type, instance),
      user_id: idOf(seed, 'user', user),
      role_id: idOf(seed, 'role', type, role),
      tenant_id: scope.tenantId,
      ...stamps(scope),
      created_at: factTime(sinceMs),
    };
  }

  #tupleRows(nowMs: number): TupleRow[] {
    const { scope, seed, timeline } = this.#options;
    return timeline.ceilings.flatMap(({ held, server, subject }) => {
      const now = heldAt(held, nowMs);
      const relation = now && levelOf(now.rank);
      if (!now || !relation) return [];
      return {
        subject: `user_profile:${subject}`,
        relation,
        object: `${server}:${server}`,
        id: idOf(seed, 'tuple', subject, relation, server, now.fromMs),
        tenant: 'default',
        subject_id: idOf(seed, 'instance', 'user_profile', subject),
        relation_id: idOf(seed, 'relation', server, relation),
        object_id: idOf(seed, 'instance', server, server),
        tenant_id: scope.tenantId,
        ...stamps(scope),
        created_at: factTime(now.fromMs),
        updated_at: factTime(now.fromMs),
      };
    });
  }

  #humanRow({ email, firstName, key, lastName }: Human): UserRow {
    const since = factTime(this.#options.historyFromMs - yearMs);
    return { ...this.#user(key, since), email, first_name: firstName, last_name: lastName, attributes: {} };
  }

  /** An agent's client name is its first name; a part of them also carries it as attributes. */
  #agentRow({ clientUri, key, name, registeredMs }: Agent): UserRow {
    const attributes = clientUri === null ? null : { client_name: name, client_uri: clientUri };
    return { ...this.#user(key, factTime(registeredMs)), email: null, first_name: name, last_name: null, attributes };
  }

  #user(key: string, since: string): UserRow {
    return {
      key,
      id: idOf(this.#options.seed, 'user', key),
      ...stamps(this.#options.scope),
      associated_tenants: [{ tenant: 'default', roles: [], status: 'active' }],
      roles: [],
      created_at: since,
      updated_at: since,
    };
  }

  #instanceRows(): InstanceRow[] {
    const { humans, servers } = this.#options;
    return [
      ...servers.map((server) =>
        this.#instance(server.key, server.key, {
          upstream_url: server.upstreamUrl,
          ...(server.ownedBy && { mcp_server_type: 'dynamic' }),
        }),
      ),
      ...workflows.map(({ key }) => this.#instance(key, key, {})),
      ...humans.map((human) => this.#instance('user_profile', human.subject, {})),
    ];
  }

  #instance(resource: string, key: string, attributes: Record<string, unknown>): InstanceRow {
    const { scope, seed } = this.#options;
    return {
      key,
      tenant: 'default',
      resource,
      id: idOf(seed, 'instance', resource, key),
      ...stamps(scope),
      created_at: scope.createdAt,
      updated_at: scope.createdAt,
      resource_id: idOf(seed, 'resource', resource),
      tenant_id: scope.tenantId,
      attributes,
    };
  }
}

function byCreation(left: RoleAssignmentRow | TupleRow, right: RoleAssignmentRow | TupleRow): number {
  const order = String(left.created_at).localeCompare(String(right.created_at));
  return order || (left.id < right.id ? -1 : 1);
}
