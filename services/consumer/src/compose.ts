import { topics } from '@custody/decision';
import { type Log, openLmdbLog } from '@custody/log';
import { type Clock, type Lifecycle, type Logger, openDataDirectory, startAdminServer } from '@custody/runtime';
import { createStoreClient, type StoreClient, storeUrl } from '@custody/store';
import type { ConsumerConfig } from './config.ts';
import { startConsumer } from './consumer.ts';
import { decisionsGroup } from './consumer-group.ts';
import { clickhouseStore } from './consumer-store.ts';
import { type ConsumerMetrics, createConsumerMetrics } from './metrics.ts';
import { createPatience } from './patience.ts';
import { makeStoreReady } from './store-ready.ts';

export interface ComposeParts {
  readonly lifecycle: Lifecycle;
  readonly logger: Logger;
  readonly clock: Clock;
}

async function openLog(config: ConsumerConfig, { lifecycle, logger, clock }: ComposeParts): Promise<Log> {
  const directory = openDataDirectory(config.CUSTODY_DATA_DIR, config.CUSTODY_SOURCE_KIND, clock.now());
  const log = await openLmdbLog({ directory: directory.logPath, logger, clock });
  lifecycle.defer('log', () => log.close());
  for (const difference of await log.ensureTopics(Object.values(topics))) {
    logger.warn(difference, 'a topic differs from what the pipeline expects');
  }
  return log;
}

function openStore(config: ConsumerConfig, { lifecycle, logger }: ComposeParts): StoreClient {
  const client = createStoreClient({
    url: storeUrl(config),
    username: config.CLICKHOUSE_USER,
    password: config.CLICKHOUSE_PASSWORD,
    application: 'custody-consumer',
    logger,
  });
  lifecycle.defer('store', () => client.close());
  return client;
}

function metricsOf(log: Log, clock: Clock): ConsumerMetrics {
  const readLag = async () => {
    const lags = await log.lag(decisionsGroup, topics.decisions.name);
    return lags.map(({ partition, committedOffset, firstOffset, endOffset }) => ({
      partition,
      records: endOffset - Math.max(committedOffset, firstOffset),
    }));
  };
  return createConsumerMetrics({ clock, readLag });
}

/** Opens log and store, waits for the store, and starts the consumer on them. */
export async function composeConsumer(config: ConsumerConfig, parts: ComposeParts): Promise<void> {
  const { lifecycle, logger, clock } = parts;
  const log = await openLog(config, parts);
  const client = openStore(config, parts);
  const metrics = metricsOf(log, clock);
  if (config.CUSTODY_ADMIN_PORT !== undefined) {
    const admin = await startAdminServer({
      host: config.CUSTODY_ADMIN_HOST,
      port: config.CUSTODY_ADMIN_PORT,
      metrics: metrics.registry,
      checks: { store: () => client.ping() },
    });
    lifecycle.defer('admin server', () => admin.close());
    logger.info({ url: admin.url }, 'admin server is up');
  }
  const source = config.CUSTODY_SOURCE_KIND;
  const patiently = createPatience({ logger, metrics });
  const options = { source, latenessSeconds: config.CUSTODY_LATENESS_SECONDS, patiently };
  await makeStoreReady(client, options, lifecycle.signal);
  await startConsumer({ log, store: clickhouseStore(client), clock, logger, metrics, lifecycle, source });
}
