import type { Decisions, MadeDecision, World } from '../kit/decisions.ts';

const hourMs = 3_600_000;

/** How much of an hour the source lists, and the poller has read. */
export type Shape =
  | 'whole'
  /** History begins in the middle of it. */
  | 'begins inside'
  /** Its second half cannot be listed. */
  | 'half unreadable'
  /** Its second half is not proven yet. */
  | 'half open';

/** One hour at the source: what it served of it so far. An oracle: it imports nothing of what it judges. */
export class SourceHour {
  readonly world: World;
  readonly startMs: number;
  shape: Shape;
  /** Served and understood, by number. */
  readonly served = new Map<number, MadeDecision>();
  /** Served as entries that nobody can understand yet, by number. */
  readonly broken = new Map<number, MadeDecision>();
  /** Served, and never to be understood: numbers of garbage. */
  readonly garbage = new Set<number>();
  /** Whether its windows are on record. */
  isListed = false;
  /** Whether its decisions are kept as sums only. */
  isExpired = false;
  /** Served after that: rows until the next expiry, and never part of a sum. */
  readonly tooLate = new Map<number, MadeDecision>();

  constructor(world: World, startMs: number, shape: Shape) {
    this.world = world;
    this.startMs = startMs;
    this.shape = shape;
  }

  get endMs(): number {
    return this.startMs + hourMs;
  }

  get middleMs(): number {
    return this.startMs + hourMs / 2;
  }

  get key(): string {
    return `${this.world.envId}/${new Date(this.startMs).toISOString()}`;
  }

  get deadLetters(): number {
    return this.broken.size + this.garbage.size;
  }

  /** Whether the source has a decision of this moment to list. */
  lists(atMs: number): boolean {
    if (this.shape === 'begins inside') return atMs >= this.middleMs;
    return this.shape !== 'half unreadable' || atMs < this.middleMs;
  }

  /** Ids that a listing of `[fromMs, toMs)` tells, and how many entries it has. Garbage has no id, and stands at the start. */
  listing(fromMs: number, toMs: number): { readonly ids: readonly string[]; readonly entries: number } {
    const isWithin = ({ atMs }: MadeDecision) => atMs >= fromMs && atMs < toMs;
    const ids = [...this.served.values(), ...this.broken.values()].filter(isWithin).map(({ id }) => id);
    return { ids, entries: ids.length + (fromMs === this.startMs ? this.garbage.size : 0) };
  }
}

/** What an environment's source served, hour by hour. */
export class Source {
  readonly decisions: Decisions;
  readonly hours: readonly SourceHour[];
  /** Of how many agents of each kind what is learned late is known: of the first ones. */
  lateKnown = 0;

  constructor(decisions: Decisions, shapeOf: (hour: number) => Shape) {
    const { world } = decisions;
    this.decisions = decisions;
    this.hours = Array.from(
      { length: world.hours },
      (_, hour) => new SourceHour(world, world.startMs + hour * hourMs, shapeOf(hour)),
    );
  }

  get envId(): string {
    return this.decisions.world.envId;
  }

  /** Every decision that is, or has to be, a row or part of a sum. */
  get served(): MadeDecision[] {
    return this.hours.flatMap(({ served }) => [...served.values()]);
  }

  hourOf({ atMs }: Pick<MadeDecision, 'atMs'>): SourceHour {
    const hour = this.hours[Math.floor((atMs - this.decisions.world.startMs) / hourMs)];
    if (hour === undefined) throw new Error(`no hour of ${this.envId} at ${atMs}`);
    return hour;
  }
}
