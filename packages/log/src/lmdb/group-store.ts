import type { Clock } from '@custody/runtime';
import type { Environment } from './environment.ts';
import {
  emptyGroup,
  evict,
  type Group,
  type GroupRules,
  heldBy,
  isMember,
  join,
  leave,
  type Member,
  parseSlot,
  type Slot,
  seen,
  settle,
} from './group.ts';
import { isGone } from './process-identity.ts';
import type { TopicStore } from './topic-store.ts';

/** What a member holds now; undefined: it is no member any more. */
export type Holding = readonly Slot[] | undefined;

/** Groups and their committed offsets. Each change is one durable transaction that any process may make. */
export class GroupStore {
  readonly #environment: Environment;
  readonly #clock: Clock;
  readonly #groups;
  readonly #offsets;
  readonly #rules: GroupRules;

  constructor(environment: Environment, topics: TopicStore, clock: Clock) {
    this.#environment = environment;
    this.#clock = clock;
    this.#groups = environment.table<Group, string>('groups');
    this.#offsets = environment.table<number, [string, string, number]>('offsets');
    this.#rules = {
      partitionsOf: (topic) => topics.topic(topic).partitions,
      isDead: ({ process, seenAtMs, sessionTimeoutMs }) => isGone(process) || clock.now() - seenAtMs > sessionTimeoutMs,
    };
  }

  /** Undefined where the group has never committed. */
  committed(group: string, slot: Slot): number | undefined {
    const { topic, partition } = parseSlot(slot);
    return this.#environment.read(() => this.#offsets.get([group, topic, partition]));
  }

  join(group: string, member: Omit<Member, 'seenAtMs'>): Promise<Holding> {
    return this.#change(group, member.id, (state) => {
      const joined = join(evict(state, this.#rules), { ...member, seenAtMs: this.#clock.now() }, this.#rules);
      return settle(joined, member.id);
    });
  }

  async leave(group: string, id: string): Promise<void> {
    await this.#change(group, id, (state) => leave(state, id, this.#rules));
  }

  /** Whether `sync` would change anything: a read, so that waiting costs no commit. */
  isSettled(group: string, id: string, busy: Slot | undefined): boolean {
    return this.#environment.read(() => {
      const state = this.#load(group);
      return isMember(state, id) && this.#advance(state, id, busy) === state;
    });
  }

  /** Evicts the dead, lets go and takes slots; with `alive` it is a sign of life too. */
  sync(group: string, id: string, busy: Slot | undefined, alive: boolean): Promise<Holding> {
    return this.#change(group, id, (state) => {
      const advanced = this.#advance(state, id, busy);
      return alive && isMember(advanced, id) ? seen(advanced, id, this.#clock.now()) : advanced;
    });
  }

  /** Commits the next offset to read, if the member still holds the slot, and is a sign of life. */
  commit(group: string, id: string, slot: Slot, offset: number): Promise<Holding> {
    const { topic, partition } = parseSlot(slot);
    return this.#change(group, id, (state) => {
      const advanced = this.#advance(state, id, slot);
      if (advanced.held[slot] !== id) return advanced;
      this.#offsets.put([group, topic, partition], offset);
      return seen(advanced, id, this.#clock.now());
    });
  }

  #advance(state: Group, id: string, busy: Slot | undefined): Group {
    return settle(evict(state, this.#rules), id, busy);
  }

  #load(group: string): Group {
    return this.#groups.get(group) ?? emptyGroup;
  }

  #change(group: string, id: string, change: (state: Group) => Group): Promise<Holding> {
    return this.#environment.write(() => {
      const before = this.#load(group);
      const after = change(before);
      if (after !== before) this.#groups.put(group, after);
      if (after.generation !== before.generation || after.held !== before.held) this.#environment.beat();
      return isMember(after, id) ? heldBy(after, id) : undefined;
    });
  }
}
