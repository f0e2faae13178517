import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ConfigResourceTypes } from 'kafkajs';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { testVariables } from '../../../test/kit/test-variables.ts';
import { describeWithKafka } from '../../../test/kit/with-kafka.ts';
import { consume, createTopic, produce, withAdmin } from './client.ts';

interface ListedTopic {
  readonly name: string;
  readonly partitions: number;
  readonly replication: number;
  readonly config: Readonly<Record<string, string | number>>;
}

// In the ordinary run, the log's failover asks the same of three brokers, and more.
const { isLong } = testVariables;
if (!isLong) test.skip('three brokers: with CUSTODY_TEST_LONG=1');
else
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

    test('take every topic of topics.yaml with every one of its settings', async () => {
      const { topics }: { topics: ListedTopic[] } = parse(
        readFileSync(join(import.meta.dirname, '..', 'topics.yaml'), 'utf8'),
      );
      const entriesOf = ({ config }: ListedTopic) =>
        Object.entries(config).map(([name, value]) => ({ name, value: String(value) }));
      const described = await withAdmin(kafka(), async (admin) => {
        const creations = topics.map((topic) => ({
          topic: topic.name,
          numPartitions: topic.partitions,
          replicationFactor: topic.replication,
          configEntries: entriesOf(topic),
        }));
        await admin.createTopics({ topics: creations, waitForLeaders: true });
        const resources = topics.map(({ name }) => ({ type: ConfigResourceTypes.TOPIC, name }));
        return (await admin.describeConfigs({ resources, includeSynonyms: false })).resources;
      });
      expect(topics.length).toBeGreaterThan(4);
      for (const topic of topics) {
        const own = described.find(({ resourceName }) => resourceName === topic.name)?.configEntries ?? [];
        const actual = own.map(({ configName: name, configValue: value }) => ({ name, value }));
        expect(actual).toEqual(expect.arrayContaining(entriesOf(topic)));
      }
    });
  });
