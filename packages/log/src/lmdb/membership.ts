import { randomUUID } from 'node:crypto';
import type { Clock } from '@custody/runtime';
import type { Slot } from './group.ts';
import type { GroupStore, Holding } from './group-store.ts';
import { thisProcess } from './process-identity.ts';
import type { Waker } from './waker.ts';

/** How soon a dead process, a silent member and a slot that became free are noticed. A look is a read. */
const tickMs = 250;

export interface MembershipOptions {
  readonly groups: GroupStore;
  readonly waker: Waker;
  readonly clock: Clock;
  readonly group: string;
  readonly topics: readonly string[];
  readonly sessionTimeoutMs: number;
  /** Told of each change of what is held; empty when the membership was lost. */
  readonly onHeld: (slots: readonly Slot[]) => void;
}

/**
 * A member of a group, rejoining under a new id when it was evicted. It gives signs of life by itself while idle and
 * none while it works: then the worker has to, or the membership is lost after the session time-out.
 */
export class Membership {
  readonly #options: MembershipOptions;
  #id: string | undefined;
  #held: readonly Slot[] = [];
  #busy: Slot | undefined;
  #term = new AbortController();
  #aliveAtMs = 0;
  #failure: { readonly error: unknown } | undefined;
  #timer: NodeJS.Timeout | undefined;
  #ending = false;
  #turn: Promise<unknown> = Promise.resolve();

  constructor(options: MembershipOptions) {
    this.#options = options;
  }

  get held(): readonly Slot[] {
    return this.#held;
  }

  /** Aborts when the present membership is lost, and with it everything held. */
  get term(): AbortSignal {
    return this.#term.signal;
  }

  /** Joins if necessary and brings what is held up to date. Throws what failed in the background. */
  sync(): Promise<void> {
    return this.#exclusively(async () => {
      if (this.#failure) throw this.#failure.error;
      if (this.#id === undefined) await this.#join();
      else await this.#settle(this.#idleFor() > this.#options.sessionTimeoutMs / 3);
      this.#timer ??= setTimeout(() => this.#tick(), tickMs);
    });
  }

  /** Marks a slot as worked on, with a fresh sign of life; false when it is not held any more. */
  begin(slot: Slot): Promise<boolean> {
    return this.#exclusively(async () => {
      if (this.#idleFor() > this.#options.sessionTimeoutMs / 10) await this.#settle(true);
      if (!this.#held.includes(slot)) return false;
      this.#busy = slot;
      return true;
    });
  }

  end(): void {
    this.#busy = undefined;
  }

  /** A sign of life; false when the membership is lost. */
  heartbeat(): Promise<boolean> {
    return this.#exclusively(async () => {
      await this.#settle(true);
      return this.#id !== undefined;
    });
  }

  /** False when the slot was lost: nothing was committed then. */
  commit(slot: Slot, offset: number): Promise<boolean> {
    return this.#exclusively(async () => {
      if (this.#id === undefined) return false;
      this.#adopt(await this.#options.groups.commit(this.#options.group, this.#id, slot, offset), true);
      return this.#held.includes(slot);
    });
  }

  async leave(): Promise<void> {
    this.#ending = true;
    clearTimeout(this.#timer);
    await this.#exclusively(async () => {
      const id = this.#id;
      this.#adopt(undefined, false);
      if (id === undefined) return;
      await this.#options.groups.leave(this.#options.group, id);
      this.#options.waker.wakeAll();
    });
  }

  async #join(): Promise<void> {
    const { groups, group, topics, sessionTimeoutMs, waker } = this.#options;
    const id = randomUUID();
    this.#term = new AbortController();
    const holding = await groups.join(group, { id, process: thisProcess, topics, sessionTimeoutMs });
    this.#id = id;
    this.#adopt(holding, true);
    waker.wakeAll();
  }

  async #settle(alive: boolean): Promise<void> {
    const { groups, group } = this.#options;
    if (this.#id === undefined || (!alive && groups.isSettled(group, this.#id, this.#busy))) return;
    this.#adopt(await groups.sync(group, this.#id, this.#busy, alive), alive);
  }

  #adopt(holding: Holding, alive: boolean): void {
    if (alive) this.#aliveAtMs = this.#options.clock.now();
    if (holding === undefined) this.#id = undefined;
    const held = holding ?? [];
    const changed = held.length !== this.#held.length || held.some((slot) => !this.#held.includes(slot));
    this.#held = held;
    if (changed) this.#options.onHeld(held);
    if (holding !== undefined) return;
    this.#term.abort();
    this.#options.waker.wakeAll();
  }

  #idleFor(): number {
    return this.#options.clock.now() - this.#aliveAtMs;
  }

  #tick(): void {
    this.#exclusively(() => this.#settle(!this.#busy && this.#idleFor() > this.#options.sessionTimeoutMs / 3))
      .catch((error: unknown) => {
        this.#failure = { error };
        this.#term.abort();
        this.#options.waker.wakeAll();
      })
      .finally(() => {
        if (!this.#ending && !this.#failure) this.#timer = setTimeout(() => this.#tick(), tickMs);
      });
  }

  /** One step at a time: two that overlap could adopt an older answer after a newer one. */
  #exclusively<T>(step: () => Promise<T>): Promise<T> {
    const turn = this.#turn.then(step);
    this.#turn = turn.catch(() => undefined);
    return turn;
  }
}
