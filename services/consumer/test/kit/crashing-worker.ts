import { openLmdbLog } from '@custody/log';
import { Lifecycle, systemClock } from '@custody/runtime';
import { z } from 'zod';
import { startConsumer } from '../../src/consumer.ts';
import { type ConsumerStore, clickhouseStore } from '../../src/consumer-store.ts';
import { createConsumerMetrics } from '../../src/metrics.ts';
import { clientOf, silent } from './store.ts';

/** A consumer process that kills itself with SIGKILL at a chosen moment of a chosen write. */
const order = z.object({
  logDirectory: z.string(),
  storeUrl: z.string(),
  /** The write of decisions at which it dies; absent: never. */
  dieAtWrite: z.number().optional(),
  /** `before` the write, or `after` it: between write and commit. */
  moment: z.enum(['before', 'after']).default('after'),
});

const { logDirectory, storeUrl, dieAtWrite, moment } = order.parse(JSON.parse(process.argv[2] ?? ''));

function dying(store: ConsumerStore): ConsumerStore {
  let writes = 0;
  const dieAt = (write: number, now: string) => {
    if (write === dieAtWrite && now === moment) process.kill(process.pid, 'SIGKILL');
  };
  return {
    ...store,
    async writeDecisions(block, signal) {
      writes += 1;
      // Its own number: another write may begin before this one ends.
      const write = writes;
      dieAt(write, 'before');
      await store.writeDecisions(block, signal);
      dieAt(write, 'after');
    },
  };
}

const log = await openLmdbLog({ directory: logDirectory });
const lifecycle = new Lifecycle({ logger: silent });
const metrics = createConsumerMetrics({ clock: systemClock, readLag: async () => [] });
const store = dying(clickhouseStore(clientOf(storeUrl)));
await startConsumer({ log, store, clock: systemClock, logger: silent, metrics, lifecycle, source: 'simulator' });
process.send?.('started');
await lifecycle.wait();
