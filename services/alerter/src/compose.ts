import { topics } from '@custody/decision';
import { type Log, openServiceLog } from '@custody/log';
import { type Clock, CustodyError, type Lifecycle, type Logger, serveAdmin } from '@custody/runtime';
import { openServiceStore, type StoreClient, untilStoreIsOurs, writeAlertDeliveries } from '@custody/store';
import { Alerter } from './alerter.ts';
import type { AlerterConfig } from './config.ts';
import { createDeliveryMetrics } from './delivery/delivery-metrics.ts';
import { Outbox } from './delivery/outbox.ts';
import type { Send } from './delivery/send.ts';
import { sendOverHttp } from './delivery/send-over-http.ts';
import { alerterErrors } from './errors.ts';
import { type AlerterMetrics, createAlerterMetrics } from './metrics.ts';
import { alerterPatience, wasGivenUp } from './patience.ts';
import { WatchedRulesFile } from './rules/rules-file.ts';
import { everyHalfMinute, type Schedule } from './schedule/schedule.ts';
import { clickhouseTickStore, type TickStoreOptions } from './tick/clickhouse-tick-store.ts';
import { clickhouseOrders } from './tick/read-orders.ts';
import { Tick } from './tick/tick.ts';
import type { TickStore } from './tick/tick-store.ts';

export interface ComposeParts {
  readonly lifecycle: Lifecycle;
  readonly logger: Logger;
  readonly clock: Clock;
}

/** How it takes turns with other alerters, and what tests put in the place of parts of it. */
export interface Composition {
  /** How long a leader may be silent before another one leads, milliseconds; on the embedded log. Default 30,000. */
  readonly leaderTimeoutMs?: number;
  readonly leader?: string;
  readonly schedule?: Schedule;
  readonly send?: Send;
  /** Wrapped around what is read. */
  readonly around?: { readonly log?: (log: Log) => Log; readonly store?: (store: TickStore) => TickStore };
}

/** The outbox of whoever leads, with metrics that outlive its terms. */
function outboxes(
  { clock, logger }: ComposeParts,
  metrics: AlerterMetrics,
  client: StoreClient,
  file: WatchedRulesFile,
  send: Send,
) {
  let current: Outbox | null = null;
  const deliveryMetrics = createDeliveryMetrics(metrics.registry, clock, () => current?.health() ?? []);
  return (record: ConstructorParameters<typeof Outbox>[0]['record']): Outbox => {
    current = new Outbox({
      ...{ channels: () => file.current().channels, send, record, clock, logger, metrics: deliveryMetrics },
      random: Math.random,
      // To look at only: what is owed stands in the topic, so that a failure costs a line of a list.
      onAttempt: (attempt) =>
        void writeAlertDeliveries(client, [attempt]).catch((err: unknown) =>
          logger.warn({ err }, 'an attempt to deliver could not be put on record'),
        ),
    });
    return current;
  };
}

/** What is compared by less than is known of it is said, at each look. */
function tellCoarse(metrics: AlerterMetrics, logger: Logger): NonNullable<TickStoreOptions['onCoarse']> {
  return (coarse) => {
    metrics.coarseEnvironments.reset();
    for (const { envId, detail, missing } of coarse) {
      metrics.coarseEnvironments.inc({ detail });
      logger.warn({ envId, detail, missing }, 'denials are too many to be compared minute by minute');
    }
  };
}

/** Opens log and store, waits for the store, and starts the alerter on them. */
export async function composeAlerter(
  config: AlerterConfig,
  parts: ComposeParts,
  composition: Composition,
): Promise<void> {
  const { lifecycle, logger, clock } = parts;
  const { signal } = lifecycle;
  const { around = {} } = composition;
  const opened = await openServiceLog(config, Object.values(topics), parts, composition.leaderTimeoutMs);
  const log = around.log?.(opened) ?? opened;
  const client = openServiceStore(config, 'custody-alerter', parts);
  const metrics = createAlerterMetrics();
  let isStarted = false;
  const alerter = () => {
    if (!isStarted) throw new CustodyError(alerterErrors.ALERTER_STARTING, 'waiting for the store');
  };
  await serveAdmin(config, parts, metrics.registry, { store: () => client.ping(), alerter });
  const patiently = alerterPatience(logger, metrics);
  try {
    await untilStoreIsOurs(client, config.CUSTODY_SOURCE_KIND, patiently, signal);
  } catch (error) {
    // Asked to stop while it waited for the store: that is no failure.
    if (wasGivenUp(error, signal)) return;
    throw error;
  }
  const file = new WatchedRulesFile(config.CUSTODY_RULES_FILE, config.variables, logger, config.rulesFile);
  const store = clickhouseTickStore(client, { onCoarse: tellCoarse(metrics, logger) });
  const tick = new Tick({
    store: around.store?.(store) ?? store,
    orders: clickhouseOrders(client, logger),
    fileRules: () => file.current().rules,
    channelNames: () => file.current().channels.map(({ name }) => name),
    publicUrl: (config.CUSTODY_PUBLIC_URL ?? '').replace(/\/$/, ''),
    isDemo: config.CUSTODY_SOURCE_KIND === 'simulator',
    clock,
  });
  const { leader, send = sendOverHttp() } = composition;
  const work = new Alerter({
    ...{ log, tick, recordStore: store, patiently, clock, logger, metrics },
    outbox: outboxes(parts, metrics, client, file, send),
    schedule: composition.schedule ?? everyHalfMinute(config.CUSTODY_WATCH_SECONDS, clock),
    ...(leader !== undefined && { leader }),
  });
  lifecycle.go('alerter', async (stopping) => {
    try {
      await work.run(stopping);
    } catch (error) {
      if (!wasGivenUp(error, stopping)) throw error;
    }
  });
  isStarted = true;
}
