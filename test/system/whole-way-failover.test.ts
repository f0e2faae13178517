import { describeWithKafka } from '../kit/with-kafka.ts';
import { describeWholeWay } from './whole-way.ts';

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
