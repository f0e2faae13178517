import { deleteRecords } from '../kit/delete-records.ts';
import { eventually } from '../kit/eventually.ts';
import { describeWithKafka } from '../kit/with-kafka.ts';
import { describeWholeWay } from './whole-way.ts';

await describeWithKafka('the whole way on Kafka', {}, (kafka) => {
  describeWholeWay('one broker', {
    variables: () => ({ KAFKA_BROKERS: kafka().bootstrap.join(',') }),
    accidents: ({ killService, output }) => [
      { atShare: 0.04, kill: () => killService('poller') },
      {
        atShare: 0.24,
        // While the consumer is away, the log loses what it has not read: only the source can give it back.
        async kill() {
          const restarted = killService('consumer');
          await deleteRecords(kafka().bootstrap, 'custody.decisions.v1');
          await restarted;
          await eventually(output, (text) => text.includes('the log deleted records before they were read'));
        },
      },
    ],
  });
});
