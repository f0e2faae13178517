/**
 * Decisions as Permit's API lists them, number n of a seed the same each time, and the human behind each, known by how
 * it was made. An oracle: it imports nothing of what it judges.
 */

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;

/** A stretch of whole hours of one environment that decisions are made in. */
export class World {
  readonly envId: string;
  readonly startMs: number;
  readonly hours: number;

  constructor(envId: string, startMs: number, hours: number) {
    this.envId = envId;
    this.startMs = startMs;
    this.hours = hours;
  }

  get endMs(): number {
    return this.startMs + this.hours * hourMs;
  }

  get #middleMs(): number {
    return this.startMs + (this.hours * hourMs) / 2;
  }

  /** When the revocations, known from the start or late, were noticed: between the two listings. */
  get lastSeenMs(): number {
    return this.#middleMs - 600_000;
  }

  get firstMissingMs(): number {
    return this.#middleMs + 600_000;
  }

  get beforeAllMs(): number {
    return this.startMs - 30 * dayMs;
  }

  get firstListingMs(): number {
    return this.startMs - dayMs;
  }

  get lastListingMs(): number {
    return this.endMs + dayMs;
  }
}

/** Thirty hours over the end of a month: rows of two partitions of the store. */
export const usualWorld = new World('env-invariants', Date.UTC(2026, 9, 31, 6), 30);

/** What is known of an agent's humans, which says whose a decision is. */
export const kinds = [
  'one human',
  'by server',
  'revoked',
  'never consented',
  'human caller',
  'no agent',
  'shared',
  'consent learned late',
  'revocation learned late',
] as const;
export type Kind = (typeof kinds)[number];
export const agentsPerKind = 4;
/** Of the same level. */
export const tools = ['create_issue', 'list_issues'] as const;

export interface Truth {
  readonly attribution: 'exact' | 'inferred' | 'ambiguous' | 'unknown' | 'none';
  readonly human: string;
  readonly candidates: readonly string[];
  readonly trust: string;
}

export interface MadeDecision {
  readonly world: World;
  readonly n: number;
  readonly id: string;
  readonly atMs: number;
  readonly kind: Kind;
  /** Which of the kind's agents. */
  readonly agent: number;
  readonly agentKey: string;
  readonly server: string;
  readonly tool: string;
  readonly decision: 'allow' | 'deny' | 'unknown';
}

/** Every tenth is read in detail as well. */
export function hasDetail(n: number): boolean {
  return n % 10 === 3;
}

export function agentKeyOf(kind: Kind, agent: number): string {
  if (kind === 'human caller') return `human|self-${agent}`;
  return kind === 'no agent' ? `service-${agent}` : `agent|${kind.replaceAll(' ', '-')}-${agent}`;
}

/** A human whom an agent of this kind acts, or acted, for; `b`: the second one. */
export function humanOf(kind: Kind, agent: number, which: 'a' | 'b' = 'a'): string {
  return `human|${which}-${kind.replaceAll(' ', '-')}-${agent}`;
}

export class Decisions {
  readonly count: number;
  readonly world: World;
  readonly #seed: number;

  constructor(count: number, seed: number, world = usualWorld) {
    this.count = count;
    this.world = world;
    this.#seed = seed;
  }

  at(n: number): MadeDecision {
    const mixed = this.#mix(n);
    const kind = kinds[mixed % kinds.length] ?? 'one human';
    const agent = (mixed >>> 8) % agentsPerKind;
    return {
      world: this.world,
      n,
      id: this.#idOf(n),
      atMs: this.#timeOf(n),
      kind,
      agent,
      agentKey: agentKeyOf(kind, agent),
      server: kind === 'by server' && (mixed >>> 12) % 2 === 1 ? 'github' : 'linear',
      tool: tools[(mixed >>> 14) % tools.length] ?? 'create_issue',
      decision: n % 5 === 0 ? 'deny' : n % 17 === 0 ? 'unknown' : 'allow',
    };
  }

  /** The numbers of an hour, counted from the first: `[from, to)`. */
  ofHour(hour: number): { readonly from: number; readonly to: number } {
    const first = (h: number) => Math.min(this.count, Math.ceil((h * this.count) / this.world.hours));
    return { from: first(hour), to: first(hour + 1) };
  }

  get hours(): number {
    return this.world.hours;
  }

  /** Whose a decision is, once everything is known of its agent; or before anything was learned late. */
  truthOf({ n, kind, agent, agentKey, atMs, server, decision }: MadeDecision, isLateKnown = true): Truth {
    const { firstMissingMs, lastSeenMs } = this.world;
    const exact = (human: string, trust = 'high'): Truth => ({ attribution: 'exact', human, candidates: [], trust });
    const nobody = (attribution: 'unknown' | 'none'): Truth => ({ attribution, human: '', candidates: [], trust: '' });
    const own = humanOf(kind, agent);
    const untilRevoked = (): Truth => {
      if (atMs >= firstMissingMs) return nobody('unknown');
      return atMs <= lastSeenMs ? exact(own) : { ...exact(own), attribution: 'inferred' };
    };
    switch (kind) {
      case 'one human':
        return exact(own);
      case 'consent learned late':
        return isLateKnown ? exact(own) : nobody('unknown');
      case 'by server': {
        const one = exact(server === 'linear' ? own : humanOf(kind, agent, 'b'));
        return decision === 'allow' ? one : { ...one, attribution: 'inferred' };
      }
      case 'revoked':
        return untilRevoked();
      case 'revocation learned late':
        return isLateKnown ? untilRevoked() : exact(own);
      case 'never consented':
        return nobody('unknown');
      case 'human caller':
        return exact(agentKey, '');
      case 'no agent':
        return nobody('none');
      case 'shared':
        if (hasDetail(n) && decision === 'allow') return exact(own);
        return { attribution: 'ambiguous', human: '', candidates: [own, humanOf(kind, agent, 'b')], trust: '' };
    }
  }

  #timeOf(n: number): number {
    return this.world.startMs + Math.floor((n * this.world.hours * hourMs) / this.count);
  }

  #mix(n: number): number {
    let mixed = Math.imul(n + 1, 0x9e3779b1) ^ Math.imul(this.#seed + 7, 0x85ebca6b);
    mixed = Math.imul(mixed ^ (mixed >>> 15), 0x2c1b3c6d);
    return (mixed ^ (mixed >>> 13)) >>> 0;
  }

  #idOf(n: number): string {
    const words = [this.#mix(n), this.#mix(n + 2 ** 30), this.#seed, n];
    const hex = words.map((word) => (word >>> 0).toString(16).padStart(8, '0')).join('');
    return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
  }
}
