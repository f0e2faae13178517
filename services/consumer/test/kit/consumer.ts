import type { Log } from '@custody/log';
import { Lifecycle, type SourceKind, systemClock } from '@custody/runtime';
import { startConsumer } from '../../src/consumer.ts';
import type { ConsumerStore } from '../../src/consumer-store.ts';
import { type ConsumerMetrics, createConsumerMetrics } from '../../src/metrics.ts';
import { silent } from './store.ts';
import { decisionsTopic, spread } from './topic-log.ts';

export interface TestConsumer {
  readonly metrics: ConsumerMetrics;
  /** Resolves once it takes decisions. */
  readonly started: Promise<void>;
  /** Stops it; rejects with what made it fail. */
  stop(): Promise<void>;
  /** Settles when it ended by itself. */
  readonly ended: Promise<void>;
  /** Whether it reads fresh decisions ahead of a backlog. */
  isLiveFirst(): boolean;
  /** The value of a counter, over all its labels. */
  total(name: 'retries' | 'records' | 'deadLetters' | 'unreadableValues'): Promise<number>;
}

export interface TestConsumerOptions {
  readonly group?: string | undefined;
  readonly source?: SourceKind;
  readonly liveFirstMs?: number;
  /** Of a step of re-attribution. */
  readonly mostRows?: number | undefined;
  /** Between two looks for flips; default: one at the start only. */
  readonly flipsEveryMs?: number | undefined;
}

/** A consumer on the given parts, as `compose` builds it. */
export function runTestConsumer(
  log: Log,
  store: ConsumerStore,
  { source = 'simulator', mostRows = 500, flipsEveryMs = 3_600_000, ...rest }: TestConsumerOptions = {},
): TestConsumer {
  const lifecycle = new Lifecycle({ logger: silent });
  let tails = 0;
  const counting: Log = {
    ...spread(log),
    follow(options) {
      const follower = log.follow(options);
      if (options.topic !== decisionsTopic) return follower;
      tails += 1;
      void follower.done.finally(() => {
        tails -= 1;
      });
      return follower;
    },
  };
  const metrics = createConsumerMetrics({ clock: systemClock, readLag: async () => [] });
  // Tests wait for it: nothing is gathered for longer than it takes.
  const reattribution = { gatherMs: 0, mostRows };
  const flips = { everyMs: flipsEveryMs, mostRows };
  const parts = {
    log: counting,
    store,
    clock: systemClock,
    logger: silent,
    metrics,
    lifecycle,
    source,
    reattribution,
    flips,
  };
  const given = Object.fromEntries(Object.entries(rest).filter(([, value]) => value !== undefined));
  const started = startConsumer({ ...parts, ...given });
  // What the start throws ends the service, as `runProcess` does it.
  lifecycle.go('start', () => started);
  const ended = lifecycle.wait();
  ended.catch(() => undefined);
  return {
    metrics,
    started,
    ended,
    isLiveFirst: () => tails > 0,
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
