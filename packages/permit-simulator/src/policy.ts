import type { Agent } from './agents.ts';
import type { GrantsTimeline } from './grants-timeline.ts';
import type { Human } from './humans.ts';
import type { Rank } from './level.ts';
import { methodClasses, type Server, workflows } from './servers.ts';

/** Why a call was denied, as the policy's debugger names it; '' where it was allowed. */
type ReasonCode = '' | 'no_permission' | 'no_such_action' | 'no_such_resource' | 'no_user_roles' | 'user_not_synced';

/** One human's side of a decision: min(consent, ceiling) is what the agent may do under that human. */
export interface Authority {
  readonly subject: string;
  readonly consent: Rank;
  readonly ceiling: Rank;
}

export interface Verdict {
  readonly allowed: boolean;
  readonly code: ReasonCode;
  /** Level that the tool requires; 0 where the resource is no server or the tool is not defined. */
  readonly required: Rank;
  /** Humans whose consent for this server the agent held at the moment. */
  readonly authorities: readonly Authority[];
}

export interface PolicyWorld {
  readonly timeline: GrantsTimeline;
  readonly servers: ReadonlyMap<string, Server>;
  readonly agents: ReadonlyMap<string, Agent>;
  readonly humans: ReadonlyMap<string, Human>;
}

/** What the PDP answers to `check(userKey, action, type:type)` at a moment. */
export function decide(world: PolicyWorld, userKey: string, type: string, action: string, atMs: number): Verdict {
  const agent = world.agents.get(userKey);
  if (!agent) return world.humans.has(userKey) ? decideHuman(type, action) : denied('user_not_synced');
  if (agent.kind === 'unknown' || agent.registeredMs > atMs) return denied('user_not_synced');
  if (agent.kind === 'egress') return decideEgress(agent, type, action);
  const server = world.servers.get(type);
  if (!server) return denied('no_such_resource');
  return decideTool(world, agent, server, action, atMs);
}

function decideTool(world: PolicyWorld, agent: Agent, server: Server, action: string, atMs: number): Verdict {
  const { timeline } = world;
  const authorities: Authority[] = [];
  let hasRoles = false;
  for (const slot of timeline.slotsOf(agent.key)) {
    const consent = timeline.consentRank(slot, atMs);
    hasRoles ||= consent > 0;
    if (consent === 0 || slot.server !== server.key) continue;
    authorities.push({ subject: slot.subject, consent, ceiling: timeline.ceilingRank(slot.subject, server.key, atMs) });
  }
  const required = server.tools.find((tool) => tool.key === action)?.rank ?? 0;
  if (required === 0) return denied('no_such_action', authorities);
  if (!hasRoles) return denied('no_user_roles', authorities, required);
  const allowed = authorities.some((authority) => effective(authority) >= required);
  return { allowed, code: allowed ? '' : 'no_permission', required, authorities };
}

export function effective({ consent, ceiling }: Authority): Rank {
  return Math.min(consent, ceiling) as Rank;
}

/** Role that an egress agent holds on a workflow: the first agent writes to the first workflow only. */
export function egressRole(agentKey: string, workflow: string): 'reader' | 'writer' {
  return agentKey.endsWith('_1') && workflow === workflows[0]?.key ? 'writer' : 'reader';
}

function decideEgress(agent: Agent, type: string, action: string): Verdict {
  if (!workflows.some((workflow) => workflow.key === type)) return denied('no_such_resource');
  const allowed = action === methodClasses[0] || egressRole(agent.key, type) === 'writer';
  return { allowed, code: allowed ? '' : 'no_permission', required: 0, authorities: [] };
}

function decideHuman(type: string, action: string): Verdict {
  const allowed = type === 'user_profile' && profileActions.includes(action);
  return { allowed, code: allowed ? '' : 'no_permission', required: 0, authorities: [] };
}

/** What the owner of a profile may do with it. */
export const profileActions: readonly string[] = ['view', 'update', 'manage_agents'];

function denied(code: ReasonCode, authorities: readonly Authority[] = [], required: Rank = 0): Verdict {
  return { allowed: false, code, required, authorities };
}
