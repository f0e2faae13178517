import { type ConsentGrant, drawRank, type InitialGrants } from './grants.ts';
import { type Held, heldAt, hold, isOpen, openRank } from './held.ts';
import type { Rank } from './level.ts';
import { Rng } from './rng.ts';

/** One consent's place: its history of held times, oldest first. */
export interface ConsentSlot {
  readonly agentKey: string;
  readonly subject: string;
  readonly server: string;
  /** False for those that only scripts may change. */
  readonly churns: boolean;
  readonly held: Held[];
}

export interface CeilingSlot {
  readonly subject: string;
  readonly server: string;
  /** False for those that only scripts may change. */
  readonly churns: boolean;
  readonly held: Held[];
}

/** A change of grants at a whole second. */
export interface GrantChange {
  readonly atMs: number;
  readonly kind: 'consent' | 'revoke' | 'ceiling';
  readonly agentKey?: string;
  readonly subject: string;
  readonly server: string;
  /** The rank held from this moment on; 0 where the grant ends. */
  readonly rank: Rank;
}

/** An admin lowers every human's ceiling on a server, and puts it back later. */
export interface CeilingDrop {
  readonly server: string;
  readonly fromMs: number;
  readonly toMs: number;
}

interface Planned {
  readonly atMs: number;
  readonly apply: () => void;
}

export interface TimelineOptions {
  readonly seed: number;
  readonly historyFromMs: number;
  readonly anchorMs: number;
  readonly initial: InitialGrants;
  readonly drops: readonly CeilingDrop[];
}

const minuteMs = 60_000;

/**
 * Consents and ceilings over time. Changes are drawn one after the other from one stream and only ever extended
 * forward, so the order in which moments are asked for never shows in the answers.
 */
export class GrantsTimeline {
  readonly consents: ConsentSlot[] = [];
  readonly ceilings: CeilingSlot[] = [];
  readonly #changes: GrantChange[] = [];
  readonly #byAgent = new Map<string, ConsentSlot[]>();
  /** By subject and server; asked so often that joining the two into one key would cost more than the rest. */
  readonly #ceilingOf = new Map<string, Map<string, CeilingSlot>>();
  readonly #planned: Planned[] = [];
  readonly #drops: readonly CeilingDrop[];
  readonly #anchorMs: number;
  readonly #rng: Rng;
  #nextMs: number;

  constructor(options: TimelineOptions) {
    this.#anchorMs = options.anchorMs;
    this.#drops = options.drops;
    this.#rng = Rng.of(options.seed, 'grant-changes');
    for (const { subject, server, rank, fromMs, isKept = false } of options.initial.ceilings) {
      const slot: CeilingSlot = {
        subject,
        server,
        churns: !isKept,
        held: [{ rank, fromMs, toMs: Number.POSITIVE_INFINITY }],
      };
      this.ceilings.push(slot);
      const ofSubject = this.#ceilingOf.get(subject) ?? new Map<string, CeilingSlot>();
      this.#ceilingOf.set(subject, ofSubject.set(server, slot));
    }
    for (const grant of options.initial.consents) this.#place(grant, options.historyFromMs);
    for (const drop of options.drops) this.#planDrop(drop);
    this.#planned.sort((left, right) => left.atMs - right.atMs);
    this.#nextMs = this.#after(options.historyFromMs);
  }

  /** The consent slots of an agent, whether held at the moment or not. */
  slotsOf(agentKey: string): readonly ConsentSlot[] {
    return this.#byAgent.get(agentKey) ?? [];
  }

  ceilingRank(subject: string, server: string, atMs: number): Rank {
    this.#extend(atMs);
    const slot = this.#ceilingOf.get(subject)?.get(server);
    return slot ? (heldAt(slot.held, atMs)?.rank ?? 0) : 0;
  }

  consentRank(slot: ConsentSlot, atMs: number): Rank {
    this.#extend(atMs);
    return heldAt(slot.held, atMs)?.rank ?? 0;
  }

  /** Changes with `fromMs <= atMs < toMs`, in order. */
  changesBetween(fromMs: number, toMs: number): readonly GrantChange[] {
    this.#extend(toMs);
    return this.#changes.filter((change) => change.atMs >= fromMs && change.atMs < toMs);
  }

  /** Grows with each change; two moments with the same version see the same grants. */
  version(atMs: number): number {
    this.#extend(atMs);
    let low = 0;
    let high = this.#changes.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#changes[middle]?.atMs ?? 0) <= atMs) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  #place({ agent, subject, server, rank, fromMs }: ConsentGrant, historyFromMs: number): void {
    const slot: ConsentSlot = { agentKey: agent.key, subject, server, churns: agent.kind === 'session', held: [] };
    this.consents.push(slot);
    const siblings = this.#byAgent.get(agent.key);
    if (siblings) siblings.push(slot);
    else this.#byAgent.set(agent.key, [slot]);
    if (fromMs < historyFromMs) slot.held.push({ rank, fromMs, toMs: Number.POSITIVE_INFINITY });
    else this.#planned.push({ atMs: fromMs, apply: () => this.#consent(slot, rank, fromMs) });
  }

  #planDrop({ server, fromMs, toMs }: CeilingDrop): void {
    let lowered: { slot: CeilingSlot; rank: Rank }[] = [];
    this.#planned.push({
      atMs: fromMs,
      apply: () => {
        lowered = this.ceilings
          .filter((slot) => slot.server === server)
          .map((slot) => ({ slot, rank: heldAt(slot.held, fromMs)?.rank ?? 0 }))
          .filter(({ rank }) => rank > 1);
        for (const { slot } of lowered) this.#ceiling(slot, 1, fromMs);
      },
    });
    this.#planned.push({
      atMs: toMs,
      apply: () => {
        for (const { slot, rank } of lowered) this.#ceiling(slot, rank, toMs);
      },
    });
  }

  #extend(untilMs: number): void {
    for (;;) {
      const planned = this.#planned[0];
      const atMs = Math.min(planned?.atMs ?? Number.POSITIVE_INFINITY, this.#nextMs);
      if (atMs > untilMs) return;
      if (planned && planned.atMs <= this.#nextMs) {
        this.#planned.shift();
        planned.apply();
      } else {
        this.#change(atMs);
        this.#nextMs = this.#after(atMs);
      }
    }
  }

  /** Every couple of hours over the history, every few minutes while the world is live. */
  #after(atMs: number): number {
    const live = atMs >= this.#anchorMs;
    const gapMs = live ? (0.5 + 6 * this.#rng.next()) * minuteMs : (20 + 160 * this.#rng.next()) * minuteMs;
    const soonLiveMs = this.#anchorMs + 40_000 + 40_000 * this.#rng.next();
    const nextMs = live ? atMs + gapMs : Math.min(atMs + gapMs, soonLiveMs);
    return Math.max(atMs + 1000, Math.floor(nextMs / 1000) * 1000);
  }

  #change(atMs: number): void {
    const held: ConsentSlot[] = [];
    const revoked: ConsentSlot[] = [];
    for (const slot of this.consents) {
      const last = slot.churns ? slot.held.at(-1) : undefined;
      if (last) (isOpen(last) ? held : revoked).push(slot);
    }
    const draw = this.#rng.next();
    if (draw < 0.28 && revoked.length < 25 && held.length > 0) this.#revoke(this.#rng.pick(held), atMs);
    else if (draw < 0.56 && revoked.length > 0) {
      this.#consent(this.#rng.pick(revoked), drawRank(this.#rng, 0.25, 0.5), atMs);
    } else if (draw < 0.78 && held.length > 0) {
      const slot = this.#rng.pick(held);
      this.#consent(slot, otherRank(this.#rng, openRank(slot.held)), atMs);
    } else this.#changeCeiling(atMs);
  }

  #changeCeiling(atMs: number): void {
    const frozen = this.#drops.filter((drop) => drop.fromMs <= atMs && atMs <= drop.toMs).map((drop) => drop.server);
    const slots = this.ceilings.filter((slot) => slot.churns && !frozen.includes(slot.server));
    const removed = slots.filter((slot) => openRank(slot.held) === 0);
    if (removed.length > 6) this.#ceiling(this.#rng.pick(removed), drawRank(this.#rng, 0.18, 0.5), atMs);
    else {
      const slot = this.#rng.pick(slots);
      const rank = this.#rng.chance(0.12) ? 0 : otherRank(this.#rng, openRank(slot.held));
      this.#ceiling(slot, rank, atMs);
    }
  }

  #consent(slot: ConsentSlot, rank: Rank, atMs: number): void {
    hold(slot.held, rank, atMs);
    this.#changes.push({ atMs, kind: 'consent', ...named(slot), rank });
  }

  #revoke(slot: ConsentSlot, atMs: number): void {
    hold(slot.held, 0, atMs);
    this.#changes.push({ atMs, kind: 'revoke', ...named(slot), rank: 0 });
  }

  #ceiling(slot: CeilingSlot, rank: Rank, atMs: number): void {
    hold(slot.held, rank, atMs);
    this.#changes.push({ atMs, kind: 'ceiling', subject: slot.subject, server: slot.server, rank });
  }
}

function otherRank(rng: Rng, rank: Rank): Rank {
  const others = ([1, 2, 3] as const).filter((other) => other !== rank);
  return rng.pick(others);
}

function named({ agentKey, subject, server }: ConsentSlot): { agentKey: string; subject: string; server: string } {
  return { agentKey, subject, server };
}
