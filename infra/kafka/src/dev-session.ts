import type { Cluster } from './cluster.ts';

export interface DevSessionOptions {
  readonly cluster: Cluster;
  readonly brokers: number;
  /** Starts a broker again that ends unasked. */
  readonly restarts: boolean;
  readonly say: (line: string) => void;
}

/** What a developer types at a running cluster, and what it says about its brokers meanwhile. */
export class DevSession {
  static readonly help = '`kill N`, `start N` or `restart N`, N being the number of a broker, or `status`';
  readonly #options: DevSessionOptions;
  /** Brokers that are to be down, because somebody asked for it here. */
  readonly #ended = new Set<number>();

  constructor(options: DevSessionOptions) {
    this.#options = options;
    for (const broker of this.#all()) this.#watch(broker);
  }

  /** One line per broker. */
  status(): string[] {
    const { cluster } = this.#options;
    return this.#all().map((broker) => {
      const pid = cluster.pidOf(broker);
      const state = pid === null ? `down; \`start ${broker}\` brings it back` : `process ${pid}`;
      return `  broker ${broker}  ${cluster.bootstrap[broker - 1]}  ${state}`;
    });
  }

  /** Does what a typed line asks for, and says what came of it. */
  async obey(line: string): Promise<void> {
    const [verb = '', number = ''] = line.trim().split(/\s+/);
    if (verb === '') return;
    if (verb === 'status') return this.status().forEach(this.#options.say);
    const broker = Number(number);
    if (!this.#all().includes(broker)) return this.#options.say(`Understood is ${DevSession.help}.`);
    if (verb === 'kill') return this.#kill(broker);
    if (verb === 'start') return this.#start(broker);
    if (verb === 'restart') return this.#restart(broker);
    this.#options.say(`Understood is ${DevSession.help}.`);
  }

  /** From now on the end of a broker is nothing to mention. */
  close(): void {
    for (const broker of this.#all()) this.#ended.add(broker);
  }

  #all(): number[] {
    return Array.from({ length: this.#options.brokers }, (_, index) => index + 1);
  }

  async #kill(broker: number): Promise<void> {
    this.#ended.add(broker);
    await this.#options.cluster.kill(broker);
    this.#options.say(`broker ${broker} is killed; \`start ${broker}\` brings it back`);
  }

  async #start(broker: number): Promise<void> {
    if (this.#options.cluster.pidOf(broker) !== null) return this.#options.say(`broker ${broker} runs already`);
    await this.#options.cluster.start(broker);
    this.#serves(broker);
  }

  async #restart(broker: number): Promise<void> {
    this.#ended.add(broker);
    await this.#options.cluster.restart(broker);
    this.#serves(broker);
  }

  #serves(broker: number): void {
    this.#ended.delete(broker);
    this.#watch(broker);
    this.#options.say(`broker ${broker} serves, process ${this.#options.cluster.pidOf(broker)}`);
  }

  /** Notices the end of a broker that nobody asked for here, a `kill -9` from another terminal say. */
  #watch(broker: number): void {
    void this.#options.cluster.untilGone(broker).then(async () => {
      if (this.#ended.has(broker)) return;
      const { restarts, say } = this.#options;
      say(`broker ${broker} is gone${restarts ? ' and is started again' : `; \`start ${broker}\` brings it back`}`);
      if (restarts) await this.#start(broker).catch((error: Error) => say(error.message));
    });
  }
}
