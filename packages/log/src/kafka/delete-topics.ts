import { kafkaConnection, type LogConfig } from '../variables.ts';
import { createKafka } from './connection.ts';
import { translating } from './translate-error.ts';

/** Deletes topics that a measurement made, with all that is in them. Does nothing where the log is embedded. */
export async function deleteKafkaTopics(config: LogConfig, topics: readonly string[]): Promise<void> {
  const connection = kafkaConnection(config);
  if (connection === null) return;
  const admin = createKafka(connection, undefined).admin();
  await translating(`delete ${topics.join(', ')}`, async () => {
    await admin.connect();
    await admin.deleteTopics({ topics: [...topics] });
  }).finally(() => admin.disconnect());
}
