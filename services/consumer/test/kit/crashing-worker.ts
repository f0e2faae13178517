import { openLmdbLog } from '@custody/log';
import { Lifecycle, systemClock } from '@custody/runtime';
import { z } from 'zod';
import { startConsumer } from '../../src/consumer.ts';
import { type ConsumerStore, clickhouseStore } from '../../src/consumer-store.ts';
import { createConsumerMetrics } from '../../src/metrics.ts';
import { clientOf, silent } from './store.ts';

/** A consumer process that kills itself with SIGKILL at a chosen moment of a chosen write, of a chosen rewrite, or of a chosen finding of flips. */
const order = z.object({
  logDirectory: z.string(),
  storeUrl: z.string(),
  /** The write of decisions at which it dies; absent: never. */
  dieAtWrite: z.number().optional(),
  /** Of the steps in which stored decisions are attributed anew, the one at which it dies. */
  dieAtRewrite: z.number().optional(),
  /** Of the steps in which flips are found, the one at which it dies. */
  dieAtFlips: z.number().optional(),
  /** `before` the write, or `after` it: between write and commit. */
  moment: z.enum(['before', 'after']).default('after'),
});

const { logDirectory, storeUrl, dieAtWrite, dieAtRewrite, dieAtFlips, moment } = order.parse(
  JSON.parse(process.argv[2] ?? ''),
);

/** The same work, during the n-th of which the process dies. */
function dyingAt<Args extends unknown[]>(deadly: number | undefined, work: (...args: Args) => Promise<void>) {
  let calls = 0;
  const dieAt = (call: number, now: string) => {
    if (call === deadly && now === moment) process.kill(process.pid, 'SIGKILL');
  };
  return async (...args: Args) => {
    calls += 1;
    // Its own number: another one may begin before this one ends.
    const call = calls;
    dieAt(call, 'before');
    await work(...args);
    dieAt(call, 'after');
  };
}

function dying(store: ConsumerStore): ConsumerStore {
  const reattribution = { ...store.reattribution, rewrite: dyingAt(dieAtRewrite, store.reattribution.rewrite) };
  const flips = { ...store.flips, compute: dyingAt(dieAtFlips, store.flips.compute) };
  return { ...store, writeDecisions: dyingAt(dieAtWrite, store.writeDecisions), reattribution, flips };
}

const log = await openLmdbLog({ directory: logDirectory });
const lifecycle = new Lifecycle({ logger: silent });
const metrics = createConsumerMetrics({ clock: systemClock, readLag: async () => [] });
const store = dying(clickhouseStore(clientOf(storeUrl)));
const reattribution = { gatherMs: 0, mostRows: 300 };
const flips = { everyMs: 20, mostRows: 300 };
const parts = { log, store, clock: systemClock, logger: silent, metrics, lifecycle, reattribution, flips };
await startConsumer({ ...parts, source: 'simulator' });
process.send?.('started');
await lifecycle.wait();
