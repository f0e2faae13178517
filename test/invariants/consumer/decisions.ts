/**
 * Decisions as Permit's API lists them, number n of a seed the same each time, and the human behind each, known by how
 * it was made. An oracle: it imports nothing of what it judges.
 */

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
/** Thirty hours over the end of a month: rows of two partitions of the store. */
const hours = 30;
export const startMs = Date.UTC(2026, 9, 31, 6);
export const endMs = startMs + hours * hourMs;
export const middleMs = startMs + (hours * hourMs) / 2;
/** When the revocations, known from the start or late, were noticed: between the two listings. */
export const lastSeenMs = middleMs - 600_000;
export const firstMissingMs = middleMs + 600_000;
export const beforeAllMs = startMs - 30 * dayMs;
export const firstListingMs = startMs - dayMs;
export const lastListingMs = endMs + dayMs;

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

export interface Truth {
  readonly attribution: 'exact' | 'inferred' | 'ambiguous' | 'unknown' | 'none';
  readonly human: string;
  readonly candidates: readonly string[];
  readonly trust: string;
}

export interface MadeDecision {
  readonly n: number;
  readonly id: string;
  readonly atMs: number;
  readonly kind: Kind;
  /** Which of the kind's agents. */
  readonly agent: number;
  readonly agentKey: string;
  readonly server: string;
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
  readonly #seed: number;

  constructor(count: number, seed: number) {
    this.count = count;
    this.#seed = seed;
  }

  at(n: number): MadeDecision {
    const mixed = this.#mix(n);
    const kind = kinds[mixed % kinds.length] ?? 'one human';
    const agent = (mixed >>> 8) % agentsPerKind;
    return {
      n,
      id: this.#idOf(n),
      atMs: this.#timeOf(n),
      kind,
      agent,
      agentKey: agentKeyOf(kind, agent),
      server: kind === 'by server' && (mixed >>> 12) % 2 === 1 ? 'github' : 'linear',
      decision: n % 5 === 0 ? 'deny' : n % 17 === 0 ? 'unknown' : 'allow',
    };
  }

  /** The numbers of an hour, counted from the first: `[from, to)`. */
  ofHour(hour: number): { readonly from: number; readonly to: number } {
    const first = (h: number) => Math.min(this.count, Math.ceil((h * this.count) / hours));
    return { from: first(hour), to: first(hour + 1) };
  }

  get hours(): number {
    return hours;
  }

  /** Whose a decision is, once everything is known of its agent. */
  truthOf({ n, kind, agent, agentKey, atMs, server, decision }: MadeDecision): Truth {
    const exact = (human: string, trust = 'high'): Truth => ({ attribution: 'exact', human, candidates: [], trust });
    const nobody = (attribution: 'unknown' | 'none'): Truth => ({ attribution, human: '', candidates: [], trust: '' });
    const own = humanOf(kind, agent);
    const untilRevoked = (): Truth => {
      if (atMs >= firstMissingMs) return nobody('unknown');
      return atMs <= lastSeenMs ? exact(own) : { ...exact(own), attribution: 'inferred' };
    };
    switch (kind) {
      case 'one human':
      case 'consent learned late':
        return exact(own);
      case 'by server': {
        const one = exact(server === 'linear' ? own : humanOf(kind, agent, 'b'));
        return decision === 'allow' ? one : { ...one, attribution: 'inferred' };
      }
      case 'revoked':
      case 'revocation learned late':
        return untilRevoked();
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
    return startMs + Math.floor((n * hours * hourMs) / this.count);
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
