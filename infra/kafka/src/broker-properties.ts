/** Where a node listens, and for whom. */
export interface BrokerAddresses {
  /** `listeners` and `advertised.listeners`, by listener name. */
  readonly listeners: Readonly<Record<string, string>>;
  readonly advertised: Readonly<Record<string, string>>;
  /** Which of them the brokers use among themselves. */
  readonly interBroker: string;
  /** `host:port` of every node's controller, in the order of their ids. */
  readonly voters: readonly string[];
}

export interface NodeDescription {
  /** From 1. */
  readonly id: number;
  readonly dataDirectory: string;
  readonly addresses: BrokerAddresses;
}

/** Small, and quick to notice a dead broker; 3 s leave room for a busy machine. */
const smallAndQuick = {
  'group.initial.rebalance.delay.ms': 0,
  'group.min.session.timeout.ms': 1_000,
  'offsets.topic.num.partitions': 1,
  'transaction.state.log.num.partitions': 1,
  'share.coordinator.state.topic.num.partitions': 1,
  'group.coordinator.threads': 1,
  'broker.session.timeout.ms': 3_000,
  'broker.heartbeat.interval.ms': 500,
  'replica.lag.time.max.ms': 3_000,
  'controller.quorum.fetch.timeout.ms': 1_500,
  'controller.quorum.election.timeout.ms': 500,
  'controller.quorum.election.backoff.max.ms': 250,
  'log.cleaner.dedupe.buffer.size': 2_097_152,
  'log.cleaner.threads': 1,
  'log.cleaner.backoff.ms': 1_000,
  'log.initial.task.delay.ms': 500,
  'log.retention.check.interval.ms': 1_000,
  'log.segment.delete.delay.ms': 1_000,
  'num.network.threads': 2,
  'num.io.threads': 4,
  'background.threads': 2,
} as const;

/**
 * What no rule names is allowed, so that a test can take rights away. One node alone only: several, which have no other
 * name than their clients, would refuse each other's votes before there are rules.
 */
const rules = {
  'authorizer.class.name': 'org.apache.kafka.metadata.authorizer.StandardAuthorizer',
  'allow.everyone.if.no.acl.found': true,
} as const;

function joined(listeners: Readonly<Record<string, string>>): string {
  return Object.entries(listeners)
    .map(([name, address]) => `${name}://${address}`)
    .join(',');
}

/** The configuration of a node that is broker and controller in one. Topics are created explicitly, as in production. */
export function brokerProperties({ id, dataDirectory, addresses }: NodeDescription): Record<string, string> {
  const nodes = addresses.voters.length;
  const properties = {
    'process.roles': 'broker,controller',
    'node.id': id,
    'controller.quorum.voters': addresses.voters.map((address, index) => `${index + 1}@${address}`).join(','),
    'controller.listener.names': 'CONTROLLER',
    'inter.broker.listener.name': addresses.interBroker,
    listeners: joined(addresses.listeners),
    'advertised.listeners': joined(addresses.advertised),
    'listener.security.protocol.map': 'CLIENT:PLAINTEXT,BROKER:PLAINTEXT,CONTROLLER:PLAINTEXT',
    'log.dirs': dataDirectory,
    'auto.create.topics.enable': false,
    'default.replication.factor': nodes,
    'offsets.topic.replication.factor': nodes,
    'transaction.state.log.replication.factor': nodes,
    'share.coordinator.state.topic.replication.factor': nodes,
    'min.insync.replicas': Math.min(2, nodes),
    'transaction.state.log.min.isr': Math.min(2, nodes),
    'share.coordinator.state.topic.min.isr': Math.min(2, nodes),
    ...(nodes === 1 && rules),
    ...smallAndQuick,
  };
  return Object.fromEntries(Object.entries(properties).map(([name, value]) => [name, String(value)]));
}
