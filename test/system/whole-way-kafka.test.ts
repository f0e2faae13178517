import { describeWithKafka } from '../kit/with-kafka.ts';
import { describeWholeWay } from './whole-way.ts';

await describeWithKafka('the whole way on Kafka', {}, (kafka) => {
  describeWholeWay('one broker', {
    variables: () => ({ KAFKA_BROKERS: kafka().bootstrap.join(',') }),
    accidents: ({ killService }) => [
      { atLeast: 2_000, kill: () => killService('consumer') },
      { atLeast: 12_000, kill: () => killService('poller') },
    ],
  });
});
