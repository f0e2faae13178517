import { randomUUID } from 'node:crypto';
import { Kafka, logLevel, Partitioners } from 'kafkajs';
import { expect, test } from 'vitest';
import { describeWithKafka, type KafkaCluster } from '../../../test/kit/with-kafka.ts';

function clientOf(cluster: KafkaCluster): Kafka {
  return new Kafka({
    brokers: [...cluster.bootstrap],
    logLevel: logLevel.NOTHING,
    retry: { initialRetryTime: 50, maxRetryTime: 500, retries: 60 },
  });
}

/** A topic of the test's own, on every broker. */
async function createTopic(cluster: KafkaCluster): Promise<string> {
  const topic = `kafka-dev.${randomUUID()}`;
  const admin = clientOf(cluster).admin();
  await admin.connect();
  await admin.createTopics({ topics: [{ topic, numPartitions: 1, replicationFactor: -1 }], waitForLeaders: true });
  await admin.disconnect();
  return topic;
}

async function produce(cluster: KafkaCluster, topic: string, ...values: string[]): Promise<void> {
  const producer = clientOf(cluster).producer({ createPartitioner: Partitioners.DefaultPartitioner });
  await producer.connect();
  await producer.send({ topic, acks: -1, messages: values.map((value) => ({ value })) });
  await producer.disconnect();
}

/** Everything in the topic so far, read by a group of its own. */
async function consume(cluster: KafkaCluster, topic: string, count: number): Promise<string[]> {
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

await describeWithKafka('a broker that is killed', { kills: true }, (kafka) => {
  test('gives back what it was given, after its start too, at the same address', async () => {
    const topic = await createTopic(kafka());
    await produce(kafka(), topic, 'a', 'b');
    expect(await consume(kafka(), topic, 2)).toEqual(['a', 'b']);
    await kafka().kill(1);
    expect(kafka().pidOf(1)).toBeNull();
    await kafka().start(1);
    await produce(kafka(), topic, 'c');
    expect(await consume(kafka(), topic, 3)).toEqual(['a', 'b', 'c']);
  });
});

await describeWithKafka('three brokers', { brokers: 3 }, (kafka) => {
  test('go on without any one of them, and take it back', async () => {
    const topic = await createTopic(kafka());
    await produce(kafka(), topic, 'all');
    await kafka().kill(1);
    await produce(kafka(), topic, 'without 1');
    await kafka().start(1);
    await kafka().kill(2);
    await produce(kafka(), topic, 'without 2');
    await kafka().start(2);
    expect(await consume(kafka(), topic, 3)).toEqual(['all', 'without 1', 'without 2']);
  });

  test('a broker that is restarted in order comes back at the same address', async () => {
    const before = kafka().pidOf(3);
    await kafka().restart(3);
    expect(kafka().pidOf(3)).not.toBe(before);
    expect(kafka().bootstrap).toHaveLength(3);
  });
});
