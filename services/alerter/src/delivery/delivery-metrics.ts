import { secondMs } from '@custody/decision';
import { type Clock, Counter, Gauge, type Registry } from '@custody/runtime';

/** A channel as it stands, for gauges and readiness. */
export interface ChannelHealth {
  readonly channel: string;
  readonly owed: number;
  /** Since when the oldest is owed, milliseconds; `null`: nothing is. */
  readonly oldestMs: number | null;
  readonly dead: number;
  /** Attempts that failed since the last that did not. */
  readonly failures: number;
  /** Why the last one failed; `''` where none did. */
  readonly problem: string;
}

export interface DeliveryMetrics {
  /** Requests, by what came of them: `delivered`, or an error code. */
  readonly attempts: Counter<'channel' | 'result'>;
  /** Deliveries that are settled: `delivered`, `dead`, `skipped`. */
  readonly settled: Counter<'channel' | 'outcome'>;
}

/** What delivery counts. `health` is asked when the metrics are read. */
export function createDeliveryMetrics(
  registry: Registry,
  clock: Clock,
  health: () => readonly ChannelHealth[],
): DeliveryMetrics {
  const registers = [registry];
  const gauge = (name: string, help: string, measure: (channel: ChannelHealth) => number) =>
    new Gauge({
      name,
      help,
      labelNames: ['channel'],
      registers,
      collect() {
        this.reset();
        for (const channel of health()) this.set({ channel: channel.channel }, measure(channel));
      },
    });
  gauge('custody_alert_deliveries_owed', 'Transitions that a channel has not had yet.', ({ owed }) => owed);
  gauge(
    'custody_alert_deliveries_oldest_seconds',
    'How long the oldest of them is owed; 0 for none.',
    ({ oldestMs }) => (oldestMs === null ? 0 : Math.max(0, clock.now() - oldestMs) / secondMs),
  );
  gauge('custody_alert_deliveries_dead', 'Transitions that were given up and not asked for again.', ({ dead }) => dead);
  gauge(
    'custody_alert_channel_failures',
    'Attempts that failed since the last that did not.',
    ({ failures }) => failures,
  );
  return {
    attempts: new Counter({
      name: 'custody_alert_delivery_attempts_total',
      help: 'Requests to channels, by what came of them: delivered, or an error code.',
      labelNames: ['channel', 'result'],
      registers,
    }),
    settled: new Counter({
      name: 'custody_alert_deliveries_total',
      help: 'Deliveries that are settled: delivered, dead (given up), skipped (not wanted).',
      labelNames: ['channel', 'outcome'],
      registers,
    }),
  };
}
