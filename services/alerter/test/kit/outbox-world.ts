import type { AlertTransition, DeliveryRecord } from '@custody/decision';
import { CustodyError, createLogger, Registry } from '@custody/runtime';
import { ManualClock, settle } from '../../../../test/kit/manual-clock.ts';
import type { Channel } from '../../src/delivery/channel.ts';
import { createDeliveryMetrics } from '../../src/delivery/delivery-metrics.ts';
import { deliveryErrors } from '../../src/delivery/errors.ts';
import { Outbox } from '../../src/delivery/outbox.ts';
import type { Send, SendOutcome } from '../../src/delivery/send.ts';

export const startMs = Date.UTC(2026, 10, 27, 10, 6);

export const delivered: SendOutcome = { outcome: 'delivered', status: 200 };

export function failed(code: keyof typeof deliveryErrors, retryAfterMs: number | null = null): SendOutcome {
  return { outcome: 'failed', error: new CustodyError(deliveryErrors[code], 'it said no'), status: 500, retryAfterMs };
}

export interface Sent {
  readonly channel: string;
  readonly transition: AlertTransition;
  readonly atMs: number;
  readonly previous: AlertTransition | null;
}

/** What a receiver answers, and when. */
export type Answers = (sent: Sent, signal: AbortSignal) => SendOutcome | Promise<SendOutcome>;

/** An outbox with a topic, a clock that stands still, and receivers that answer as they are told. */
export function outboxWorld(channels: readonly Channel[], answers: Answers = () => delivered) {
  const clock = new ManualClock(startMs);
  const sent: Sent[] = [];
  const records: DeliveryRecord[] = [];
  const lines: string[] = [];
  const registry = new Registry();
  const send: Send = async (transition, { name }, { nowMs, previous, signal }) => {
    const one = { channel: name, transition, atMs: nowMs, previous };
    sent.push(one);
    const given = new Promise<never>((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)));
    given.catch(() => undefined);
    return Promise.race([answers(one, signal), given]);
  };
  const world = {
    ...{ clock, sent, records, lines, registry, channels },
    /** Replaced where writing to the topic fails. */
    record: async (record: DeliveryRecord) => {
      records.push(record);
    },
    /** As a process that begins to lead, or goes on to after a crash: it reads the topic, and delivers. */
    begin(transitions: readonly AlertTransition[]) {
      const logger = createLogger({ service: 'test', destination: { write: (line) => lines.push(line) } });
      const options = { channels: () => world.channels, send, record: (one: DeliveryRecord) => world.record(one) };
      const ofMetrics = world.registry.getMetricsAsArray().length > 0 ? new Registry() : registry;
      const metrics = createDeliveryMetrics(ofMetrics, clock, () => outbox.health());
      const outbox: Outbox = new Outbox({ ...options, clock, random: () => 1, logger, metrics });
      for (const transition of transitions) outbox.accept(transition);
      for (const record of records) outbox.note(record);
      const stopping = new AbortController();
      const running = outbox.run(stopping.signal);
      running.catch(() => undefined);
      const stop = async () => {
        stopping.abort(new Error('stopping'));
        await running;
      };
      return { outbox, running, stop };
    },
    settle,
  };
  return world;
}

/** "channel kind" of each request. */
export function told(sent: readonly Sent[]): string[] {
  return sent.map(({ channel, transition }) => `${channel} ${transition.kind}`);
}
