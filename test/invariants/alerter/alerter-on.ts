import { type AlertTransition, minuteMs } from '@custody/decision';
import type { Log } from '@custody/log';
import { type Clock, CustodyError, createLogger, systemClock } from '@custody/runtime';
import { Alerter } from '../../../services/alerter/src/alerter.ts';
import { createDeliveryMetrics } from '../../../services/alerter/src/delivery/delivery-metrics.ts';
import { deliveryErrors } from '../../../services/alerter/src/delivery/errors.ts';
import { Outbox } from '../../../services/alerter/src/delivery/outbox.ts';
import type { Send } from '../../../services/alerter/src/delivery/send.ts';
import { createAlerterMetrics } from '../../../services/alerter/src/metrics.ts';
import { alerterPatience } from '../../../services/alerter/src/patience.ts';
import { Tick } from '../../../services/alerter/src/tick/tick.ts';
import { webhookChannel } from '../../../services/alerter/test/kit/channels.ts';
import { quietEnvironment, scriptedStore, sweeping } from '../../../services/alerter/test/kit/scripted-look.ts';

const logger = createLogger({ service: 'test', level: 'silent' });
const startMs = Date.UTC(2026, 4, 20, 10);

/** What several alerters look at, by one time that goes on as they do, and whom they tell. */
export class World {
  nowMs = startMs;
  /** Who looked, in order. */
  readonly looked: string[] = [];
  /** What was tried to be told, by whom. */
  readonly sent: { readonly by: string; readonly transition: AlertTransition }[] = [];

  /** Every second minute another agent is denied on many tools, and goes on to be. */
  environmentAt(atMs: number) {
    const agents = 1 + Math.floor((atMs - startMs) / (2 * minuteMs));
    const deniedTools = Array.from({ length: agents }, (_, n) => sweeping(`agent|${n}`, 5, 10 * n)).flat();
    return quietEnvironment(atMs, { deniedTools });
  }
}

/** What is told of the first agent no receiver ever takes. */
function sending(world: World, by: string): Send {
  return async (transition) => {
    world.sent.push({ by, transition });
    if (transition.subject.key !== 'agent|0') return { outcome: 'delivered', status: 204 };
    const error = new CustodyError(deliveryErrors.DELIVERY_REJECTED, 'it does not want to know');
    return { outcome: 'failed', error, status: 403, retryAfterMs: null };
  };
}

/** An alerter on a log, which looks at the world as fast as its outcomes come to count. */
export function alerterOn(log: Log, world: World, name: string): Alerter {
  const clock: Clock = { now: () => world.nowMs, sleep: systemClock.sleep };
  const metrics = createAlerterMetrics();
  const channel = webhookChannel('http://receiver.test');
  const deliveryMetrics = createDeliveryMetrics(metrics.registry, clock, () => []);
  const store = scriptedStore((atMs) => {
    world.looked.push(name);
    return world.environmentAt(atMs);
  });
  const tick = new Tick({
    ...{ store, orders: async () => ({ rules: [], actions: [], silences: [] }), fileRules: () => [], clock },
    ...{ channelNames: () => [channel.name], publicUrl: '', isDemo: false },
  });
  return new Alerter({
    ...{ log, tick, clock, logger, metrics, patiently: alerterPatience(logger, metrics) },
    recordStore: { writeTransitions: async () => undefined, writeLooks: async () => undefined },
    outbox: (record) => {
      const parts = { channels: () => [channel], send: sending(world, name), record, clock, logger };
      return new Outbox({ ...parts, metrics: deliveryMetrics, random: () => 1 });
    },
    schedule: {
      start(onTick) {
        let isOver = false;
        const look = async () => {
          while (!isOver) {
            world.nowMs += minuteMs / 2;
            await onTick(world.nowMs);
          }
        };
        void look();
        return () => {
          isOver = true;
        };
      },
    },
  });
}
