import { CustodyError, systemClock } from '@custody/runtime';
import { expect, test } from 'vitest';
import { consumerErrors } from '../src/errors.ts';
import { inBackground } from '../src/in-background.ts';
import { createConsumerMetrics } from '../src/metrics.ts';
import { silent } from './kit/store.ts';

test('work in the background that fails is counted and tried again, and a stop ends it without a failure', async () => {
  const stopping = new AbortController();
  const pauses: number[] = [];
  const clock = { ...systemClock, now: systemClock.now, sleep: async (ms: number) => void pauses.push(ms) };
  const metrics = createConsumerMetrics({ clock, readLag: async () => [] });
  let tries = 0;
  const work = async () => {
    tries += 1;
    if (tries < 3) throw new Error('the store takes no such statement');
    stopping.abort();
    throw new CustodyError(consumerErrors.CONSUMER_INTERRUPTED, 'given up');
  };
  await inBackground('flips', work, { clock, logger: silent, metrics })(stopping.signal);
  expect({ tries, pauses }).toEqual({ tries: 3, pauses: [60_000, 60_000] });
  const { values } = await metrics.backgroundFailures.get();
  expect(values).toMatchObject([{ labels: { work: 'flips' }, value: 2 }]);
});

test('work in the background that comes to its end is not begun again', async () => {
  const metrics = createConsumerMetrics({ clock: systemClock, readLag: async () => [] });
  let begun = 0;
  const work = async () => {
    begun += 1;
    if (begun > 1) throw new Error('begun again');
  };
  await inBackground('flips', work, { clock: systemClock, logger: silent, metrics })(new AbortController().signal);
  expect(begun).toBe(1);
});
