import { decisionsGroup, topics } from '@custody/decision';
import { type Log, openLog } from '@custody/log';
import {
  type Clock,
  CustodyError,
  type Lifecycle,
  type Logger,
  openDataDirectory,
  type ReadinessCheck,
  startAdminServer,
} from '@custody/runtime';
import { createStoreClient, type StoreClient, storeUrl } from '@custody/store';
import type { ConsumerConfig } from './config.ts';
import { type ConsumerParts, startConsumer } from './consumer.ts';
import { clickhouseStore } from './consumer-store.ts';
import { consumerErrors } from './errors.ts';
import { type ConsumerMetrics, createConsumerMetrics } from './metrics.ts';
import { createPatience, wasGivenUp } from './patience.ts';
import { makeStoreReady } from './store-ready.ts';

/** How a consumer takes part in the log; what is absent is as usual. */
export type Participation = Pick<ConsumerParts, 'group' | 'sessionTimeoutMs'>;

export interface ComposeParts {
  readonly lifecycle: Lifecycle;
  readonly logger: Logger;
  readonly clock: Clock;
  readonly participation?: Participation;
}

async function openOwnLog(config: ConsumerConfig, parts: ComposeParts): Promise<Log> {
  const { lifecycle, logger, clock, participation = {} } = parts;
  const { sessionTimeoutMs } = participation;
  const { CUSTODY_DATA_DIR: path, CUSTODY_SOURCE_KIND: source } = config;
  const directory = () => openDataDirectory(path, source, clock.now()).logPath;
  const { signal } = lifecycle;
  const leading = sessionTimeoutMs === undefined ? {} : { leaderTimeoutMs: sessionTimeoutMs };
  const log = await openLog({ config, directory, topics: Object.values(topics), logger, clock, signal, ...leading });
  lifecycle.defer('log', () => log.close());
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

function metricsOf(log: Log, clock: Clock, group = decisionsGroup): ConsumerMetrics {
  const readLag = async () => {
    const lags = await log.lag(group, topics.decisions.name);
    return lags.map(({ partition, committedOffset, firstOffset, endOffset }) => ({
      partition,
      records: endOffset - Math.max(committedOffset, firstOffset),
    }));
  };
  return createConsumerMetrics({ clock, readLag });
}

async function serveAdmin(
  config: ConsumerConfig,
  { lifecycle, logger }: ComposeParts,
  metrics: ConsumerMetrics,
  checks: Readonly<Record<string, ReadinessCheck>>,
): Promise<void> {
  const { CUSTODY_ADMIN_HOST: host, CUSTODY_ADMIN_PORT: port } = config;
  if (port === undefined) return;
  const admin = await startAdminServer({ host, port, metrics: metrics.registry, checks });
  lifecycle.defer('admin server', () => admin.close());
  logger.info({ url: admin.url }, 'admin server is up');
}

/** Opens log and store, waits for the store, and starts the consumer on them. */
export async function composeConsumer(config: ConsumerConfig, parts: ComposeParts): Promise<void> {
  const { lifecycle, logger, clock, participation } = parts;
  const log = await openOwnLog(config, parts);
  const client = openStore(config, parts);
  const metrics = metricsOf(log, clock, participation?.group);
  let isStarted = false;
  const consumer = () => {
    if (isStarted) return;
    throw new CustodyError(consumerErrors.CONSUMER_STARTING, 'waiting for the store, or reading grants');
  };
  await serveAdmin(config, parts, metrics, { store: () => client.ping(), consumer });
  const source = config.CUSTODY_SOURCE_KIND;
  const patiently = createPatience({ logger, metrics });
  const options = { source, latenessSeconds: config.CUSTODY_LATENESS_SECONDS, patiently };
  const store = clickhouseStore(client, { keepEntries: config.CUSTODY_KEEP_ENTRIES });
  const liveFirstMs = config.CUSTODY_LIVE_FIRST_SECONDS * 1_000;
  try {
    await makeStoreReady(client, options, lifecycle.signal);
    await startConsumer({ liveFirstMs, log, store, clock, logger, metrics, lifecycle, source, ...participation });
  } catch (error) {
    // Asked to stop while it waited for the store or the log: that is no failure.
    if (wasGivenUp(error, lifecycle.signal)) return;
    throw error;
  }
  isStarted = true;
}
