import { decisionsGroup, topics } from '@custody/decision';
import { openKafkaLog } from '@custody/log';
import { deleteRecords } from '../kit/delete-records.ts';
import { eventually } from '../kit/eventually.ts';
import { describeWithKafka } from '../kit/with-kafka.ts';
import { describeWholeWay } from './whole-way.ts';

/** A poller that starts again meanwhile may have appended nothing yet. */
async function untilUnread(brokers: readonly string[]): Promise<void> {
  const log = openKafkaLog({ brokers });
  try {
    await eventually(
      () => log.lag(decisionsGroup, topics.decisions.name),
      (lags) => lags.some(({ committedOffset, endOffset }) => endOffset > committedOffset),
      { timeoutMs: 120_000 },
    );
  } finally {
    await log.close();
  }
}

await describeWithKafka('the whole way on Kafka', {}, (kafka) => {
  describeWholeWay('one broker', {
    variables: () => ({ KAFKA_BROKERS: kafka().bootstrap.join(',') }),
    accidents: ({ killService, freezeService, output }) => [
      { atShare: 0.04, kill: () => killService('poller') },
      {
        atShare: 0.24,
        // While the consumer is away, the log loses what it has not read: only the source can give it back.
        async kill() {
          freezeService('consumer');
          await untilUnread(kafka().bootstrap);
          await deleteRecords(kafka().bootstrap, topics.decisions.name);
          await killService('consumer');
          await eventually(output, (text) => text.includes('the log deleted records before they were read'));
        },
      },
    ],
  });
});
