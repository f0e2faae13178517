import { join } from 'node:path';
import { topics } from '@custody/decision';
import { expect, test } from 'vitest';
import { stringify } from 'yaml';
import { topicConfig } from '../../packages/log/src/kafka/topic-config.ts';
import { leadershipTopic } from '../../packages/log/src/leadership.ts';

const file = join(import.meta.dirname, '..', '..', 'infra', 'kafka', 'topics.yaml');

const header = `# Every topic of Custody, for those who create topics themselves; otherwise the services do it so at their first start.
# replication: 3, or as many brokers as there are where that is fewer; min.insync.replicas is one less, but at least 1.
# Written from the code by \`vitest run test/architecture/kafka-topics.test.ts --update\`; a test compares the two.
`;

/** Three of the brokers hold each record. */
const replication = 3;

type Topic = Parameters<typeof topicConfig>[0];

function setting(value: string): string | number {
  return /^-?\d+$/.test(value) ? Number(value) : value;
}

function describeTopic(topic: Topic) {
  // Kafka's default, named because a cluster may have another one, which would recompress every batch.
  const config = { 'compression.type': 'producer', ...topicConfig(topic, replication) };
  const settings = Object.entries(config).map(([name, value]) => [name, setting(value)]);
  const { name, partitions, why } = topic;
  return { name, why, partitions, replication, config: Object.fromEntries(settings) };
}

test('infra/kafka/topics.yaml lists the topics as the services create them', async () => {
  const all = [...Object.values(topics), leadershipTopic].map(describeTopic);
  await expect(header + stringify({ topics: all }, { lineWidth: 120 })).toMatchFileSnapshot(file);
});
