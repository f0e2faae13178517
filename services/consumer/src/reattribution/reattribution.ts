import { decisionsGroup, secondMs, topics } from '@custody/decision';
import type { ReattributionProgress } from '@custody/store';
import { newTerm } from '../terms.ts';
import { GrantNews } from './grant-news.ts';
import { type ReattributionParts, ReattributionTerm } from './reattribution-term.ts';

const leader = 'consumer.reattribution';
/** Two that both take themselves for the leader, until one of them learns better, do not spend it on new terms. */
const betweenTermsMs = secondMs;

/**
 * Works late knowledge into what is stored: one process of an installation, behind live rows, in steps that may be
 * repeated. What is left to do needs no record of its own, since the grants topic says it: the progress in the store is
 * the position up to which everything is done, and after a crash the rest is derived again.
 */
export class Reattribution {
  readonly #parts: ReattributionParts;

  constructor(parts: ReattributionParts) {
    this.#parts = parts;
  }

  /** Works whenever this process is the leader, until the signal aborts. */
  async run(signal: AbortSignal): Promise<void> {
    await this.#parts.log.lead(leader, (leading) => this.#lead(leading), signal);
  }

  /**
   * A term may end while this process leads on: its record is deleted after a year, and where the store's clock was set
   * back, an older one seems newer. Then another term begins, and what had no effect is derived again.
   */
  async #lead(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      await this.#serveTerm(signal);
      if (signal.aborted) return;
      this.#parts.logger.warn('the term of re-attribution is over: beginning another one');
      await this.#parts.clock.sleep(betweenTermsMs, signal);
    }
  }

  async #serveTerm(signal: AbortSignal): Promise<void> {
    const term = await newTerm(this.#parts, signal);
    const progress = await this.#readProgress(signal);
    const news = new GrantNews(this.#parts.log, this.#parts.clock, progress);
    try {
      await news.caughtUp(signal);
      await new ReattributionTerm(this.#parts, term, progress.position).work(news, signal);
    } finally {
      await news.stop();
      this.#parts.metrics.backlogHours.set(0);
    }
  }

  async #readProgress(signal: AbortSignal): Promise<ReattributionProgress> {
    const { store, log, patiently, logger } = this.#parts;
    const progress = await patiently('read progress', signal, () => store.readProgress(signal));
    const look = () => log.lag(decisionsGroup, topics.grants.name);
    const [grants] = await patiently('look how far grants go', signal, look);
    if (grants === undefined || progress.position <= grants.endOffset) return progress;
    logger.warn(
      { position: progress.position, end: grants.endOffset },
      'the grants topic is another one: looking at all of it',
    );
    return { position: 0, listings: [] };
  }
}
