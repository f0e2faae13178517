import type { Log } from '@custody/log';
import { afterAll, afterEach, beforeAll, beforeEach } from 'vitest';
import { type ConsumerStore, clickhouseStore } from '../../src/consumer-store.ts';
import { runTestConsumer, type TestConsumer } from './consumer.ts';
import { startStore, type TestStore } from './store.ts';
import { startLog, type TestLog } from './topic-log.ts';

export interface StageConsumer {
  /** Default: the stage's own. */
  readonly log?: Log;
  readonly into?: ConsumerStore;
  readonly group?: string | undefined;
  readonly liveFirstMs?: number;
  readonly mostRows?: number;
  readonly flipsEveryMs?: number;
}

export interface Stage {
  /** One for all tests of a file. */
  readonly store: TestStore;
  /** A new one for each test. */
  readonly testLog: TestLog;
  /** A consumer that is stopped after the test at the latest. */
  consume(options?: StageConsumer): TestConsumer;
  stopAll(): Promise<void>;
}

/**
 * Gives the tests of a file a real store, and each of them a log and its consumers. A consumer that failed fails its
 * test, unless the tests are about failing.
 */
export function useStage({ mayFail = false }: { readonly mayFail?: boolean } = {}): Stage {
  const running = new Set<TestConsumer>();
  let store: TestStore;
  let testLog: TestLog;
  const stopAll = async () => {
    for (const consumer of running) await consumer.stop();
  };
  beforeAll(async () => {
    store = await startStore();
  });
  afterAll(() => store.close());
  beforeEach(async () => {
    testLog = await startLog();
  });
  afterEach(async () => {
    try {
      await (mayFail ? stopAll().catch(() => undefined) : stopAll());
    } finally {
      running.clear();
      await testLog.close();
    }
  });
  return {
    get store() {
      return store;
    },
    get testLog() {
      return testLog;
    },
    consume({ log = testLog.log, into = clickhouseStore(store.client), ...options } = {}) {
      const consumer = runTestConsumer(log, into, options);
      const own: TestConsumer = {
        ...consumer,
        stop() {
          running.delete(own);
          return consumer.stop();
        },
      };
      running.add(own);
      return own;
    },
    stopAll,
  };
}
