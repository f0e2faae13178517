import type { ProcessIdentity } from './process-identity.ts';

/** "topic/partition". */
export type Slot = `${string}/${number}`;

export interface Member {
  /** Made for one membership and never used again: whoever was evicted cannot act under it any more. */
  readonly id: string;
  readonly process: ProcessIdentity;
  readonly topics: readonly string[];
  readonly sessionTimeoutMs: number;
  /** Last sign of life, milliseconds since the epoch. */
  readonly seenAtMs: number;
}

/**
 * A group as stored. A slot is first assigned, then held: its new member holds it only once the former one has let it
 * go, which happens between two batches, or has been evicted. So a slot has one holder at every moment, and a healthy
 * rebalance repeats no batch. Commits are fenced by holding.
 */
export interface Group {
  /** Counts assignments. */
  readonly generation: number;
  /** In the order of joining. */
  readonly members: readonly Member[];
  readonly assigned: Readonly<Record<Slot, string>>;
  readonly held: Readonly<Record<Slot, string>>;
}

export const emptyGroup: Group = { generation: 0, members: [], assigned: {}, held: {} };

export function slotOf(topic: string, partition: number): Slot {
  return `${topic}/${partition}`;
}

export function parseSlot(slot: Slot): { topic: string; partition: number } {
  const cut = slot.lastIndexOf('/');
  return { topic: slot.slice(0, cut), partition: Number(slot.slice(cut + 1)) };
}

/** What groups need to know of the world. */
export interface GroupRules {
  partitionsOf(topic: string): number;
  isDead(member: Member): boolean;
}

function slotsOf(members: readonly Member[], rules: GroupRules): Slot[] {
  const topics = [...new Set(members.flatMap((member) => member.topics))].sort();
  return topics.flatMap((topic) => Array.from({ length: rules.partitionsOf(topic) }, (_, n) => slotOf(topic, n)));
}

/** Sticky: a slot stays where it is unless moving it makes the members' shares more even. */
function assign(members: readonly Member[], before: Group['assigned'], rules: GroupRules): Group['assigned'] {
  const slots = slotsOf(members, rules);
  const shares = new Map(members.map(({ id }) => [id, 0]));
  const share = (id: string) => shares.get(id) ?? 0;
  const assigned: Record<Slot, string> = {};
  const eligible = (slot: Slot) => members.filter(({ topics }) => topics.includes(parseSlot(slot).topic));
  const give = (slot: Slot, id: string) => {
    const from = assigned[slot];
    if (from !== undefined) shares.set(from, share(from) - 1);
    assigned[slot] = id;
    shares.set(id, share(id) + 1);
  };
  const idlest = (slot: Slot) =>
    eligible(slot).reduce((least, one) => (share(one.id) < share(least.id) ? one : least)).id;
  const stays = (slot: Slot) => eligible(slot).some(({ id }) => id === before[slot]);
  for (const slot of slots) if (stays(slot)) give(slot, before[slot] as string);
  for (const slot of slots) if (assigned[slot] === undefined) give(slot, idlest(slot));
  for (let moved = true; moved; ) {
    moved = false;
    for (const slot of slots) {
      const target = idlest(slot);
      if (share(target) + 1 >= share(assigned[slot] as string)) continue;
      give(slot, target);
      moved = true;
    }
  }
  return assigned;
}

function withMembers(group: Group, members: readonly Member[], rules: GroupRules): Group {
  const alive = new Set(members.map(({ id }) => id));
  const held = Object.fromEntries(Object.entries(group.held).filter(([, id]) => alive.has(id)));
  return { generation: group.generation + 1, members, assigned: assign(members, group.assigned, rules), held };
}

/** Removes dead members; the same object when there are none. */
export function evict(group: Group, rules: GroupRules): Group {
  const living = group.members.filter((member) => !rules.isDead(member));
  return living.length === group.members.length ? group : withMembers(group, living, rules);
}

export function join(group: Group, member: Member, rules: GroupRules): Group {
  return withMembers(group, [...group.members, member], rules);
}

export function leave(group: Group, id: string, rules: GroupRules): Group {
  const others = group.members.filter((member) => member.id !== id);
  return others.length === group.members.length ? group : withMembers(group, others, rules);
}

/** Lets go what is assigned elsewhere, except the slot being worked on, and takes what is assigned and free. */
export function settle(group: Group, id: string, busy?: Slot): Group {
  const held: Record<Slot, string> = { ...group.held };
  let changed = false;
  for (const slot of Object.keys(held) as Slot[]) {
    if (held[slot] !== id || slot === busy || group.assigned[slot] === id) continue;
    delete held[slot];
    changed = true;
  }
  for (const slot of Object.keys(group.assigned) as Slot[]) {
    if (group.assigned[slot] !== id || held[slot] !== undefined) continue;
    held[slot] = id;
    changed = true;
  }
  return changed ? { ...group, held } : group;
}

export function seen(group: Group, id: string, nowMs: number): Group {
  const members = group.members.map((member) => (member.id === id ? { ...member, seenAtMs: nowMs } : member));
  return { ...group, members };
}

export function isMember(group: Group, id: string): boolean {
  return group.members.some((member) => member.id === id);
}

export function heldBy(group: Group, id: string): Slot[] {
  return (Object.keys(group.held) as Slot[]).filter((slot) => group.held[slot] === id);
}
