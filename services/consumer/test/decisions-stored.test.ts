import { logErrors } from '@custody/log';
import { CustodyError, systemClock } from '@custody/runtime';
import { expect, test } from 'vitest';
import { createDecisionsStored } from '../src/decisions-stored.ts';
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
  const decisionsStored = createDecisionsStored({ log, patiently, clock: systemClock, group: 'custody.test' });
  await decisionsStored(new AbortController().signal);
  expect(asked).toBe(committed.length);
});
