import { setTimeout as delay } from 'node:timers/promises';
import type { LogEngine } from './log-engines.ts';
import { timed } from './measure.ts';

/** Long enough for a dozen looks and signs of life. */
const longestIdleMs = 10_000;

export interface Idle {
  readonly firstRecordMs: number;
  /** Processor time of this process while a consumption, a follower and a leader waited, percent of one core. */
  readonly idlePercent: number;
}

/** What a service's use of a log costs while nothing happens. `idleMs` bounds how long that is looked at. */
export async function idle(engine: LogEngine, idleMs: number): Promise<Idle> {
  const lookMs = Math.min(longestIdleMs, idleMs);
  await using opened = await engine.open();
  const { log, topic } = opened;
  await log.append(topic, [{ key: 'k', value: Buffer.from('v') }]);
  const first = Promise.withResolvers<void>();
  const ending = new AbortController();
  const led = Promise.withResolvers<void>();
  const firstRecordMs = await timed(async () => {
    const consumption = log.consume({ group: topic, topics: [topic], handler: async () => first.resolve() });
    await Promise.race([first.promise, consumption.done]);
  });
  await log.follow({ topic, onRecords: () => undefined }).caughtUp;
  const lead = log.lead(
    topic,
    (signal) => {
      led.resolve();
      return new Promise((resolve) => signal.addEventListener('abort', () => resolve()));
    },
    ending.signal,
  );
  await Promise.race([led.promise, lead]);
  // What starting left to do is none of idling.
  await delay(lookMs / 5);
  const before = process.cpuUsage();
  const elapsedMs = await timed(() => delay(lookMs));
  const { user, system } = process.cpuUsage(before);
  ending.abort();
  await lead;
  return { firstRecordMs, idlePercent: (user + system) / 1_000 / elapsedMs / 0.01 };
}
