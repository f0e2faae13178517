/**
 * A real Apache Kafka to test and develop against: one broker or three, as Java processes or as containers.
 *
 * Promises: processes on loopback only, brokers that end with whoever started them, a start that resolves when the
 * cluster serves. Does not promise speed, safety of data beyond a killed broker, or anything to a production system.
 */
export type { BrokerCount, KafkaCluster } from './cluster.ts';
export { missingForKafka } from './distribution.ts';
export { kafkaDevErrors } from './errors.ts';
export { givenKafka } from './given-cluster.ts';
export { type KafkaOptions, startKafka } from './start-kafka.ts';
export { startKafkaContainers } from './start-kafka-containers.ts';
