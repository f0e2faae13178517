import { givenKafka, type KafkaCluster, missingForKafka, startKafka, startKafkaContainers } from '@custody/kafka-dev';
import { afterAll, beforeAll } from 'vitest';
import { hasContainerEngine } from './container-engine.ts';
import { describeWithPart } from './optional-part.ts';
import { testVariables } from './test-variables.ts';

export type { KafkaCluster } from '@custody/kafka-dev';

export interface KafkaNeed {
  /** 1 by default. */
  readonly brokers?: 1 | 3;
  /** Whether the tests kill or restart brokers, which a given Kafka is not for. By default true of three brokers. */
  readonly kills?: boolean;
}

/** Where the Kafka of a test comes from: given by CUSTODY_TEST_KAFKA_BROKERS, or started as containers, or through Maven. */
export type KafkaOrigin = 'given' | 'docker' | 'maven';

/** The first that serves; otherwise what is missing, as a sentence. */
export async function kafkaForTests({
  brokers = 1,
  kills = brokers > 1,
}: KafkaNeed = {}): Promise<{ readonly origin: KafkaOrigin } | { readonly missing: string }> {
  if (testVariables.kafkaBrokers.length > 0 && !kills) return { origin: 'given' };
  if (await hasContainerEngine()) return { origin: 'docker' };
  const missing = await missingForKafka();
  if (missing === null) return { origin: 'maven' };
  const remedy = kills ? '' : ', or name a Kafka in CUSTODY_TEST_KAFKA_BROKERS';
  return {
    missing: `no container engine answers, and ${missing}. Install Docker, or Java 17 or newer and Maven${remedy}`,
  };
}

const starts = {
  given: async () => givenKafka(testVariables.kafkaBrokers),
  docker: startKafkaContainers,
  maven: startKafka,
} as const;

/** The first start on a machine fetches Kafka or its image. */
const startMs = 240_000;

/**
 * Tests on a real Kafka, one cluster for all of `body`, which gets at it from within tests and hooks. A given Kafka may
 * hold other topics: names should be the test's own. Skipped, or failed, as `describeWithPart` says.
 */
export async function describeWithKafka(
  name: string,
  need: KafkaNeed,
  body: (kafka: () => KafkaCluster) => void,
): Promise<void> {
  const found = await kafkaForTests(need);
  describeWithPart('kafka', 'missing' in found ? found.missing : null, name, () => {
    let cluster: KafkaCluster | undefined;
    beforeAll(async () => {
      if ('origin' in found) cluster = await starts[found.origin]({ brokers: need.brokers ?? 1 });
    }, startMs);
    afterAll(() => cluster?.stop());
    body(() => {
      if (cluster === undefined) throw new Error('the Kafka of these tests runs in tests and hooks only');
      return cluster;
    });
  });
}
