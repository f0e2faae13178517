import type { Agent } from './agents.ts';
import type { Human } from './humans.ts';
import type { Rank } from './level.ts';
import { Rng } from './rng.ts';
import { dynamicServer, type Server, sharedServers } from './servers.ts';

/** A consent that an agent holds, or will hold from `fromMs` on. */
export interface ConsentGrant {
  readonly agent: Agent;
  readonly subject: string;
  readonly server: string;
  readonly rank: Rank;
  readonly fromMs: number;
}

/** What an admin lets a human do on a server at most. */
interface CeilingGrant {
  readonly subject: string;
  readonly server: string;
  readonly rank: Rank;
  readonly fromMs: number;
  /** Only scripts change it: what polls round the clock rests on it. */
  readonly isKept?: boolean;
}

export interface InitialGrants {
  readonly servers: readonly Server[];
  readonly consents: readonly ConsentGrant[];
  readonly ceilings: readonly CeilingGrant[];
}

const dayMs = 86_400_000;

/** Every grant with which the world begins; consents of agents that register later start with their registration. */
export function initialGrants(
  seed: number,
  humans: readonly Human[],
  agents: readonly Agent[],
  historyFromMs: number,
): InitialGrants {
  const rng = Rng.of(seed, 'grants');
  const longAgo = () => historyFromMs - rng.int(60, 90) * dayMs - rng.int(0, 86_399) * 1000;
  const ceilings: CeilingGrant[] = [];
  for (const human of humans) {
    const count = rng.int(6, 10);
    for (const server of someServers(rng, count)) {
      ceilings.push({ subject: human.subject, server: server.key, rank: drawRank(rng, 0.18, 0.5), fromMs: longAgo() });
    }
  }
  const personal = humans.slice(0, 3).map((human, index) => {
    const server = dynamicServer(sharedServers[index === 1 ? 6 : 4] as Server, human.subject);
    ceilings.push({ subject: human.subject, server: server.key, rank: 3, fromMs: longAgo() });
    return server;
  });
  const consents = agents.flatMap((agent) => consentsOf(rng, agent, ceilings));
  return { servers: [...sharedServers, ...personal], consents, ceilings };
}

/** The same with what the watchers need: their consents, and a ceiling for each that is there to stay. */
export function withWatchers(
  grants: InitialGrants,
  own: readonly ConsentGrant[],
  historyFromMs: number,
): InitialGrants {
  const isTheirs = (ceiling: CeilingGrant) =>
    own.some(({ subject, server }) => subject === ceiling.subject && server === ceiling.server);
  const kept = new Map(
    own.map(({ subject, server }) => {
      const fromMs = historyFromMs - 60 * dayMs;
      return [`${subject} ${server}`, { subject, server, rank: 2 as const, fromMs, isKept: true }];
    }),
  );
  const others = grants.ceilings.filter((ceiling) => !isTheirs(ceiling));
  return { ...grants, consents: [...grants.consents, ...own], ceilings: [...others, ...kept.values()] };
}

function consentsOf(rng: Rng, agent: Agent, ceilings: readonly CeilingGrant[]): ConsentGrant[] {
  if (agent.kind === 'unconsented' || agent.kind === 'unknown' || agent.kind === 'egress') return [];
  return agent.humans.flatMap((human, position) => {
    const allowed = ceilings.filter((ceiling) => ceiling.subject === human.subject).map((ceiling) => ceiling.server);
    const count = agent.kind === 'automation' ? 4 : agent.kind === 'prober' ? 1 : rng.int(2, 5);
    const servers = new Set(Array.from({ length: count }, () => rng.zipf(allowed, 0.6)));
    // Some people consent to servers that their admin never opened to them.
    if (agent.kind === 'session' && rng.chance(0.1)) servers.add(rng.pick(sharedServers).key);
    return [...servers].map((server) => ({
      agent,
      subject: human.subject,
      server,
      rank: agent.kind === 'prober' ? 1 : agent.kind === 'dormant' ? 3 : drawRank(rng, 0.25, 0.5),
      fromMs: agent.registeredMs + rng.int(5, 90) * 1000 + position * 86_400_000,
    }));
  });
}

function someServers(rng: Rng, count: number): Server[] {
  const chosen = new Set<Server>();
  while (chosen.size < count) chosen.add(rng.zipf(sharedServers, 0.5));
  return sharedServers.filter((server) => chosen.has(server));
}

export function drawRank(rng: Rng, low: number, medium: number): Rank {
  const draw = rng.next();
  return draw < low ? 1 : draw < low + medium ? 2 : 3;
}
