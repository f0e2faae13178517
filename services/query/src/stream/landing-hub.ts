import type { Clock, Logger } from '@custody/runtime';
import {
  comparePositions,
  type LandedDecision,
  type LandingPosition,
  type Landings,
  readLandingHead,
  readLandings,
  type Selection,
  type StatementOptions,
  type StoreClient,
} from '@custody/store';
import { ToldLately } from './told-lately.ts';

/** A decision for one follower, and where it was told before with the same content. */
export interface Delivered {
  readonly landed: LandedDecision;
  readonly toldAt: LandingPosition | null;
}

/** Somebody who is told what lands. */
export interface HubMember {
  readonly selection: Selection;
  /** Everything up to here was told. */
  readonly position: LandingPosition;
  deliver(found: readonly Delivered[], until: LandingPosition): void;
  /** The store could not be asked; it will be again. */
  failed(error: unknown): void;
  /** The store has less than it was told: it was put back from a copy. Its client has to come again, and is told so. */
  renew(): void;
}

export interface HubParts {
  readonly store: StoreClient;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly statement: () => StatementOptions;
  /** Pause after a look that found nothing, milliseconds. */
  readonly pollMs: number;
}

interface Waiting {
  readonly member: HubMember;
  readonly admit: (isAdmitted: boolean) => void;
}

/** Most rows of one look: about a megabyte. */
const rowsPerPage = 2_000;

/**
 * One look at the store for all who follow: members with the same selection are one condition of its statement. It looks only
 * while it has members.
 */
export class LandingHub {
  readonly #parts: HubParts;
  readonly #members = new Set<HubMember>();
  readonly #told = new ToldLately();
  #waiting: Waiting[] = [];
  #head: LandingPosition | null = null;
  #isRunning = false;
  /** After an outage the store may be another one, or what it once was. */
  #isDoubtful = false;
  #wake = new AbortController();
  #catchingUp: Promise<unknown> = Promise.resolve();

  constructor(parts: HubParts) {
    this.#parts = parts;
  }

  /**
   * From where a follower has come on it is delivered to, if that is where the hub is; `false` where the hub is further on, and
   * the follower has to read on by itself.
   */
  join(member: HubMember): Promise<boolean> {
    const { promise, resolve } = Promise.withResolvers<boolean>();
    this.#waiting.push({ member, admit: resolve });
    this.#wake.abort();
    if (!this.#isRunning) void this.#run();
    return promise;
  }

  leave(member: HubMember): void {
    this.#members.delete(member);
    const own = this.#waiting.filter((waiting) => waiting.member === member);
    this.#waiting = this.#waiting.filter((waiting) => waiting.member !== member);
    for (const { admit } of own) admit(false);
    this.#wake.abort();
  }

  /** A page for a follower that reads by itself: one at a time of all of them, so that they cost what one costs. */
  page(selection: Selection, after: LandingPosition, options: StatementOptions): Promise<Landings> {
    const read = () => readLandings(this.#parts.store, { selections: [selection], after, limit: rowsPerPage }, options);
    const page = this.#catchingUp.then(read, read);
    this.#catchingUp = page.catch(() => undefined);
    return page;
  }

  async #run(): Promise<void> {
    this.#isRunning = true;
    while (this.#admit()) {
      this.#wake = new AbortController();
      const hasMoved = await this.#look();
      if (!hasMoved) await this.#parts.clock.sleep(this.#parts.pollMs, this.#wake.signal);
    }
    this.#isRunning = false;
    this.#head = null;
  }

  /** Lets in whoever has come as far as the hub; `false` where there is nobody. */
  #admit(): boolean {
    if (this.#members.size === 0) {
      this.#head = this.#waiting.map(({ member }) => member.position).sort(comparePositions)[0] ?? null;
    }
    for (const { member, admit } of this.#waiting) {
      const isAdmitted = this.#head !== null && comparePositions(member.position, this.#head) >= 0;
      if (isAdmitted) this.#members.add(member);
      admit(isAdmitted);
    }
    this.#waiting = [];
    return this.#members.size > 0;
  }

  /** Whether anything has landed since. */
  async #look(): Promise<boolean> {
    const after = this.#head;
    if (after === null) return false;
    const members = Map.groupBy(this.#members, ({ selection }) => JSON.stringify({ ...selection, range: null }));
    const groups = [...members.values()];
    const selections = groups.flatMap(([first]) => (first === undefined ? [] : [first.selection]));
    try {
      if (this.#isDoubtful && (await this.#wasPutBack(after))) {
        for (const member of groups.flat()) member.renew();
        return false;
      }
      this.#isDoubtful = false;
      const wanted = { after, selections, limit: rowsPerPage };
      const { found, until } = await readLandings(this.#parts.store, wanted, this.#parts.statement());
      this.#head = until;
      this.#deliver(groups, found, until);
      return comparePositions(until, after) !== 0;
    } catch (error) {
      this.#isDoubtful = true;
      this.#parts.logger.warn({ err: error, followers: this.#members.size }, 'cannot look for what has landed');
      for (const member of groups.flat()) member.failed(error);
      return false;
    }
  }

  async #wasPutBack(after: LandingPosition): Promise<boolean> {
    const { store, statement } = this.#parts;
    return (await readLandingHead(store, statement())).position.block < after.block;
  }

  #deliver(groups: readonly HubMember[][], found: readonly LandedDecision[], until: LandingPosition): void {
    const noted = found.map((landed) => ({ landed, toldAt: this.#told.note(landed) }));
    for (const [index, group] of groups.entries()) {
      const own = noted.filter(({ landed }) => landed.hits[index]);
      for (const member of group) if (this.#members.has(member)) member.deliver(own, until);
    }
  }
}
