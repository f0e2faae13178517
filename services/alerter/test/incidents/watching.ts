import { type AlertTransition, minuteMs, secondMs, type TickRecord } from '@custody/decision';
import { createLogger } from '@custody/runtime';
import type { StoreClient } from '@custody/store';
import { ManualClock } from '../../../../test/kit/manual-clock.ts';
import { clickhouseTickStore } from '../../src/tick/clickhouse-tick-store.ts';
import { clickhouseOrders } from '../../src/tick/read-orders.ts';
import { Tick } from '../../src/tick/tick.ts';

/** How long after the moment that is judged the alerter looks, by default. */
const watchMs = 8 * secondMs;

/** Looks at a store as the service does by default, over a range of the decisions' time, and returns every step of every alert. */
export async function watchStore(client: StoreClient, fromMs: number, toMs: number): Promise<AlertTransition[]> {
  const clock = new ManualClock(fromMs);
  const tick = new Tick({
    ...{
      store: clickhouseTickStore(client),
      fileRules: () => [],
      channelNames: () => [],
      publicUrl: '',
      isDemo: false,
    },
    ...{ orders: clickhouseOrders(client, createLogger({ service: 'test', level: 'silent' })), clock },
  });
  const steps: AlertTransition[] = [];
  let head: TickRecord | null = null;
  for (let atMs = fromMs; atMs <= toMs; atMs += minuteMs / 2) {
    await clock.advance(atMs + watchMs - clock.now());
    const outcome = await tick.look(head, atMs, AbortSignal.timeout(10 * minuteMs));
    head = { ...outcome, kept: [] } as unknown as TickRecord;
    steps.push(...outcome.transitions.map(({ transition }) => transition));
  }
  return steps;
}
