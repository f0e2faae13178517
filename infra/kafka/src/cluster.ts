import type { BrokerNode } from './broker-node.ts';
import { untilReady } from './readiness.ts';

/** Three is the smallest number that goes on without one. */
export type BrokerCount = 1 | 3;

/** A Kafka that tests and developers may do as they like with. Brokers are numbered from 1. */
export interface KafkaCluster {
  /** `host:port` of every broker, the same for the life of the cluster. */
  readonly bootstrap: readonly string[];
  /** Where the data are on this machine; `null` where they are elsewhere. */
  readonly directory: string | null;
  /** The process of a broker; `null` while it is down, and where it is none of this machine's. */
  pidOf(broker: number): number | null;
  /** SIGKILL; resolves when it is gone. Its data stay. */
  kill(broker: number): Promise<void>;
  /**
   * Starts it again on the same port and data. Resolves when it serves and is in sync with the brokers that run; of
   * three, two have to run for that. Throws `KAFKA_DEV_START_FAILED`.
   */
  start(broker: number): Promise<void>;
  /** Lets it end in order, handing its partitions over, and starts it again. */
  restart(broker: number): Promise<void>;
  /** Ends all brokers. Data go too, unless a directory was given for them. */
  stop(): Promise<void>;
}

const readyMs = 90_000;
const endMs = 10_000;

async function endInOrder(node: BrokerNode): Promise<void> {
  const timer = setTimeout(() => void node.end('SIGKILL'), endMs);
  await node.end('SIGTERM');
  clearTimeout(timer);
}

/** What a cluster leaves behind. */
export interface ClusterRemains {
  readonly directory: string | null;
  /** Runs when all nodes have ended. */
  readonly dispose: () => Promise<void>;
}

/** The nodes of one cluster. */
export class Cluster implements KafkaCluster {
  readonly bootstrap: readonly string[];
  readonly #nodes: readonly BrokerNode[];
  readonly directory: string | null;
  readonly #dispose: () => Promise<void>;

  private constructor(nodes: readonly BrokerNode[], { directory, dispose }: ClusterRemains) {
    this.bootstrap = nodes.map(({ address }) => address);
    this.#nodes = nodes;
    this.directory = directory;
    this.#dispose = dispose;
  }

  /** Resolves when every node sees every other at work. */
  static async of(nodes: readonly BrokerNode[], remains: ClusterRemains): Promise<Cluster> {
    const cluster = new Cluster(nodes, remains);
    try {
      // Settled, all of them, before any failure counts: what is still being launched could not be stopped.
      const launches = await Promise.allSettled(nodes.map((node) => node.launch()));
      for (const launch of launches) if (launch.status === 'rejected') throw launch.reason;
      await Promise.all(nodes.map((node) => cluster.#untilReady(node)));
      return cluster;
    } catch (error) {
      await cluster.stop().catch(() => undefined);
      throw error;
    }
  }

  pidOf(broker: number): number | null {
    return this.#node(broker).pid;
  }

  /** Resolves when the broker as it runs now is gone, whoever ended it. */
  async untilGone(broker: number): Promise<void> {
    await this.#node(broker).untilGone();
  }

  async kill(broker: number): Promise<void> {
    await this.#node(broker).end('SIGKILL');
  }

  async start(broker: number): Promise<void> {
    const node = this.#node(broker);
    if (!node.isRunning) await node.launch();
    await this.#untilReady(node);
  }

  async restart(broker: number): Promise<void> {
    await endInOrder(this.#node(broker));
    await this.start(broker);
  }

  /** Ends all brokers in order, which takes some seconds; data go as with `stop`. */
  async end(): Promise<void> {
    await Promise.all(this.#nodes.map(endInOrder));
    await this.#dispose();
  }

  /** Killed, not asked: three that end in order at once would wait for each other. */
  async stop(): Promise<void> {
    await Promise.all(this.#nodes.map((node) => node.end('SIGKILL')));
    await this.#dispose();
  }

  #node(broker: number): BrokerNode {
    const node = this.#nodes[broker - 1];
    if (node === undefined) throw new RangeError(`there is no broker ${broker}: they are 1 to ${this.#nodes.length}`);
    return node;
  }

  async #untilReady(node: BrokerNode): Promise<void> {
    const giveUp = new AbortController();
    const living = () => this.#nodes.filter(({ isRunning }) => isRunning).map(({ id }) => id);
    const timer = setTimeout(() => giveUp.abort(node.failure(`broker ${node.id} was not ready in time`)), readyMs);
    void node.untilGone().then(() => giveUp.abort(node.failure(`broker ${node.id} ended before it was ready`)));
    try {
      await untilReady(node.address, living, giveUp.signal);
    } catch (error) {
      throw giveUp.signal.aborted ? giveUp.signal.reason : error;
    } finally {
      clearTimeout(timer);
    }
  }
}
