import { defaultCountModel, type EnvironmentInput } from '@custody/detect';
import { Draws } from './draws.ts';
import { type QuietAgent, quietServers } from './quiet-agent.ts';
import { halvesPerBucket } from './world.ts';

const model = defaultCountModel;
const { blockBuckets: hour } = model.calendar;
/** Of all calls of a server so many are denied, more or less. */
const deniedShare = 0.1;
/** Half minutes of the shorter window that shares are looked at of. */
const latestHalves = 4;
const hourHalves = hour * halvesPerBucket;

type Hours = NonNullable<EnvironmentInput['rates'][number]['hours']>;

/** Calls of one server: what its agents are denied, and as much more that is allowed as makes its usual share. */
class QuietServer {
  readonly key: string;
  readonly #agents: readonly QuietAgent[];
  readonly #hours: { readonly calls: number; readonly denials: number }[] = [];
  /** Allowed calls by half minutes, from an hour before the week on. */
  readonly #allowed: number[] = [];
  #now = hourHalves;

  constructor(seed: number, server: number, agents: readonly QuietAgent[], fromBucket: number) {
    this.key = `server-${server}`;
    this.#agents = agents;
    const draws = new Draws(seed, 100_000 + server);
    const length = agents[0]?.series.counts.length ?? 0;
    for (let bucket = 0; bucket < length; bucket += 1) {
      let [mean, denials] = [0, 0];
      for (const { series } of agents) {
        denials += series.counts[bucket] ?? 0;
        if (bucket >= series.firstBucket) mean += series.meanOf(bucket);
      }
      const allowed = draws.poisson(mean * (1 / deniedShare - 1));
      const at = Math.floor(bucket / hour);
      const before = this.#hours[at] ?? { calls: 0, denials: 0 };
      this.#hours[at] = { calls: before.calls + denials + allowed, denials: before.denials + denials };
      if (bucket >= fromBucket - hour) this.#spread(allowed, draws);
    }
  }

  #spread(allowed: number, draws: Draws): void {
    const first = this.#allowed.length;
    for (let half = 0; half < halvesPerBucket; half += 1) this.#allowed.push(0);
    for (let left = allowed; left > 0; left -= 1) {
      const at = first + draws.below(halvesPerBucket);
      this.#allowed[at] = (this.#allowed[at] ?? 0) + 1;
    }
  }

  pass(): void {
    this.#now += 1;
  }

  #inLast(halves: number): { calls: number; denials: number; agents: number } {
    let [allowed, denials, agents] = [0, 0, 0];
    for (let at = this.#now - halves; at < this.#now; at += 1) allowed += this.#allowed[at] ?? 0;
    for (const agent of this.#agents) {
      const own = halves === hourHalves ? agent.observed.block : agent.inLast(halves);
      denials += own;
      if (own > 0) agents += 1;
    }
    return { calls: denials + allowed, denials, agents };
  }

  rateAt(envId: string, now: number): EnvironmentInput['rates'][number] {
    const until = Math.floor((now - model.lagBuckets) / hour);
    const first = Math.max(0, Math.ceil((now - model.lagBuckets - model.memoryBuckets) / hour));
    const hours: Hours = this.#hours.slice(first, until);
    const { agents, ...recent } = this.#inLast(hourHalves);
    const { agents: latestAgents, ...latest } = this.#inLast(latestHalves);
    const subject = { envId, kind: 'server' as const, key: this.key };
    return { subject, recent, agents, latest: { recent: latest, agents: latestAgents }, hours };
  }
}

/** Calls and denials of all servers, by hours and of the newest minutes. */
export class QuietServers {
  readonly #each: readonly QuietServer[];

  constructor(seed: number, agents: readonly QuietAgent[], fromBucket: number) {
    const own = (server: number) => agents.filter((agent) => agent.server === server);
    this.#each = Array.from(
      { length: quietServers },
      (_, server) => new QuietServer(seed, server, own(server), fromBucket),
    );
  }

  /** A half minute goes by. */
  pass(): void {
    for (const server of this.#each) server.pass();
  }

  ratesAt(envId: string, now: number): EnvironmentInput['rates'] {
    return this.#each.map((server) => server.rateAt(envId, now));
  }
}
