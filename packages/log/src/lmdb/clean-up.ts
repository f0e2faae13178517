import type { Clock, Logger } from '@custody/runtime';
import type { Environment } from './environment.ts';
import type { TopicStore } from './topic-store.ts';

/** Followers that were away for less see every deletion. */
const tombstonesKeptMs = 86_400_000;
const intervalMs = 60_000;

/** Retention and the burial of tombstones, in small transactions, when the log is opened and in the wake of appends. */
export class CleanUp {
  readonly #environment: Environment;
  readonly #topics: TopicStore;
  readonly #clock: Clock;
  readonly #logger: Logger | undefined;
  #lastMs = 0;
  #running: Promise<void> | undefined;
  #stopped = false;

  constructor(environment: Environment, topics: TopicStore, clock: Clock, logger: Logger | undefined) {
    this.#environment = environment;
    this.#topics = topics;
    this.#clock = clock;
    this.#logger = logger;
  }

  async run(): Promise<void> {
    this.#lastMs = performance.now();
    this.#environment.releaseDeadReaders();
    for (const topic of this.#topics.all()) {
      for (let partition = 0; partition < topic.partitions; partition += 1) {
        await this.#repeat(() => this.#topics.expire(topic, partition, this.#clock.now()));
        await this.#repeat(() => this.#topics.bury(topic, partition, this.#clock.now() - tombstonesKeptMs));
      }
    }
  }

  /** Starts a run in the background once a minute at most. */
  afterAppend(): void {
    if (this.#running || this.#stopped || performance.now() - this.#lastMs < intervalMs) return;
    this.#running = this.run()
      .catch((err: unknown) => this.#logger?.warn({ err }, 'the log could not be cleaned up; tried again in a minute'))
      .finally(() => {
        this.#running = undefined;
      });
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    await this.#running;
  }

  async #repeat(step: () => boolean): Promise<void> {
    while (!this.#stopped && (await this.#environment.write(step)));
  }
}
