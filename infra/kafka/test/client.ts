import { randomUUID } from 'node:crypto';
import { type Admin, Kafka, logLevel, Partitioners } from 'kafkajs';
import type { KafkaCluster } from '../src/index.ts';

function clientOf({ bootstrap }: KafkaCluster): Kafka {
  const retry = { initialRetryTime: 50, maxRetryTime: 500, retries: 60 };
  return new Kafka({ brokers: [...bootstrap], logLevel: logLevel.NOTHING, retry });
}

export async function withAdmin<T>(cluster: KafkaCluster, work: (admin: Admin) => Promise<T>): Promise<T> {
  const admin = clientOf(cluster).admin();
  await admin.connect();
  try {
    return await work(admin);
  } finally {
    await admin.disconnect();
  }
}

/** A topic of the test's own, on every broker. */
export async function createTopic(cluster: KafkaCluster): Promise<string> {
  const topic = `kafka-dev.${randomUUID()}`;
  const topics = [{ topic, numPartitions: 1, replicationFactor: -1 }];
  await withAdmin(cluster, (admin) => admin.createTopics({ topics, waitForLeaders: true }));
  return topic;
}

export async function produce(cluster: KafkaCluster, topic: string, ...values: string[]): Promise<void> {
  const producer = clientOf(cluster).producer({ createPartitioner: Partitioners.DefaultPartitioner });
  await producer.connect();
  await producer.send({ topic, acks: -1, messages: values.map((value) => ({ value })) });
  await producer.disconnect();
}

/** Everything in the topic so far, read by a group of its own. */
export async function consume(cluster: KafkaCluster, topic: string, count: number): Promise<string[]> {
  const consumer = clientOf(cluster).consumer({ groupId: `kafka-dev.${randomUUID()}`, sessionTimeout: 6_000 });
  const values: string[] = [];
  await consumer.connect();
  await consumer.subscribe({ topic, fromBeginning: true });
  await new Promise<void>((resolve, reject) => {
    consumer.on('consumer.crash', ({ payload }) => (payload.restart ? undefined : reject(payload.error)));
    const eachMessage = async ({ message }: { message: { value: Buffer | null } }) => {
      values.push(String(message.value));
      if (values.length >= count) resolve();
    };
    consumer.run({ eachMessage }).catch(reject);
  });
  await consumer.disconnect();
  return values;
}
