import type { Agent } from './agents.ts';
import type { Call } from './call.ts';
import type { ConsentSlot, GrantsTimeline } from './grants-timeline.ts';
import { activityAt, type Human } from './humans.ts';
import { levels, type Rank } from './level.ts';
import { profileActions } from './policy.ts';
import { Rng } from './rng.ts';
import { methodClasses, type Server, type Tool, workflows } from './servers.ts';

export interface TrafficWorld {
  readonly seed: number;
  readonly humans: readonly Human[];
  readonly agents: readonly Agent[];
  readonly servers: ReadonlyMap<string, Server>;
  readonly timeline: GrantsTimeline;
}

/** A stretch of time that is filled with an exact number of calls. */
export interface Stretch {
  readonly bucket: number;
  readonly fromMs: number;
  readonly lastsMs: number;
  readonly count: number;
  readonly humanShare: number;
}

/** Probability that a call reaches for a tool above what the agent may do. */
const reachShare = 0.05;
const automationReachShare = 0.02;
const retryShare = 0.35;
/** For this long after a revocation an agent keeps trying. */
const afterglowMs = 30 * 60_000;

interface Session {
  readonly agent: Agent;
  readonly subject: string | null;
  readonly slots: readonly ConsentSlot[];
  readonly reachShare: number;
}

/** Draws the calls of ordinary work. Pure: the same stretch gives the same calls. */
export class Traffic {
  readonly #world: TrafficWorld;
  readonly #agentsOf = new Map<Human, Agent[]>();
  readonly #ofKind = new Map<string, Agent[]>();

  constructor(world: TrafficWorld) {
    this.#world = world;
    for (const agent of world.agents) {
      append(this.#ofKind, agent.kind, agent);
      if (agent.kind === 'session') for (const human of agent.humans) append(this.#agentsOf, human, agent);
    }
  }

  callsIn({ bucket, fromMs, lastsMs, count, humanShare }: Stretch): Call[] {
    const rng = Rng.of(this.#world.seed, 'traffic', bucket);
    const middleMs = fromMs + lastsMs / 2;
    const weights = this.#world.humans.map((human) => human.weight * activityAt(human, middleMs));
    const endMicros = (fromMs + lastsMs) * 1000;
    const calls: Call[] = [];
    while (calls.length < count) {
      const startMicros = fromMs * 1000 + Math.floor(rng.next() * lastsMs * 1000);
      const human = rng.weighted(this.#world.humans, (_, index) => weights[index] ?? 0);
      const drawn = rng.chance(humanShare) && human ? this.#humanSession(rng, human) : this.#automation(rng);
      const micros = drawn(startMicros);
      for (const call of micros) {
        if (calls.length >= count || call.micros >= endMicros) break;
        calls.push(call);
      }
    }
    return calls;
  }

  #humanSession(rng: Rng, human: Human): (startMicros: number) => Iterable<Call> {
    const draw = rng.next();
    if (draw < 0.006) return (startMicros) => this.#profileVisit(rng, human, startMicros);
    if (draw < 0.024) return (startMicros) => this.#stranger(rng, startMicros);
    return (startMicros) => {
      const startMs = startMicros / 1000;
      const agents = (this.#agentsOf.get(human) ?? []).filter((agent) => agent.registeredMs < startMs);
      const agent = rng.weighted(agents, (one) => one.weight);
      if (!agent) return [];
      const slots = this.#world.timeline.slotsOf(agent.key).filter((slot) => slot.subject === human.subject);
      const length = 2 + Math.floor(-7 * Math.log(1 - rng.next()));
      return this.#session(rng, { agent, subject: human.subject, slots, reachShare }, startMicros, length, 5);
    };
  }

  #automation(rng: Rng): (startMicros: number) => Iterable<Call> {
    if (rng.chance(0.1)) return (startMicros) => this.#egress(rng, startMicros);
    const agent = rng.pick(this.#ofKind.get('automation') ?? []);
    const subject = agent.humans[0]?.subject ?? null;
    const slots = this.#world.timeline.slotsOf(agent.key);
    const session = { agent, subject, slots, reachShare: automationReachShare };
    return (startMicros) => this.#session(rng, session, startMicros, rng.int(1, 4), 1.5);
  }

  *#session(rng: Rng, session: Session, startMicros: number, length: number, gapSeconds: number): Iterable<Call> {
    let micros = startMicros;
    let slot: ConsentSlot | undefined;
    let again: Call | undefined;
    for (let index = 0; index < length; index += 1) {
      const atMs = Math.floor(micros / 1000);
      if (!slot || rng.chance(0.12)) slot = this.#slot(rng, session.slots, atMs);
      const server = slot && this.#world.servers.get(slot.server);
      if (!slot || !server) return;
      const rank = this.#effective(slot, atMs);
      const denied = again !== undefined && rng.chance(retryShare);
      const action: string =
        denied && again && again.type === server.key ? again.action : chooseTool(rng, server, rank, session.reachShare);
      const call = { micros, userKey: session.agent.key, subject: session.subject, type: server.key, action };
      again = (server.tools.find((tool) => tool.key === action)?.rank ?? 3) > rank ? call : undefined;
      yield call;
      micros += gapMicros(rng, gapSeconds);
    }
  }

  /** The consent that a session works under: mostly one that lets it work. */
  #slot(rng: Rng, slots: readonly ConsentSlot[], atMs: number): ConsentSlot | undefined {
    const { timeline } = this.#world;
    return rng.weighted(slots, (slot, index) => {
      const popularity = 1 / (index + 1) ** 0.7;
      if (timeline.consentRank(slot, atMs) > 0) return this.#effective(slot, atMs) > 0 ? popularity : 0.015;
      const last = slot.held.findLast((held) => held.toMs <= atMs);
      return last && last.toMs > atMs - afterglowMs ? 0.5 * popularity : last ? 0.005 : 0;
    });
  }

  #effective(slot: ConsentSlot, atMs: number): Rank {
    const { timeline } = this.#world;
    return Math.min(timeline.consentRank(slot, atMs), timeline.ceilingRank(slot.subject, slot.server, atMs)) as Rank;
  }

  /** An agent that nobody consented to, or that Permit does not even know, tries a few tools. */
  *#stranger(rng: Rng, startMicros: number): Iterable<Call> {
    const agent = rng.zipf([...(this.#ofKind.get('unconsented') ?? []), ...(this.#ofKind.get('unknown') ?? [])]);
    const server = rng.zipf([...this.#world.servers.values()]);
    let micros = startMicros;
    for (let index = rng.int(1, 2); index > 0; index -= 1) {
      const action = rng.zipf(server.tools).key;
      yield { micros, userKey: agent.key, subject: null, type: server.key, action };
      micros += gapMicros(rng, 3);
    }
  }

  *#profileVisit(rng: Rng, human: Human, micros: number): Iterable<Call> {
    const { key: userKey, subject } = human;
    if (rng.chance(0.85)) yield { micros, userKey, subject, type: 'user_profile', action: rng.pick(profileActions) };
    else {
      const server = rng.zipf([...this.#world.servers.values()]);
      yield { micros, userKey, subject, type: server.key, action: rng.zipf(server.tools).key };
    }
  }

  *#egress(rng: Rng, startMicros: number): Iterable<Call> {
    const agent = rng.zipf(this.#ofKind.get('egress') ?? []);
    const type = rng.zipf(workflows).key;
    let micros = startMicros;
    for (let index = rng.int(2, 5); index > 0; index -= 1) {
      const action = rng.chance(0.12) ? methodClasses[1] : methodClasses[0];
      yield { micros, userKey: agent.key, subject: null, type, action };
      micros += gapMicros(rng, 1);
    }
  }
}

function chooseTool(rng: Rng, server: Server, rank: Rank, reach: number): string {
  const within = server.tools.filter((tool) => tool.rank <= rank);
  const above = server.tools.filter((tool) => tool.rank > rank);
  // A client that remembers a tool which the server no longer has.
  if (rng.chance(0.0008)) return `${rng.pick(server.tools).key}_v2`;
  if (above.length > 0 && (within.length === 0 || rng.chance(reach * (rank === levels.length ? 0 : 1)))) {
    return rng.zipf<Tool>(above, 0.8).key;
  }
  return rng.zipf<Tool>(within, 0.9).key;
}

/** Long-tailed pause between two calls, at least 150 ms. */
function gapMicros(rng: Rng, meanSeconds: number): number {
  return Math.floor(150_000 - meanSeconds * 1e6 * Math.log(1 - rng.next()));
}

function append<K, V>(map: Map<K, V[]>, key: K, value: V): void {
  const values = map.get(key);
  if (values) values.push(value);
  else map.set(key, [value]);
}
