import { setTimeout as delay } from 'node:timers/promises';
import { expect, test, vi } from 'vitest';
import { describeWithKafka } from '../../../test/kit/with-kafka.ts';
import { openKafkaLog } from '../src/index.ts';

await describeWithKafka('the log on three brokers', { brokers: 3 }, (kafka) => {
  test('with one after the other killed, nothing acknowledged is lost, and readers go on', async () => {
    const log = openKafkaLog({ brokers: kafka().bootstrap });
    const topic = 'failover';
    const spec = { name: topic, partitions: 6, cleanup: 'delete' as const, why: 'test' };
    expect(await log.ensureTopics([spec])).toEqual([]);
    const acknowledged: string[] = [];
    const consumed = new Set<string>();
    const followed = new Set<string>();
    const consumption = log.consume({
      group: 'g',
      topics: [topic],
      sessionTimeoutMs: 6_000,
      handler: async ({ records }) => {
        for (const { value } of records) consumed.add(String(value));
      },
    });
    const follower = log.follow({
      topic,
      onRecords: (records) => {
        for (const { value } of records) followed.add(String(value));
      },
    });
    let isWriting = true;
    const writing = (async () => {
      for (let n = 0; isWriting; n += 50) {
        const values = Array.from({ length: 50 }, (_, k) => String(n + k));
        const records = values.map((value) => ({ key: `key-${Number(value) % 16}`, value: Buffer.from(value) }));
        // As every caller does: what failed in a way that passes is appended again.
        await vi.waitFor(() => log.append(topic, records), { timeout: 60_000, interval: 100 });
        acknowledged.push(...values);
        // What is under way when a broker dies is the trial, not how much was written before: that only keeps brokers busy.
        await delay(20);
      }
    })();
    const growsBy = async (count: number) => {
      const goal = acknowledged.length + count;
      await vi.waitFor(() => expect(acknowledged.length).toBeGreaterThan(goal), { timeout: 60_000, interval: 50 });
    };
    await growsBy(500);
    for (const broker of [1, 2]) {
      await kafka().kill(broker);
      await growsBy(500);
      await kafka().start(broker);
      await growsBy(500);
    }
    isWriting = false;
    await writing;
    const all = [...acknowledged].sort();
    await vi.waitFor(() => expect([...consumed].sort()).toEqual(all), { timeout: 60_000, interval: 200 });
    await vi.waitFor(() => expect([...followed].sort()).toEqual(all), { timeout: 60_000, interval: 200 });
    await Promise.all([consumption.stop(), follower.stop()]);
    await log.close();
  }, 180_000);
});
