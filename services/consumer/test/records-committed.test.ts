import { createRecordsCommitted, logErrors } from '@custody/log';
import { CustodyError, systemClock } from '@custody/runtime';
import { expect, test } from 'vitest';
import { createConsumerMetrics } from '../src/metrics.ts';
import { createPatience } from '../src/patience.ts';
import { silent } from './kit/store.ts';

test('a log that is away meanwhile is asked again, at the first look and at every later one', async () => {
  const metrics = createConsumerMetrics({ clock: systemClock, readLag: async () => [] });
  const patiently = createPatience({ logger: silent, metrics, maxDelayMs: 1 });
  const committed = ['away', 3, 'away', 'away', 5] as const;
  let asked = 0;
  const log = {
    async lag(_group: string, topic: string) {
      const answer = committed[asked] ?? 5;
      asked += 1;
      if (answer === 'away') throw new CustodyError(logErrors.LOG_UNAVAILABLE, 'no broker answers');
      return [{ topic, partition: 0, committedOffset: answer, firstOffset: 0, endOffset: 5 }];
    },
  };
  const group = { group: 'custody.test', topic: 'custody.decisions.v1' };
  await createRecordsCommitted({ log, patiently, clock: systemClock, ...group })(new AbortController().signal);
  expect(asked).toBe(committed.length);
});

test('who stops waiting is told so, and does not wait for the group', async () => {
  const metrics = createConsumerMetrics({ clock: systemClock, readLag: async () => [] });
  const patiently = createPatience({ logger: silent, metrics, maxDelayMs: 1 });
  const stopping = new AbortController();
  const log = {
    async lag(_group: string, topic: string) {
      setImmediate(() => stopping.abort());
      return [{ topic, partition: 0, committedOffset: 0, firstOffset: 0, endOffset: 5 }];
    },
  };
  const group = { group: 'custody.test', topic: 'custody.decisions.v1' };
  const committed = createRecordsCommitted({ log, patiently, clock: systemClock, ...group });
  await expect(committed(stopping.signal)).rejects.toMatchObject({ code: 'CONSUMER_INTERRUPTED' });
});
