import { CustodyError } from '@custody/runtime';
import type { KafkaCluster } from './cluster.ts';
import { kafkaDevErrors } from './errors.ts';

async function refuse(): Promise<never> {
  throw new CustodyError(kafkaDevErrors.KAFKA_DEV_NOT_OURS, 'this Kafka was given: its brokers are not ours to stop');
}

/** A Kafka that runs already, for tests that do nothing to its brokers. It outlives `stop`. */
export function givenKafka(bootstrap: readonly string[]): KafkaCluster {
  const stop = async () => undefined;
  return { bootstrap, directory: null, pidOf: () => null, kill: refuse, start: refuse, restart: refuse, stop };
}
