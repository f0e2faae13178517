import { existsSync } from 'node:fs';
import type { CustodyError } from '@custody/runtime';
import type { BrokerNode } from './broker-node.ts';
import { startFailure } from './errors.ts';
import { JavaProcess, type Launch } from './java-process.ts';
import { newKafkaId } from './kafka-id.ts';
import type { NodeFiles } from './node-files.ts';

export interface JavaNodeOptions {
  readonly id: number;
  readonly port: number;
  readonly files: NodeFiles;
  readonly clusterId: string;
  readonly launch: Launch;
  /** Told whenever the node has a process, or has none any more. */
  readonly onProcess: () => void;
}

/** A broker as a process of this machine. */
export class JavaNode implements BrokerNode {
  readonly id: number;
  readonly address: string;
  readonly #options: JavaNodeOptions;
  #process: JavaProcess | null = null;

  constructor(options: JavaNodeOptions) {
    this.id = options.id;
    this.address = `127.0.0.1:${options.port}`;
    this.#options = options;
  }

  get isRunning(): boolean {
    return this.#process?.isRunning ?? false;
  }

  get pid(): number | null {
    return this.isRunning ? (this.#process?.pid ?? null) : null;
  }

  async launch(): Promise<void> {
    if (!this.#options.files.isFormatted) await this.#format();
    this.#run('kafka.Kafka', [this.#options.files.properties]);
  }

  async untilGone(): Promise<void> {
    await this.#process?.exited;
  }

  async end(signal: 'SIGTERM' | 'SIGKILL'): Promise<void> {
    await this.#process?.end(signal);
  }

  failure(what: string): CustodyError {
    return startFailure(what, this.#options.files.directory, this.#process?.said ?? '');
  }

  /** By Kafka's own tool the first time on a machine: what that writes serves every later broker. */
  async #format(): Promise<void> {
    const { files, clusterId, launch } = this.#options;
    const { formatted } = launch.distribution;
    if (existsSync(formatted))
      return files.format(formatted, { clusterId, nodeId: this.id, directoryId: newKafkaId() });
    const { exited } = this.#run('kafka.tools.StorageTool', ['format', '-t', clusterId, '-c', files.properties]);
    const { code } = await exited;
    if (code !== 0) throw this.failure(`the data directory of broker ${this.id} could not be formatted`);
    files.keepFormatted(formatted);
  }

  #run(main: string, args: readonly string[]): JavaProcess {
    const started = new JavaProcess(main, args, this.#options.files.directory, this.#options.launch);
    this.#process = started;
    this.#options.onProcess();
    void started.exited.then(this.#options.onProcess);
    return started;
  }
}
