import { testVariables } from '../kit/test-variables.ts';
import { describeWithKafka } from '../kit/with-kafka.ts';
import { describeAlerters } from './alerter/describe-alerters.ts';
import { describeConsumer } from './consumer/describe-consumer.ts';
import { describeStoppedStore } from './consumer/describe-stopped-store.ts';

await describeWithKafka('the consumer on a broker that is killed', { kills: true }, (kafka) => {
  // Before anything is killed: it is here for the broker's sake.
  describeAlerters(kafka);
  // A broker hands the partitions of a killed member on after its session; half a minute each would be the whole test.
  describeConsumer('with the log on Kafka', { kafka, participation: { sessionTimeoutMs: 3_000 } });
  if (testVariables.isLong) describeStoppedStore(kafka);
});
