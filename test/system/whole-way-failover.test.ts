import { describeWithKafka } from '../kit/with-kafka.ts';
import { describeWholeWay } from './whole-way.ts';

await describeWithKafka('the whole way on Kafka that loses a broker', { brokers: 3 }, (kafka) => {
  describeWholeWay('three brokers, one of them killed and started again', {
    variables: () => ({ KAFKA_BROKERS: kafka().bootstrap.join(',') }),
    accidents: ({ killService }) => [
      { atLeast: 2_000, kill: () => kafka().kill(1) },
      { atLeast: 12_000, kill: () => killService('consumer') },
      { atLeast: 20_000, kill: () => kafka().start(1) },
    ],
  });
});
