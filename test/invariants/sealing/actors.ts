import { setTimeout as delay } from 'node:timers/promises';
import { eventually } from '../../kit/eventually.ts';
import type { SeededRandom } from '../../kit/seeded-random.ts';
import type { Member } from '../kit/member.ts';
import { SlowLink } from '../kit/slow-link.ts';
import type { Stage } from '../kit/stage.ts';
import type { Views } from './views.ts';

export type Victim = 'sealer' | 'consumer' | 'store';

const startMs = 60_000;
/** So long a sealer may be silent before another one leads. */
const silenceMs = 1_500;
const beyondSilenceMs = 2_500;
/** So long somebody waits for a sealer to be between its sums and its seal. */
const catchMs = 15_000;
const catchEveryMs = 5;

/** Consumer, sealer and API, each a process, and what befalls them. Counts what was done to whom. */
export class Actors {
  readonly counts = new Map<string, number>();
  readonly #stage: Stage;
  readonly #views: Views;
  readonly #random: SeededRandom;
  readonly #consumer: Member;
  readonly #sealer: Member;
  #second: Member | undefined;

  readonly #link: SlowLink;

  private constructor(stage: Stage, views: Views, random: SeededRandom, link: SlowLink) {
    this.#stage = stage;
    this.#views = views;
    this.#random = random;
    this.#link = link;
    this.#consumer = stage.addConsumerThrough(link.url);
    this.#sealer = stage.addSealer(silenceMs);
    stage.addServer();
  }

  static async start(stage: Stage, views: Views, random: SeededRandom): Promise<Actors> {
    const link = await SlowLink.open(stage.instance.storeUrl, 'INSERT INTO custody_internal.decisions ', random);
    return new Actors(stage, views, random, link);
  }

  async stop(): Promise<void> {
    this.counts.set('rows stored long after it was said', this.#link.held);
    await this.#link.close();
  }

  /** While the work lasts, rows are stored up to so long after it was said that they would be. */
  async storingSlowly(mostMs: number, work: () => Promise<void>): Promise<void> {
    this.#link.mostMs = mostMs;
    await work();
    this.#link.mostMs = 0;
  }

  get kills(): number {
    return ['sealer', 'consumer', 'store'].reduce((sum, who) => sum + (this.counts.get(who) ?? 0), 0);
  }

  /** Until the API answers. */
  async ready(): Promise<void> {
    const isUp = () =>
      this.#stage.instance.ask('/readyz').then(
        ({ status }) => status === 200,
        () => false,
      );
    await eventually(isUp, (answers) => answers, { timeoutMs: startMs });
  }

  /** At some moment of the next ones; resolves when it was started again. */
  async kill(victim: Victim, withinMs = 700): Promise<void> {
    await delay(this.#random.below(withinMs));
    this.#count(victim);
    if (victim === 'store') {
      await this.#stage.killStore();
      await this.#stage.startStore();
    } else await (victim === 'consumer' ? this.#consumer : this.#sealer).killAndStart();
  }

  /** Kills the sealer when hours are summed up and not sealed yet. */
  async killBetweenSumsAndSeal(work: () => Promise<void>): Promise<void> {
    const isBetween = await this.#betweenSumsAndSeal(work);
    if (isBetween) this.#count('killed between sums and seal');
    this.#count('sealer');
    await this.#sealer.killAndStart();
  }

  /** Freezes the sealer at that moment, for long enough for another one to lead, and lets it go on. */
  async freezeBetweenSumsAndSeal(work: () => Promise<void>, meanwhile: () => Promise<void>): Promise<void> {
    this.#second ??= this.#stage.addSealer(silenceMs);
    const isBetween = await this.#betweenSumsAndSeal(work);
    if (isBetween) this.#count('frozen between sums and seal');
    const frozen = this.#sealer.freeze(silenceMs + beyondSilenceMs);
    await Promise.all([frozen, meanwhile()]);
  }

  /** A sealer that takes no turns: two lead at once. */
  async addUnruly(): Promise<void> {
    await this.#second?.end();
    this.#second = this.#stage.addSealer(silenceMs, 'another');
    await delay(this.#random.below(500));
  }

  /** The store holds what it held when the first work began; the other one's is lost. */
  async loseInStore(work: () => Promise<void>): Promise<void> {
    await this.#stage.killStore();
    this.#stage.copyStore();
    await this.#stage.startStore();
    await work();
    await this.#stage.killStore();
    this.#stage.putStoreBack();
    await this.#stage.startStore();
    this.#count('store', 2);
    await this.kill('consumer', 1);
  }

  async #betweenSumsAndSeal(work: () => Promise<void>): Promise<boolean> {
    const before = await this.#views.idleBuilds();
    await work();
    const giveUpAtMs = Date.now() + catchMs;
    while (Date.now() < giveUpAtMs) {
      if ((await this.#views.idleBuilds()) > before) return true;
      await delay(catchEveryMs);
    }
    return false;
  }

  #count(what: string, times = 1): void {
    this.counts.set(what, (this.counts.get(what) ?? 0) + times);
  }
}
