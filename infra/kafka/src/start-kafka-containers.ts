import { getContainerRuntimeClient, Network, type StartedNetwork } from 'testcontainers';
import { brokerProperties } from './broker-properties.ts';
import { type BrokerCount, Cluster, type KafkaCluster } from './cluster.ts';
import { ContainerNode } from './container-node.ts';
import { kafkaVersion } from './distribution.ts';
import { freePorts } from './free-ports.ts';
import { newKafkaId } from './kafka-id.ts';

/** Inside the network of the containers. */
const ports = { clients: 9092, brokers: 9093, controllers: 9094 } as const;

const aliasOf = (id: number) => `kafka-${id}`;

/** The image takes its configuration from variables; a given one replaces the whole default. */
function asEnvironment(properties: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(properties).map(([name, value]) => [`KAFKA_${name.toUpperCase().replaceAll('.', '_')}`, value]),
  );
}

/** The configuration of a node whose clients come from outside the network, to `address`. */
export function containerProperties(id: number, count: number, address: string): Record<string, string> {
  const listeners = { CLIENT: `:${ports.clients}`, BROKER: `:${ports.brokers}`, CONTROLLER: `:${ports.controllers}` };
  const own = aliasOf(id);
  const advertised = {
    CLIENT: address,
    BROKER: `${own}:${ports.brokers}`,
    CONTROLLER: `${own}:${ports.controllers}`,
  };
  const voters = Array.from({ length: count }, (_, index) => `${aliasOf(index + 1)}:${ports.controllers}`);
  const addresses = { listeners, advertised, interBroker: 'BROKER', voters };
  return brokerProperties({ id, dataDirectory: '/var/lib/kafka/data', addresses });
}

async function createNodes(count: number, network: StartedNetwork): Promise<ContainerNode[]> {
  const engine = await getContainerRuntimeClient();
  // Not `localhost`: where that means ::1 first, nothing listens there.
  const host = engine.info.containerRuntime.host.replace(/^localhost$/, '127.0.0.1');
  const common = { host, innerPort: ports.clients, image: `apache/kafka:${kafkaVersion()}`, network, engine };
  const clusterId = newKafkaId();
  return (await freePorts(count)).map((port, index) => {
    const id = index + 1;
    const properties = asEnvironment(containerProperties(id, count, `${host}:${port}`));
    const environment = { ...properties, CLUSTER_ID: clusterId, KAFKA_HEAP_OPTS: '-Xmx256m' };
    return new ContainerNode({ ...common, id, port, alias: aliasOf(id), environment });
  });
}

/**
 * The same as `startKafka` with containers, where an engine for them answers. Their data go with them. Throws what the
 * engine says, or `KAFKA_DEV_START_FAILED`.
 */
export async function startKafkaContainers({ brokers = 1 }: { brokers?: BrokerCount } = {}): Promise<KafkaCluster> {
  const network = await new Network().start();
  const nodes = await createNodes(brokers, network);
  const dispose = async () => {
    await Promise.all(nodes.map((node) => node.remove()));
    await network.stop();
  };
  return Cluster.of(nodes, { directory: null, dispose });
}
