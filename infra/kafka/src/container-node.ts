import type { CustodyError } from '@custody/runtime';
import { type ContainerRuntimeClient, GenericContainer, type StartedNetwork, Wait } from 'testcontainers';
import type { BrokerNode } from './broker-node.ts';
import { startFailure } from './errors.ts';

type DockerContainer = ReturnType<ContainerRuntimeClient['container']['getById']>;

const maxSaidLength = 4_000;
/** The first start may have to fetch the image. */
const launchMs = 180_000;

export interface ContainerNodeOptions {
  readonly id: number;
  /** Where clients reach the container engine. */
  readonly host: string;
  /** Of the host, fixed: what the broker advertises, and the same after a start. */
  readonly port: number;
  /** Where the broker listens for clients, inside. */
  readonly innerPort: number;
  readonly alias: string;
  readonly image: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly network: StartedNetwork;
  readonly engine: ContainerRuntimeClient;
}

/** A broker as a container, which the test library removes with whoever started it. */
export class ContainerNode implements BrokerNode {
  readonly id: number;
  readonly address: string;
  readonly pid = null;
  readonly #options: ContainerNodeOptions;
  #container: DockerContainer | null = null;
  #gone: Promise<void> = Promise.resolve();
  #isRunning = false;
  #said = '';

  constructor(options: ContainerNodeOptions) {
    this.id = options.id;
    this.address = `${options.host}:${options.port}`;
    this.#options = options;
  }

  get isRunning(): boolean {
    return this.#isRunning;
  }

  async launch(): Promise<void> {
    if (this.#container === null) this.#container = await this.#create();
    else await this.#container.start();
    this.#isRunning = true;
    this.#gone = this.#container.wait().then(() => {
      this.#isRunning = false;
    });
  }

  async untilGone(): Promise<void> {
    await this.#gone;
  }

  async end(signal: 'SIGTERM' | 'SIGKILL'): Promise<void> {
    if (this.#isRunning) await this.#container?.kill({ signal });
    await this.#gone;
  }

  /** Takes it away with its data. */
  async remove(): Promise<void> {
    await this.#container?.remove({ force: true, v: true });
  }

  failure(what: string): CustodyError {
    return startFailure(
      what,
      this.#container === null ? 'no container' : `container ${this.#container.id}`,
      this.#said,
    );
  }

  async #create(): Promise<DockerContainer> {
    const { image, environment, network, alias, innerPort, port, engine } = this.#options;
    const started = await new GenericContainer(image)
      .withEnvironment({ ...environment })
      .withNetwork(network)
      .withNetworkAliases(alias)
      .withExposedPorts({ container: innerPort, host: port })
      .withLogConsumer((stream) =>
        stream.on('data', (chunk: unknown) => {
          this.#said = (this.#said + chunk).slice(-maxSaidLength);
        }),
      )
      .withWaitStrategy(Wait.forLogMessage(/Kafka Server started/))
      .withStartupTimeout(launchMs)
      .start();
    return engine.container.getById(started.getId());
  }
}
