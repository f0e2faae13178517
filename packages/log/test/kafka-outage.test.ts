import { expect, test, vi } from 'vitest';
import { describeWithKafka } from '../../../test/kit/with-kafka.ts';
import { type Log, openKafkaLog } from '../src/index.ts';

const patient = { timeout: 30_000, interval: 20 };

await describeWithKafka('the log on a broker that goes away', { kills: true }, (kafka) => {
  test('appends fail in a way that passes, and readers wait and go on by themselves', async () => {
    const log = openKafkaLog({ brokers: kafka().bootstrap, leaderTimeoutMs: 6_000 });
    const topic = 'outage';
    await log.ensureTopics([{ name: topic, partitions: 2, cleanup: 'delete', why: 'test' }]);
    const consumed = new Set<string>();
    const followed = new Set<string>();
    const ending = new AbortController();
    let terms = 0;
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
    const lead = log.lead(
      'leader',
      (signal) => {
        terms += 1;
        return new Promise((resolve) => signal.addEventListener('abort', () => resolve()));
      },
      ending.signal,
    );
    const others: Log[] = [];
    const openLate = () => {
      const other = openKafkaLog({ brokers: kafka().bootstrap, leaderTimeoutMs: 6_000 });
      others.push(other);
      return other;
    };
    const append = (n: number) => log.append(topic, [{ key: String(n), value: Buffer.from(String(n)) }]);
    await append(1);
    await vi.waitFor(() => expect([consumed.size, followed.size, terms]).toEqual([1, 1, 1]), patient);
    await kafka().kill(1);
    expect(kafka().pidOf(1)).toBeNull();
    await expect(append(2)).rejects.toMatchObject({ code: 'LOG_UNAVAILABLE', retriable: true });
    const late = new Set<string>();
    const lateFollower = openLate().follow({
      topic,
      onRecords: (records) => {
        for (const { value } of records) late.add(String(value));
      },
    });
    let lateTerms = 0;
    const lateLead = openLate().lead(
      'late',
      async () => {
        lateTerms += 1;
      },
      ending.signal,
    );
    await expect(openLate().lag('g', topic)).rejects.toMatchObject({ code: 'LOG_UNAVAILABLE' });
    await kafka().start(1);
    await vi.waitFor(() => append(3), patient);
    // What was there before is there again, at the same address.
    await vi.waitFor(() => expect([late.has('1'), late.has('3'), lateTerms]).toEqual([true, true, 1]), patient);
    await vi.waitFor(() => expect([consumed.has('3'), followed.has('3')]).toEqual([true, true]), patient);
    await vi.waitFor(() => expect(terms).toBeGreaterThan(0), patient);
    ending.abort();
    await Promise.all([consumption.stop(), follower.stop(), lead, lateLead, lateFollower.stop()]);
    await Promise.all([consumption.done, follower.done]);
    await Promise.all([log, ...others].map((one) => one.close()));
  }, 90_000);
});
