import type { Log } from '@custody/log';
import { Lifecycle, type SourceKind, systemClock } from '@custody/runtime';
import { startConsumer } from '../../src/consumer.ts';
import type { ConsumerStore } from '../../src/consumer-store.ts';
import { type ConsumerMetrics, createConsumerMetrics } from '../../src/metrics.ts';
import { silent } from './store.ts';

export interface TestConsumer {
  readonly metrics: ConsumerMetrics;
  /** Resolves once it takes decisions. */
  readonly started: Promise<void>;
  /** Stops it; rejects with what made it fail. */
  stop(): Promise<void>;
  /** Settles when it ended by itself. */
  readonly ended: Promise<void>;
  /** The value of a counter, over all its labels. */
  total(name: 'retries' | 'records' | 'deadLetters' | 'unreadableValues'): Promise<number>;
}

/** A consumer on the given parts, as `compose` builds it. */
export function runTestConsumer(
  log: Log,
  store: ConsumerStore,
  { group, source = 'simulator' }: { readonly group?: string | undefined; readonly source?: SourceKind } = {},
): TestConsumer {
  const lifecycle = new Lifecycle({ logger: silent });
  const metrics = createConsumerMetrics({ clock: systemClock, readLag: async () => [] });
  const parts = { log, store, clock: systemClock, logger: silent, metrics, lifecycle, source };
  const started = startConsumer(group === undefined ? parts : { ...parts, group });
  // What the start throws ends the service, as `runProcess` does it.
  lifecycle.go('start', () => started);
  const ended = lifecycle.wait();
  ended.catch(() => undefined);
  return {
    metrics,
    started,
    ended,
    async stop() {
      lifecycle.stop('test');
      await ended;
    },
    async total(name) {
      const { values } = await metrics[name].get();
      return values.reduce((sum, { value }) => sum + value, 0);
    },
  };
}
