import type { Agent } from './agents.ts';
import type { Call } from './call.ts';
import type { InitialGrants } from './grants.ts';
import type { CeilingDrop } from './grants-timeline.ts';
import type { IncidentKind, IncidentTime } from './incident-times.ts';
import { Rng } from './rng.ts';
import { type Server, sharedServers } from './servers.ts';

/** A scripted incident with the calls that it adds to the ordinary traffic. */
export interface Incident {
  readonly id: string;
  readonly kind: IncidentKind;
  readonly live: boolean;
  readonly fromMs: number;
  /** Exclusive. */
  readonly toMs: number;
  readonly agentKey?: string;
  readonly humanKey?: string;
  readonly server?: string;
  readonly description: string;
  /** In order of time; all within [fromMs, toMs). */
  readonly calls: readonly Call[];
}

/** The server whose ceilings an admin lowers by mistake: the most used one. */
const droppedServer: Server = sharedServers[0] as Server;

export function ceilingDrops(times: readonly IncidentTime[]): CeilingDrop[] {
  const drops = times.filter((time) => time.kind === 'ceiling_lowered');
  return drops.map(({ fromMs, toMs }) => ({ server: droppedServer.key, fromMs, toMs }));
}

/** Writes the script of each incident. `agentOf` gives the agent that plays in an incident of its own. */
export function createIncidents(
  seed: number,
  times: readonly IncidentTime[],
  agentOf: (time: IncidentTime) => Agent | undefined,
  grants: InitialGrants,
): Incident[] {
  return times.map((time) => {
    const rng = Rng.of(seed, 'incident', time.id);
    const agent = agentOf(time);
    if (time.kind === 'ceiling_lowered' || !agent) return ceilingLowered(rng, time, grants);
    return time.kind === 'probing_agent' ? probing(rng, time, agent) : waking(rng, time, agent, grants);
  });
}

function probing(rng: Rng, time: IncidentTime, agent: Agent): Incident {
  const human = agent.humans[0];
  const tries = rng
    .shuffled(sharedServers)
    .slice(0, 10)
    .flatMap((server) => {
      const tools = rng.shuffled(server.tools).slice(0, rng.int(5, 8));
      return tools.flatMap((tool) => Array(rng.chance(0.25) ? 2 : 1).fill([server.key, tool.key] as const));
    });
  return {
    ...scripted(time, agent),
    description: `${agent.name} (${agent.key}) tries tools across ten servers; ${human?.firstName} consented to one of them at low`,
    calls: spread(rng, time, tries, ([type, action]) => call(agent, human?.subject, type, action)),
  };
}

function waking(rng: Rng, time: IncidentTime, agent: Agent, grants: InitialGrants): Incident {
  const human = agent.humans[0];
  const keys = grants.consents.filter((consent) => consent.agent === agent).map((consent) => consent.server);
  const servers = grants.servers.filter((server) => keys.includes(server.key));
  const tries = Array.from({ length: rng.int(55, 75) }, () => {
    const server = rng.pick(servers);
    return [server.key, rng.zipf(server.tools, 0.5).key] as const;
  });
  return {
    ...scripted(time, agent),
    description: `${agent.name} (${agent.key}), silent for weeks, calls tools in the night of ${human?.firstName} ${human?.lastName}`,
    calls: spread(rng, time, tries, ([type, action]) => call(agent, human?.subject, type, action)),
  };
}

function ceilingLowered(rng: Rng, time: IncidentTime, grants: InitialGrants): Incident {
  const able = grants.consents.filter(
    (consent) =>
      consent.server === droppedServer.key &&
      consent.rank > 1 &&
      consent.fromMs < time.fromMs &&
      consent.agent.kind === 'session' &&
      grants.ceilings.some(
        (ceiling) => ceiling.server === consent.server && ceiling.subject === consent.subject && ceiling.rank > 1,
      ),
  );
  const busy = rng.shuffled(able).slice(0, 9);
  const writes = droppedServer.tools.filter((tool) => tool.rank === 2);
  // Agents try again what worked a minute ago.
  const tries = Array.from({ length: busy.length > 0 ? rng.int(110, 140) : 0 }, () => rng.pick(busy));
  return {
    ...scripted(time),
    server: droppedServer.key,
    description: `an admin lowers every ceiling on ${droppedServer.key} to low and restores them later`,
    calls: spread(rng, time, tries, ({ agent, subject }) =>
      call(agent, subject, droppedServer.key, rng.zipf(writes).key),
    ),
  };
}

function scripted(time: IncidentTime, agent?: Agent): Omit<Incident, 'description' | 'calls'> {
  const { id, kind, live, fromMs, toMs } = time;
  const human = agent?.humans[0];
  return { id, kind, live, fromMs, toMs, ...(agent && { agentKey: agent.key }), ...(human && { humanKey: human.key }) };
}

function call(agent: Agent, subject: string | undefined, type: string, action: string): Omit<Call, 'micros'> {
  return { userKey: agent.key, subject: subject ?? null, type, action };
}

function spread<T>(
  rng: Rng,
  time: IncidentTime,
  tries: readonly T[],
  toCall: (item: T) => Omit<Call, 'micros'>,
): Call[] {
  const lastsMicros = (time.toMs - time.fromMs) * 1000;
  const micros = tries.map(() => time.fromMs * 1000 + Math.floor(rng.next() * lastsMicros));
  micros.sort((left, right) => left - right);
  return tries.map((item, index) => ({ ...toCall(item), micros: micros[index] ?? time.fromMs * 1000 }));
}
