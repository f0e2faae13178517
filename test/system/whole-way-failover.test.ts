import { test } from 'vitest';
import { testVariables } from '../kit/test-variables.ts';
import { describeWithKafka } from '../kit/with-kafka.ts';
import { describeWholeWay } from './whole-way.ts';

// Three brokers and the whole pipeline take long on a small machine; the log alone loses a broker in every run
// (packages/log/test/kafka-failover.test.ts), and so does the consumer (test/invariants/consumer-kafka.test.ts).
if (testVariables.isLong) {
  await describeWithKafka('the whole way on Kafka that loses a broker', { brokers: 3 }, (kafka) => {
    describeWholeWay('three brokers, one of them killed and started again', {
      variables: () => ({ KAFKA_BROKERS: kafka().bootstrap.join(',') }),
      accidents: ({ killService }) => [
        { atShare: 0.04, kill: () => kafka().kill(1) },
        { atShare: 0.24, kill: () => killService('consumer') },
        { atShare: 0.4, kill: () => kafka().start(1) },
      ],
    });
  });
} else {
  test.skip('the whole way on Kafka that loses a broker: with CUSTODY_TEST_LONG=1');
}
