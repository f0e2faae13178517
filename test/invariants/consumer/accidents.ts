import { setTimeout as delay } from 'node:timers/promises';
import { eventually } from '../../kit/eventually.ts';
import type { SeededRandom } from '../../kit/seeded-random.ts';
import type { KafkaCluster } from '../../kit/with-kafka.ts';
import type { Member } from '../kit/member.ts';
import type { Participation, Stage } from '../kit/stage.ts';
import type { Event, Kill, Round } from './fault-plan.ts';

export const replayGroup = 'custody.test.replay';
/** Ends soon after its partitions were taken from it. */
const frozenSessionMs = 4_000;
const beyondSessionMs = 1_500;

/** Who consumes, and what befalls them. Counts what was done to whom. */
export class Accidents {
  readonly counts = new Map<string, number>();
  readonly #stage: Stage;
  readonly #random: SeededRandom;
  readonly #kafka: KafkaCluster | null;
  readonly #participation: Participation;
  readonly #usual: readonly Member[];
  readonly #underWay = new Set<Promise<void>>();
  #replayer: Member | undefined;
  #joined: Member | undefined;
  #frozen: Member | undefined;

  constructor(stage: Stage, random: SeededRandom, kafka: KafkaCluster | null, participation: Participation) {
    this.#stage = stage;
    this.#random = random;
    this.#kafka = kafka;
    this.#participation = participation;
    this.#usual = [stage.addConsumer(participation), stage.addConsumer(participation)];
  }

  get kills(): number {
    return ['consumers', 'stores', 'brokers'].reduce((sum, kind) => sum + (this.counts.get(kind) ?? 0), 0);
  }

  /** Resolves when what was killed has been started again; it need not be ready. */
  async befall({ kill, event }: Round): Promise<void> {
    if (event !== null) this.#begin(event);
    await this.#kill(kill);
  }

  /** All that consume begin anew, those of the usual group alone; resolves when they take decisions. */
  async allAnew(): Promise<void> {
    await Promise.all(this.#underWay);
    for (const member of [this.#joined, this.#frozen]) await member?.end('SIGTERM');
    await this.#kill('all consumers');
    await eventually(
      () => this.#usual.every(({ isReady }) => isReady),
      (areReady) => areReady,
      { timeoutMs: 120_000 },
    );
  }

  #count(what: string, times = 1): void {
    this.counts.set(what, (this.counts.get(what) ?? 0) + times);
  }

  async #kill(kill: Kill): Promise<void> {
    const members = this.#victims(kill);
    const hasStore = kill === 'store' || kill === 'consumer and store' || kill === 'everything';
    const hasBroker = this.#kafka !== null && (kill === 'broker' || kill === 'everything');
    this.#count('consumers', members.length);
    if (hasStore) this.#count('stores');
    if (hasBroker) this.#count('brokers');
    await Promise.all([
      ...members.map((member) => member.end()),
      hasStore && this.#stage.killStore(),
      hasBroker && this.#kafka?.kill(1),
    ]);
    for (const member of members) member.start();
    await Promise.all([hasStore && this.#stage.startStore(), hasBroker && this.#kafka?.start(1)]);
  }

  #victims(kill: Kill): Member[] {
    const one = this.#usual[this.#random.below(this.#usual.length)] as Member;
    switch (kill) {
      case 'consumer':
      case 'consumer and store':
        return [one];
      case 'all consumers':
        return [...this.#usual];
      case 'replayer':
        return [this.#replayer ?? one];
      case 'everything':
        return [...this.#usual, ...(this.#replayer ? [this.#replayer] : [])];
      default:
        return [];
    }
  }

  #begin(event: Event): void {
    switch (event) {
      case 'a second group begins':
        this.#replayer ??= this.#stage.addConsumer({ ...this.#participation, group: replayGroup });
        return;
      case 'a member joins':
        this.#count('joins');
        if (this.#joined === undefined) this.#joined = this.#stage.addConsumer(this.#participation);
        else this.#joined.start();
        return;
      case 'a member leaves':
        this.#count('leaves');
        this.#inBackground(this.#joined?.end('SIGTERM'));
        return;
      case 'freeze a member':
        this.#inBackground(this.#freeze());
    }
  }

  /** A member that is silent beyond its session, and goes on with what it was at when others have its partitions. */
  async #freeze(): Promise<void> {
    this.#frozen ??= this.#stage.addConsumer({ ...this.#participation, sessionTimeoutMs: frozenSessionMs });
    const zombie = this.#frozen;
    await eventually(
      () => zombie.isReady,
      (isReady) => isReady,
      { timeoutMs: 120_000 },
    );
    await delay(this.#random.below(1_000));
    await zombie.freeze(frozenSessionMs + beyondSessionMs);
    this.#count('frozen beyond their session');
  }

  #inBackground(work: Promise<void> | undefined): void {
    if (work === undefined) return;
    const tracked = work.finally(() => this.#underWay.delete(tracked));
    this.#underWay.add(tracked);
    // Awaited later, which throws what failed.
    tracked.catch(() => undefined);
  }
}
