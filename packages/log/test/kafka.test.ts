import { randomBytes, randomUUID } from 'node:crypto';
import { createLogger, systemClock } from '@custody/runtime';
import kafkajs from 'kafkajs';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { deleteRecords } from '../../../test/kit/delete-records.ts';
import { describeWithKafka } from '../../../test/kit/with-kafka.ts';
import { type ConsumeOptions, type Log, type LogRecord, openKafkaLog } from '../src/index.ts';
import { murmur2 } from '../src/partitioner.ts';
import { describeLogContract, type LogWorker } from './contract.ts';
import { startWorker } from './worker-process.ts';

const script = new URL('./kafka-worker.ts', import.meta.url);
const patient = { timeout: 30_000, interval: 20 };

await describeWithKafka('the log on one broker', {}, (kafka) => {
  const options = () => ({ brokers: kafka().bootstrap, leaderTimeoutMs: 6_000 });

  async function withAdmin<T>(work: (admin: kafkajs.Admin) => Promise<T>): Promise<T> {
    const brokers = [...kafka().bootstrap];
    const admin = new kafkajs.Kafka({ brokers, logLevel: kafkajs.logLevel.NOTHING }).admin();
    await admin.connect();
    return work(admin).finally(() => admin.disconnect());
  }

  describeLogContract('kafka', async () => {
    const log = openKafkaLog(options());
    const clients: Log[] = [log];
    const workers: LogWorker[] = [];
    return {
      log,
      async open() {
        const client = openKafkaLog(options());
        clients.push(client);
        return client;
      },
      start(role) {
        const worker = startWorker(script, options(), role);
        workers.push(worker);
        return worker;
      },
      expire: (topic) => deleteRecords(kafka().bootstrap, topic),
      async dispose() {
        await Promise.all(workers.map((worker) => worker.kill()));
        await Promise.all(clients.map((client) => client.close()));
      },
    };
  });

  describe('what only Kafka has', () => {
    let log: Log;
    let topic: string;

    beforeEach(async () => {
      log = openKafkaLog(options());
      topic = `kafka.${randomUUID().slice(0, 8)}`;
      await log.ensureTopics([{ name: topic, partitions: 1, cleanup: 'delete', retentionMs: 3_600_000, why: 'test' }]);
    });
    afterEach(() => log.close());

    const record = (value: Buffer) => [{ key: 'k', value }];

    test('records travel compressed: one above the limit passes when it shrinks, and is refused when it does not', async () => {
      await log.append(topic, record(Buffer.alloc(20 * 2 ** 20, 'x')));
      const random = log.append(topic, record(randomBytes(20 * 2 ** 20)));
      await expect(random).rejects.toMatchObject({ code: 'LOG_RECORD_TOO_LARGE', retriable: false });
      expect(await log.lag('g', topic)).toMatchObject([{ endOffset: 1 }]);
    });

    test('a topic that somebody made otherwise is reported and left as it is', async () => {
      const name = `${topic}.other`;
      await withAdmin(async (admin) => {
        const configEntries = [
          { name: 'max.message.bytes', value: '1000000' },
          { name: 'retention.ms', value: '1000' },
        ];
        await admin.createTopics({ topics: [{ topic: name, numPartitions: 2, configEntries }], waitForLeaders: false });
      });
      const differences = await log.ensureTopics([{ name, partitions: 3, cleanup: 'compact', why: 'test' }]);
      expect(differences.map(({ property, actual }) => [property, actual])).toEqual([
        ['partitions', '2'],
        ['cleanup', 'delete'],
        ['maxRecordBytes', '1000000'],
      ]);
    });

    test('two that create the same topics at once both succeed', async () => {
      const other = openKafkaLog(options());
      const specs = [1, 2, 3].map((n) => ({
        name: `${topic}.${n}`,
        partitions: 2,
        cleanup: 'delete' as const,
        why: '',
      }));
      expect(await Promise.all([log.ensureTopics(specs), other.ensureTopics(specs)])).toEqual([[], []]);
      await other.close();
    });

    test('a leader stays one when others join', async () => {
      const ending = new AbortController();
      const terms: string[] = [];
      const run = (client: Log, name: string) =>
        client.lead(
          topic,
          (signal) => {
            terms.push(name);
            return new Promise((resolve) => signal.addEventListener('abort', () => resolve()));
          },
          ending.signal,
        );
      const first = run(log, 'first');
      await vi.waitFor(() => expect(terms).toEqual(['first']), patient);
      const others = [openKafkaLog(options()), openKafkaLog(options()), openKafkaLog(options())];
      const joined = others.map((client, n) => run(client, `other ${n}`));
      await vi.waitFor(async () => expect(await membersOf(`custody.lead.${topic}`)).toBe(4), patient);
      expect(terms).toEqual(['first']);
      ending.abort();
      await Promise.all([first, ...joined]);
      await Promise.all(others.map((client) => client.close()));
    });

    function membersOf(group: string): Promise<number> {
      return withAdmin(async (admin) => {
        const { groups } = await admin.describeGroups([group]);
        return groups[0]?.state === 'Stable' ? groups[0].members.length : 0;
      });
    }

    test('what has no room in a fetch is not passed over: many partitions of large records', async () => {
      const name = `${topic}.wide`;
      await log.ensureTopics([{ name, partitions: 12, cleanup: 'compact', why: 'test' }]);
      // Larger than what is asked of one partition, so that an answer holds those of one partition alone.
      const records = Array.from({ length: 24 }, (_, n) => ({ key: `key-${n}`, value: randomBytes(1_200_000) }));
      await log.append(name, records);
      const followed = new Set<string>();
      const onRecords = (found: readonly LogRecord[]) => {
        for (const { key } of found) followed.add(key);
      };
      const follower = log.follow({ topic: name, onRecords });
      await follower.caughtUp;
      await follower.stop();
      expect(followed.size).toBe(records.length);
      expect((await log.latest(name)).records.size).toBe(records.length);
    });

    test('records for a partition that is gone are not acknowledged, and the next try finds those that are left', async () => {
      const records = Array.from({ length: 64 }, (_, n) => ({ key: `key-${n}`, value: Buffer.from('x') }));
      const name = `${topic}.anew`;
      await log.ensureTopics([{ name, partitions: 8, cleanup: 'delete', why: 'test' }]);
      await log.append(name, records);
      await withAdmin(async (admin) => {
        await admin.deleteTopics({ topics: [name] });
        const topics = [{ topic: name, numPartitions: 2 }];
        await vi.waitFor(() => admin.createTopics({ topics, waitForLeaders: false }), patient);
      });
      const stored = async () => (await log.lag('g', name)).reduce((sum, { endOffset }) => sum + endOffset, 0);
      await expect(log.append(name, records)).rejects.toMatchObject({ code: 'LOG_UNAVAILABLE', retriable: true });
      const before = await stored();
      await log.append(name, records);
      expect(await stored()).toBe(before + records.length);
    });

    test('a member that joins anew while another works can stop without waiting for it', async () => {
      const name = `${topic}.rejoin`;
      const said: string[] = [];
      const logger = createLogger({
        service: 'test',
        level: 'debug',
        destination: { write: (line: string) => void said.push(line) },
      });
      const clients = [
        openKafkaLog(options()),
        openKafkaLog({ ...options(), logger }),
        openKafkaLog(options()),
      ] as const;
      await log.ensureTopics([{ name, partitions: 2, cleanup: 'delete', why: 'test' }]);
      const ending = new AbortController();
      let isHandling = false;
      const consume = (client: Log, rest: Partial<ConsumeOptions> = {}) =>
        client.consume({
          group: name,
          topics: [name],
          sessionTimeoutMs: 6_000,
          handler: async () => undefined,
          ...rest,
        });
      const working = consume(clients[0], {
        handler: async (_, { heartbeat }) => {
          isHandling = true;
          while (!ending.signal.aborted) {
            await systemClock.sleep(300, ending.signal);
            await heartbeat();
          }
        },
      });
      let owned = 0;
      const onAssigned: ConsumeOptions['onAssigned'] = (assignment) => {
        owned = assignment[name]?.length ?? 0;
      };
      const idle = consume(clients[1], { onAssigned });
      await vi.waitFor(() => expect(owned).toBe(1), patient);
      await log.append(
        name,
        Array.from({ length: 16 }, (_, n) => ({ key: `key-${n}`, value: Buffer.from('x') })),
      );
      await vi.waitFor(() => expect(isHandling).toBe(true), patient);
      const third = consume(clients[2]);
      await vi.waitFor(() => expect(said.join()).toContain('re-joining'), patient);
      await idle.stop();
      expect(ending.signal.aborted).toBe(false);
      ending.abort();
      await Promise.all([working.stop(), third.stop()]);
      await Promise.all(clients.map((client) => client.close()));
    });

    test('questions about several topics at once do not mislead each other', async () => {
      const names = Array.from({ length: 12 }, (_, n) => `${topic}.${n}`);
      const work = names.map(async (name) => {
        await log.ensureTopics([{ name, partitions: 2, cleanup: 'delete', why: 'test' }]);
        return log.lag('g', name);
      });
      expect((await Promise.all(work)).map((lags) => lags.length)).toEqual(names.map(() => 2));
    });

    test('a key has the partition that Kafka’s own clients give it', async () => {
      const name = `${topic}.keys`;
      await log.ensureTopics([{ name, partitions: 7, cleanup: 'delete', why: 'test' }]);
      const keys = ['21', 'foobar', 'agent|cursor_abc', 'é'];
      await log.append(
        name,
        keys.map((key) => ({ key, value: Buffer.from(key) })),
      );
      const partitions = new Map<string, number>();
      const follower = log.follow({
        topic: name,
        onRecords: (records) => {
          for (const { key, partition } of records) partitions.set(key, partition);
        },
      });
      await follower.caughtUp;
      await follower.stop();
      const expected = keys.map((key) => (murmur2(Buffer.from(key)) & 0x7fffffff) % 7);
      expect(keys.map((key) => partitions.get(key))).toEqual(expected);
    });
  });
});
