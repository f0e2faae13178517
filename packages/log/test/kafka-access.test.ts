import kafkajs from 'kafkajs';
import { expect, test } from 'vitest';
import { describeWithKafka } from '../../../test/kit/with-kafka.ts';
import { openKafkaLog } from '../src/index.ts';

const { AclOperationTypes, AclPermissionTypes, AclResourceTypes, ResourcePatternTypes } = kafkajs;

await describeWithKafka('the log with the least of rights', { kills: true }, (kafka) => {
  /** From now on, nothing but this may be done with the topic. */
  async function allowOnly(topic: string, operations: readonly kafkajs.AclOperationTypes[]): Promise<void> {
    const admin = new kafkajs.Kafka({ brokers: [...kafka().bootstrap], logLevel: kafkajs.logLevel.NOTHING }).admin();
    await admin.connect();
    const acl = operations.map((operation) => ({
      resourceType: AclResourceTypes.TOPIC,
      resourceName: topic,
      resourcePatternType: ResourcePatternTypes.LITERAL,
      principal: 'User:ANONYMOUS',
      host: '*',
      operation,
      permissionType: AclPermissionTypes.ALLOW,
    }));
    await admin.createAcls({ acl }).finally(() => admin.disconnect());
  }

  test('a topic whose settings are not shown is believed; one that may not be written says so', async () => {
    const log = openKafkaLog({ brokers: kafka().bootstrap });
    const topic = 'access';
    const hidden = { name: topic, partitions: 1, cleanup: 'compact' as const, why: 'test' };
    const shown = { ...hidden, name: 'access.shown' };
    await log.ensureTopics([hidden, shown]);
    await log.append(topic, [{ key: 'k', value: Buffer.from('v') }]);
    await allowOnly(topic, [AclOperationTypes.DESCRIBE, AclOperationTypes.READ]);
    const wanted = [hidden, { ...shown, cleanup: 'delete' as const, retentionMs: 1 }];
    expect((await log.ensureTopics(wanted)).map(({ topic: name, property }) => [name, property])).toContainEqual([
      'access.shown',
      'cleanup',
    ]);
    expect([...(await log.latest(topic)).records.keys()]).toEqual(['k']);
    const denied = { code: 'LOG_ACCESS_DENIED', retriable: false };
    await expect(log.append(topic, [{ key: 'k', value: null }])).rejects.toMatchObject(denied);
    await log.close();
  });
});
