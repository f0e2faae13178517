import { type Clock, CustodyError } from '@custody/runtime';
import { logErrors } from '../errors.ts';
import type { Assignment } from './group-session.ts';
import { kafkaErrorType } from './translate-error.ts';

/** The broker does not know the member any more, or a later generation of the group has its partitions. */
const lostTypes = new Set(['UNKNOWN_MEMBER_ID', 'ILLEGAL_GENERATION', 'FENCED_INSTANCE_ID']);
/** The member is known, and has to join again soon: the group is dealt anew, or led by another broker. */
const rejoinTypes = new Set(['REBALANCE_IN_PROGRESS', 'NOT_COORDINATOR_FOR_GROUP']);

/**
 * What is known of our place in a group between two joins. kafkajs sends signs of life between batches only, so a
 * handler has to; one that is silent for the session time-out counts as lost here when it does at the broker.
 */
export class KafkaMembership {
  readonly #clock: Clock;
  readonly #sessionTimeoutMs: number;
  #memberId: string | undefined;
  #assignment: Assignment = {};
  #term = new AbortController();
  #aliveAtMs = 0;
  #work: { readonly topic: string; readonly partition: number } | undefined;
  #isRejoining = false;
  #silence: NodeJS.Timeout | undefined;

  constructor(clock: Clock, sessionTimeoutMs: number) {
    this.#clock = clock;
    this.#sessionTimeoutMs = sessionTimeoutMs;
  }

  /** Aborts when what this member holds may be another's. */
  get term(): AbortSignal {
    return this.#term.signal;
  }

  /** False where a batch must not be begun: what was fetched comes again after the next join. */
  get isSettled(): boolean {
    return !this.#isRejoining && !this.#term.signal.aborted;
  }

  holds(topic: string, partition: number): boolean {
    return this.#assignment[topic]?.includes(partition) === true;
  }

  /**
   * A new assignment, mostly between two batches; kafkajs also joins anew while one is worked on. The same member keeps
   * its term as long as that work's partition is its own: nobody else can have held it in between.
   */
  joined(memberId: string, assignment: Assignment): void {
    const isSame = memberId === this.#memberId;
    this.#memberId = memberId;
    this.#assignment = assignment;
    const isLost = this.#work !== undefined && !this.holds(this.#work.topic, this.#work.partition);
    if (!isSame || isLost || this.#term.signal.aborted) this.#renew();
    this.#isRejoining = false;
    this.alive();
  }

  /** The broker acknowledged a sign of life. */
  alive(): void {
    this.#aliveAtMs = this.#clock.now();
    // Thought lost, and known to the broker all the same: what was fetched is read again from the last commit.
    if (this.#term.signal.aborted && this.#work === undefined) this.#renew();
  }

  lost(): void {
    this.#term.abort();
  }

  /** Work begins: from now on silence counts. */
  begin(topic: string, partition: number): void {
    this.#work = { topic, partition };
    this.#watch();
  }

  end(): void {
    this.#work = undefined;
    clearTimeout(this.#silence);
  }

  /**
   * Gives a sign of life for work that ends with `signal`. A broker that is away for a moment is no loss: silence
   * decides. Throws LOG_PARTITION_LOST.
   */
  async heartbeat(signal: AbortSignal, beat: () => Promise<void>): Promise<void> {
    try {
      if (!signal.aborted) await beat();
    } catch (error) {
      this.heard(error);
    }
    if (!signal.aborted) return;
    throw new CustodyError(logErrors.LOG_PARTITION_LOST, 'what this handler works on is no longer held by its member');
  }

  /** Takes note of what an error says of this member. True where it says that it is lost. */
  heard(error: unknown): boolean {
    const type = kafkaErrorType(error) ?? '';
    if (lostTypes.has(type)) this.lost();
    if (rejoinTypes.has(type)) this.#isRejoining = true;
    if (type === 'REBALANCE_IN_PROGRESS') this.#aliveAtMs = this.#clock.now();
    return lostTypes.has(type);
  }

  #renew(): void {
    this.#term.abort();
    this.#term = new AbortController();
  }

  #watch(): void {
    const leftMs = this.#aliveAtMs + this.#sessionTimeoutMs - this.#clock.now();
    if (leftMs <= 0) this.lost();
    else this.#silence = setTimeout(() => this.#watch(), leftMs);
  }
}
