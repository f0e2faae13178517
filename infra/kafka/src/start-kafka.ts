import { mkdirSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { CustodyError } from '@custody/runtime';
import { brokerProperties } from './broker-properties.ts';
import { archiveFlags } from './class-archive.ts';
import { type BrokerCount, Cluster } from './cluster.ts';
import { type Distribution, findDistribution } from './distribution.ts';
import { kafkaDevErrors } from './errors.ts';
import { freePorts, isFree } from './free-ports.ts';
import { JavaNode } from './java-node.ts';
import type { Launch } from './java-process.ts';
import { newKafkaId } from './kafka-id.ts';
import { NodeFiles, requireSize } from './node-files.ts';
import { startWatchdog } from './watchdog.ts';

export interface KafkaOptions {
  /** 1 by default. */
  readonly brokers?: BrokerCount;
  /** Where the data are kept; by default a temporary directory, gone with the cluster. */
  readonly directory?: string;
  /** The port of the first broker, the others take the next ones; by default any free ones. */
  readonly firstPort?: number;
}

async function clientPorts(count: number, firstPort: number | undefined): Promise<number[]> {
  if (firstPort === undefined) return freePorts(count);
  const ports = Array.from({ length: count }, (_, n) => firstPort + n);
  for (const port of ports) {
    if (await isFree(port)) continue;
    throw new CustodyError(kafkaDevErrors.KAFKA_DEV_PORT_BUSY, `port ${port} of 127.0.0.1 is taken`);
  }
  return ports;
}

function writeProperties(files: readonly NodeFiles[], ports: readonly number[], controllers: readonly number[]): void {
  for (const [index, file] of files.entries()) {
    const listeners = { CLIENT: `127.0.0.1:${ports[index]}`, CONTROLLER: `127.0.0.1:${controllers[index]}` };
    const voters = controllers.map((port) => `127.0.0.1:${port}`);
    const advertised = { CLIENT: listeners.CLIENT };
    const addresses = { listeners, advertised, interBroker: 'CLIENT', voters };
    const properties = brokerProperties({ id: index + 1, dataDirectory: file.data, addresses });
    // Nobody looks at what they would report, and each topic and connection has hundreds.
    file.write({ ...properties, 'metric.reporters': '' });
  }
}

async function launchCluster(launch: Launch, options: KafkaOptions): Promise<Cluster> {
  const { brokers = 1, directory: given, firstPort } = options;
  const ports = await clientPorts(brokers, firstPort);
  const directory = given === undefined ? mkdtempSync(join(tmpdir(), 'custody-kafka-')) : resolve(given);
  requireSize(directory, brokers);
  mkdirSync(directory, { recursive: true });
  const controllers = await freePorts(brokers);
  const files = ports.map((_, index) => new NodeFiles(directory, index + 1));
  writeProperties(files, ports, controllers);
  const watchdog = startWatchdog(given === undefined ? directory : null);
  const clusterId = newKafkaId();
  const guard = () => watchdog.guard(nodes.flatMap(({ pid }) => pid ?? []));
  const nodes = files.map(
    (file, index) =>
      new JavaNode({ id: index + 1, port: ports[index] ?? 0, files: file, clusterId, launch, onProcess: guard }),
  );
  return Cluster.of(nodes, { directory, dispose: () => watchdog.end() });
}

/** One broker that runs, and ends as Java wants it: an archive is written by an orderly end alone. */
async function trainingRun(distribution: Distribution, flags: readonly string[]): Promise<void> {
  const cluster = await launchCluster({ distribution, flags }, {});
  await cluster.end();
}

/**
 * Starts a real Apache Kafka on loopback: brokers as Java processes that end with this one, however it ends. Resolves
 * when every broker serves. Throws a `CustodyError` of one of `kafkaDevErrors`.
 */
export async function startKafka(options: KafkaOptions = {}): Promise<Cluster> {
  const distribution = await findDistribution();
  const flags = await archiveFlags(distribution, (training) => trainingRun(distribution, training));
  return launchCluster({ distribution, flags }, options);
}
